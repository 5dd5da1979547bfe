"""Work of the large school that people read: what they decided, what still waits, and the remarks they use."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lms.demo.school import Class, Scale, Student
from lms.demo.sink import Sink
from lms.reviews.models import Remark, Review, ReviewComment, ReviewStatus

WORDS = (
    "Give this name a meaning: what does it hold?",
    "This line does two things. Make it two lines.",
    "Well found. Does it also work for an empty list?",
    "This is repeated below. A function would say it once.",
    "The result is right. Say in a comment why the limit is 10.",
)
# Of so many pieces of work of a class one waits: the first, and so on.
ONE_WAITING = 16
NEEDS_WORK, COMES_AGAIN = 0.35, 0.85


@dataclass(frozen=True, slots=True)
class Piece:
    """One attempt that has passed its tests and that somebody is to read."""

    of: Class
    student: Student
    key: str
    submission: int
    attempt: int
    at: datetime


class Reading:
    """Puts in reviews; the first of a teacher brings her remarks with it."""

    def __init__(self, scale: Scale, sink: Sink, now: datetime) -> None:
        self._scale, self._sink, self._now = scale, sink, now
        self._known: set[int] = set()
        self._entered: Counter[int] = Counter()

    def seed(self, piece: Piece, *, last: bool = False) -> datetime | None:
        """What became of one attempt; when she handed in again, if she did."""
        random = self._scale.random(
            "reading", piece.of.number, piece.student.number, piece.key, piece.attempt
        )
        self._remarks(piece.of.teacher)
        decided = piece.at + timedelta(hours=random.uniform(3, 140))
        place = self._entered[piece.of.id]
        self._entered[piece.of.id] += 1
        if place % ONE_WAITING == 0 or decided >= self._now:
            self._review(piece, ReviewStatus.WAITING, None)
            return None
        needs_work = not last and random.random() < NEEDS_WORK
        again = decided + timedelta(hours=random.uniform(2, 90))
        number = self._review(
            piece, ReviewStatus.NEEDS_WORK if needs_work else ReviewStatus.APPROVED, decided
        )
        self._comments(piece, number, decided, random)
        return again if needs_work and again < self._now and random.random() < COMES_AGAIN else None

    def _review(self, piece: Piece, status: ReviewStatus, decided: datetime | None) -> int:
        number = self._sink.new_id(Review)
        self._sink.add(
            Review, id=number, submission_id=piece.submission, user_id=piece.student.id,
            cohort_id=piece.of.id, exercise_key=piece.key, attempt=piece.attempt, status=status,
            waiting_since=piece.at, met=json.dumps([0] if decided else []),
            decided_by=piece.of.teacher if decided else None, decided_at=decided,
            waited_seconds=int((decided - piece.at).total_seconds()) if decided else None,
        )  # fmt: skip
        return number

    def _comments(self, piece: Piece, review: int, decided: datetime, random: Random) -> None:
        for place in range(random.randint(1, 3)):
            self._sink.add(
                ReviewComment, review_id=review, author_id=piece.of.teacher, file=None, line=None,
                text=random.choice(WORDS), client_key=f"large-{place}", created_at=decided, published_at=decided,
            )  # fmt: skip

    def _remarks(self, teacher: int) -> None:
        """The remarks of a teacher, once."""
        if teacher not in self._known:
            self._known.add(teacher)
            for text in WORDS:
                self._sink.add(Remark, user_id=teacher, programme_id=None, text=text)
