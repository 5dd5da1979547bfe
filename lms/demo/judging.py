"""A round of the large school that is decided: sheets, ratings, talks, decisions and letters of its candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.accounts.models import new_public_id
from lms.admissions.application_models import Application, ApplicationStatus, Level
from lms.admissions.decision_models import Decision, DecisionKind, Letter, Objection
from lms.admissions.interview_models import Interview, InterviewNote, InterviewSlot, InterviewStatus
from lms.admissions.rating_models import (
    BlindSheet,
    CalibrationExample,
    CalibrationLevel,
    Rater,
    Rating,
    RatingStatus,
    Score,
)
from lms.admissions.sheets import new_code
from lms.demo.rounds import LEVELS, MOTIVATION, SEATS, WAITING, lay_out_round
from lms.demo.school import Class
from lms.demo.sink import Sink

OF_EACH_CLASS = 20
TALKS = 12
STILL_ASKED = 4
"""Every fourth rating is still to be given."""
REASON = "You went on after each mistake, and your last project works."


@dataclass(frozen=True, slots=True)
class _Judged:
    """The round that is decided, and who takes part in deciding."""

    sink: Sink
    now: datetime
    into: Class
    number: int
    criteria: tuple[int, ...]
    raters: tuple[int, ...]
    interviewer: int


def seed_judged(sink: Sink, now: datetime, into: Class, others: Sequence[Class]) -> None:
    """The whole round: who applied from the other classes, and what became of it."""
    people = [(home, student) for home in others for student in home.students[:OF_EACH_CLASS] if student.here]
    if not people:
        return
    offers = min(SEATS, len(people) // 2 + 1)
    waiting = min(WAITING, (len(people) - offers) // 2)
    number, criteria = lay_out_round(sink, now, into, seats_given=offers, waiting_given=waiting)
    raters = tuple(dict.fromkeys((into.teacher, into.coordinator)))
    judged = _Judged(sink, now, into, number, tuple(criteria), raters, others[-1].teacher)
    for rater in raters:
        sink.add(Rater, round_id=number, user_id=rater, calibrated_at=now, created_at=now)
    _example(judged)
    for place, (home, student) in enumerate(people):
        application = _application(judged, home, student.id)
        _ratings(judged, application, place)
        if place < TALKS:
            _talk(judged, application, place)
        kind = DecisionKind.LATER
        if place < offers + waiting:
            kind = DecisionKind.OFFER if place < offers else DecisionKind.WAITING
        decision = _decision(judged, application, kind, place - offers + 1)
        if place == len(people) - 1:
            sink.add(
                Objection, application_id=application, decision_id=decision, text="Please look again.",
                language="en", author_id=into.coordinator, filed_at=now,
            )  # fmt: skip


def _example(judged: _Judged) -> None:
    example = judged.sink.new_id(CalibrationExample)
    judged.sink.add(CalibrationExample, id=example, round_id=judged.number, position=0, motivation=MOTIVATION)
    for criterion in judged.criteria[:-1]:
        judged.sink.add(
            CalibrationLevel, example_id=example, criterion_id=criterion, level=2, why="Says how."
        )


def _application(judged: _Judged, home: Class, user: int) -> int:
    application, at = judged.sink.new_id(Application), judged.now - timedelta(days=22)
    judged.sink.add(
        Application, id=application, round_id=judged.number, user_id=user, from_cohort_id=home.id,
        status=ApplicationStatus.SUBMITTED, motivation=MOTIVATION, motivation_language="en",
        hours_per_week=20, availability='["weekday_evenings"]', language_level=Level.B1, task_seed=None,
        created_at=at, saved_at=at, submitted_at=at,
    )  # fmt: skip
    judged.sink.add(
        BlindSheet, application_id=application, round_id=judged.number, code=new_code(), motivation=MOTIVATION,
        evidence="[]", prepared_at=judged.now, checked_at=judged.now,
    )  # fmt: skip
    return application


def _ratings(judged: _Judged, application: int, place: int) -> None:
    for slot, rater in enumerate(judged.raters, 1):
        done = place % STILL_ASKED != 0 or slot > 1
        rating = judged.sink.new_id(Rating)
        judged.sink.add(
            Rating, id=rating, round_id=judged.number, application_id=application, rater_id=rater, slot=slot,
            status=RatingStatus.DONE if done else RatingStatus.ASKED, asked_at=judged.now,
            done_at=judged.now if done else None,
        )  # fmt: skip
        for criterion in judged.criteria[:-1] if done else ():
            judged.sink.add(Score, rating_id=rating, criterion_id=criterion, level=(place + slot) % LEVELS)


def _talk(judged: _Judged, application: int, place: int) -> None:
    slot = judged.sink.new_id(InterviewSlot)
    # Whole hours of the coming days: nobody is in two places.
    starts = judged.now + timedelta(days=3 + place // 6, hours=10 + place % 6, seconds=judged.number)
    judged.sink.add(
        InterviewSlot, id=slot, round_id=judged.number, interviewer_id=judged.interviewer, starts_at=starts, minutes=30,
        place="Room 4", created_at=judged.now,
    )  # fmt: skip
    judged.sink.add(
        Interview,
        application_id=application,
        slot_id=slot,
        status=InterviewStatus.PLANNED,
        invited_at=judged.now,
        changed_at=judged.now,
    )
    judged.sink.add(
        InterviewNote, application_id=application, criterion_id=judged.criteria[-1], level=1, text="Has a plan.",
        author_id=judged.interviewer, at=judged.now,
    )  # fmt: skip


def _decision(judged: _Judged, application: int, kind: DecisionKind, rank: int) -> int:
    decision, told = judged.sink.new_id(Decision), judged.now - timedelta(days=1)
    judged.sink.add(
        Decision, id=decision, public_id=new_public_id(), round_id=judged.number, application_id=application, kind=kind,
        reason=REASON, reason_language="en", holds_seat=kind == DecisionKind.OFFER,
        waiting_rank=rank if kind == DecisionKind.WAITING else None,
        come_back_on=(judged.now + timedelta(days=90)).date() if kind == DecisionKind.LATER else None,
        author_id=judged.into.coordinator, made_at=told, released_at=told,
        respond_by=judged.now + timedelta(days=9) if kind == DecisionKind.OFFER else None,
    )  # fmt: skip
    judged.sink.add(
        Letter, decision_id=decision, application_id=application, template=f"{kind}/en/0", language="en",
        text=REASON, made_at=told, opened_at=judged.now,
    )  # fmt: skip
    return decision
