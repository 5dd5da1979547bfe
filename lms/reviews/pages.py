"""What the pages of reviews show: code by lines with what was said about them, ages in words, an answer's state.

A student's program passes `clean_output` here, and is always shown left to right; what people wrote is plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template
from flask_babel import format_timedelta, gettext
from markupsafe import Markup, escape
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.announcements.notices import isolated
from lms.catalog.model import Course, Exercise
from lms.catalog.services import RenderedExercise, exercise_of_version, render_text
from lms.catalog.shelf import find_course
from lms.core.db import db, utcnow
from lms.core.i18n import current_language
from lms.core.text import clean_output
from lms.learning.reviewing import ReviewState
from lms.reviews.models import DECIDED, Review, ReviewComment, ReviewStatus, TakenBack
from lms.reviews.services import comments_on, states_in, states_of
from lms.reviews.taking_back import taken_back_on
from lms.submissions.models import Submission

MOST_LINES = 1500
"""Lines of one program that can be commented on one by one; the rest is shown as one block."""
MOST_ATTEMPTS = 20
MOST_ANSWERS = 100
_SHOWN_STATES = {
    ReviewStatus.WAITING: ReviewState.WAITING,
    ReviewStatus.APPROVED: ReviewState.APPROVED,
    ReviewStatus.NEEDS_WORK: ReviewState.NEEDS_WORK,
}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One line of a program, numbered from 1, and what was said about it."""

    number: int
    text: str
    comments: tuple[ReviewComment, ...]


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One file of a program; `rest` is what comes after the lines that are shown one by one."""

    index: int
    name: str
    lines: tuple[CodeLine, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion and whether it is met."""

    index: int
    text: Markup
    met: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One earlier review of the same exercise: what was decided and said then."""

    review: Review
    open_points: tuple[Markup, ...]
    comments: tuple[ReviewComment, ...]
    taken_back: tuple[TakenBack, ...]


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An earlier hand-in that can be compared with."""

    submission: Submission
    number: int
    words: str


def code_files(files: Mapping[str, str], comments: Sequence[ReviewComment]) -> list[CodeFile]:
    """A program by lines, each with its comments."""
    by_place: dict[tuple[str, int], list[ReviewComment]] = {}
    for comment in comments:
        if comment.file is not None and comment.line is not None:
            by_place.setdefault((comment.file, comment.line), []).append(comment)
    found = []
    for index, (name, text) in enumerate(files.items()):
        lines = text.removesuffix("\n").split("\n")
        shown = tuple(
            CodeLine(number, clean_output(line), tuple(by_place.get((name, number), ())))
            for number, line in enumerate(lines[:MOST_LINES], start=1)
        )
        found.append(CodeFile(index, name, shown, clean_output("\n".join(lines[MOST_LINES:]))))
    return found


def general(comments: Sequence[ReviewComment]) -> list[ReviewComment]:
    """Comments about the whole program."""
    return [comment for comment in comments if comment.line is None]


def criteria_of(review: Review) -> tuple[str, ...]:
    """The criteria of the exercise as it was when the work was handed in."""
    exercise = exercise_of_version(review.submission.exercise_version)
    asked = exercise.review if exercise is not None else None
    return asked.criteria if asked is not None else ()


def points(review: Review, met: Sequence[int] | None = None) -> list[Point]:
    """The criteria in the reader's language; `met` instead of what is stored, if a form just said otherwise."""
    said = text_of(review)
    kept = review.met if met is None else met
    return [Point(index, said(text), index in kept) for index, text in enumerate(criteria_of(review))]


def text_of(review: Review) -> Callable[[str], Markup]:
    """How an author's text of this exercise is said in the reader's language."""
    course, language = _course_of(review), current_language().tag
    return lambda text: render_text(course, language, text) if course is not None else escape(text)


def title_of(review: Review) -> str:
    """The exercise's title in its class's version of the course, or its name when it has left the course."""
    return _title(_course_of(review), review.exercise_key)


def _course_of(review: Review) -> Course | None:
    slug = review.exercise_key.partition("/")[0]
    return find_course(slug, review.cohort.version_of(slug))


def _title(course: Course | None, exercise_key: str) -> str:
    _, lesson_slug, slug = exercise_key.split("/")
    lesson = course.lesson(lesson_slug) if course is not None else None
    exercise = lesson.exercise(slug) if lesson is not None else None
    if course is None or exercise is None:
        return slug
    return render_text(course, current_language().tag, exercise.title).striptags()


def _told_title(params: Mapping[str, str]) -> str:
    """In a notice, which knows no class."""
    key = params.get("exercise", "")
    return isolated(_title(find_course(key.partition("/")[0]), key))


def age(since: datetime, now: datetime | None = None) -> str:
    """How long ago that is, in words: "3 days"."""
    return length((now or utcnow()) - since)


def length(span: timedelta) -> str:
    """A length of time in words; below a minute nobody counts."""
    return str(format_timedelta(max(span, timedelta(minutes=1)), threshold=1.5))


def earlier_rounds(review: Review, *, published: bool) -> list[Round]:
    """The reviews of earlier attempts at the same exercise, the newest first."""
    reviews = list(
        db.session.scalars(
            select(Review)
            .where(
                Review.user_id == review.user_id,
                Review.exercise_key == review.exercise_key,
                Review.id != review.id,
                Review.attempt < review.attempt,
                Review.status.in_([*DECIDED, ReviewStatus.REPLACED]),
            )
            .options(joinedload(Review.submission), joinedload(Review.decider), joinedload(Review.cohort))
            .order_by(Review.attempt.desc(), Review.id.desc())
            .limit(MOST_ATTEMPTS)
        )
    )
    said: dict[int, list[ReviewComment]] = {}
    for comment in comments_on([one.id for one in reviews], published=published):
        said.setdefault(comment.review_id, []).append(comment)
    taken_back = taken_back_on([one.id for one in reviews]) if reviews else {}
    rounds = [
        Round(
            review=one,
            open_points=tuple(point.text for point in points(one) if one.is_decided and not point.met),
            comments=tuple(said.get(one.id, ())),
            taken_back=tuple(taken_back.get(one.id, ())),
        )
        for one in reviews
    ]
    # An attempt that was replaced before anybody wrote about it says nothing.
    return [one for one in rounds if one.review.is_decided or one.comments or one.taken_back]


def earlier_attempts(review: Review) -> list[EarlierAttempt]:
    """Her earlier hand-ins of the exercise, the newest first, with their numbers."""
    number = func.row_number().over(order_by=(Submission.received_at, Submission.id)).label("number")
    numbered = (
        select(Submission.id, number)
        .where(Submission.user_id == review.user_id, Submission.exercise_key == review.exercise_key)
        .subquery()
    )
    rows = db.session.execute(
        select(Submission, numbered.c.number, Review.status)
        .join(numbered, numbered.c.id == Submission.id)
        .outerjoin(Review, Review.submission_id == Submission.id)
        .where(numbered.c.number < review.attempt)
        .order_by(numbered.c.number.desc())
        .limit(MOST_ATTEMPTS)
    )
    return [
        EarlierAttempt(submission, place, _attempt_words(submission, status))
        for submission, place, status in rows
    ]


def compared_with(attempts: Sequence[EarlierAttempt], wanted: str | None) -> EarlierAttempt | None:
    """The attempt that was asked for, else the last one that a person answered, else the one before."""
    if wanted:
        return next((one for one in attempts if one.submission.public_id == wanted), None)
    answered = {status_words(status) for status in DECIDED}
    return next((one for one in attempts if one.words in answered), attempts[0] if attempts else None)


def status_words(status: str) -> str:
    """Where a review stands."""
    match status:
        case ReviewStatus.APPROVED:
            return str(gettext("Approved"))
        case ReviewStatus.NEEDS_WORK:
            return str(gettext("Needs work"))
        case ReviewStatus.WAITING:
            return str(gettext("Waiting for a person"))
        case _:
            return str(gettext("Replaced by a newer attempt"))


def _attempt_words(submission: Submission, status: str | None) -> str:
    if status is not None:
        return status_words(status)
    if submission.outcome == "passed":
        return str(gettext("Tests passed"))
    return str(gettext("Tests not passed"))


def answers_of(user_id: int) -> list[Review]:
    """A student's reviews, the newest attempt first; those that were replaced are left out."""
    found = db.session.scalars(
        select(Review)
        .where(Review.user_id == user_id, Review.status != ReviewStatus.REPLACED)
        .options(joinedload(Review.decider), joinedload(Review.cohort))
        .order_by(Review.id.desc())
        .limit(MOST_ANSWERS)
    )
    return list(found)


class StudentReviews:
    """Answers what learning asks (`lms.learning.reviewing`)."""

    def states(self, user_id: int, exercise_keys: Sequence[str]) -> Mapping[str, ReviewState]:
        """How these exercises stand."""
        return {key: _SHOWN_STATES[status] for key, status in states_of(user_id, exercise_keys).items()}

    def class_states(
        self, programme_id: int, user_ids: Sequence[int], exercise_keys: Sequence[str]
    ) -> Mapping[tuple[int, str], ReviewState]:
        """How these exercises stand for each of these people within a programme."""
        found = states_in(programme_id, user_ids, exercise_keys)
        return {whose: _SHOWN_STATES[status] for whose, status in found.items()}

    def exercise_box(self, user_id: int, exercise: Exercise, rendered: RenderedExercise) -> Markup:
        """What a person looks at, and what she said last."""
        review = db.session.scalar(
            select(Review)
            .where(
                Review.user_id == user_id,
                Review.exercise_key == exercise.key,
                Review.status != ReviewStatus.REPLACED,
            )
            .options(joinedload(Review.submission), joinedload(Review.decider), joinedload(Review.cohort))
            # What is approved stays approved; else the last word counts.
            .order_by((Review.status == ReviewStatus.APPROVED).desc(), Review.id.desc())
            .limit(1)
        )
        decided = review is not None and review.is_decided
        comments = comments_on([review.id], published=True) if review is not None and decided else []
        html = render_template(
            "reviews/_exercise_box.html",
            review=review,
            criteria=rendered.criteria,
            open_points=[point.text for point in points(review) if not point.met]
            if review is not None and decided
            else [],
            comments=len(comments),
            words=status_words(review.status) if review is not None else "",
            taken_back=review is not None and review.is_waiting and bool(taken_back_on([review.id])),
        )
        return Markup(html)  # noqa: S704  # our template

    def notice(self, user_id: int) -> Markup:
        """Answers that she has not opened yet, and the way to all of them."""
        unseen, some = db.session.execute(
            select(
                func.count().filter(Review.status.in_(DECIDED), Review.seen_at.is_(None)), func.count()
            ).where(Review.user_id == user_id)
        ).one()
        if not some:
            return Markup()
        return Markup(render_template("reviews/_notice.html", unseen=unseen))  # noqa: S704  # our template


def approved_words(params: Mapping[str, str]) -> str:
    """The notice that her work is approved."""
    return str(gettext("Your work on %(exercise)s is approved.", exercise=_told_title(params)))


def needs_work_words(params: Mapping[str, str]) -> str:
    """The notice that there is something to improve."""
    return str(
        gettext(
            "Somebody has read your work on %(exercise)s. Look at what you can improve.",
            exercise=_told_title(params),
        )
    )


def taken_back_words(params: Mapping[str, str]) -> str:
    """The notice that a person reads her work again."""
    return str(
        gettext(
            "The answer to your work on %(exercise)s was taken back. "
            "A person reads your work again; you need not do anything.",
            exercise=_told_title(params),
        )
    )
