"""The numbers of a class's students, read from what other features keep. As many queries for one student as for all.

Only work in the class's own courses is looked at, and only hand-ins and reviews of this programme: what somebody
does elsewhere is not this school's to know. Days are those of UTC for everybody: they are only ever counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, and_, exists, func, literal_column, or_, select, union

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus
from lms.attendance.summing import Summary, summaries
from lms.board.standing import Signs
from lms.catalog.model import Lesson
from lms.core.db import db, utcnow
from lms.learning.models import Draft, Extension, LessonDate, LessonVisit, QuizAnswer
from lms.programmes.models import CalendarChange, ChangeKind, ClassSession, EnrolmentEvent, SessionStatus
from lms.programmes.services import courses_of, in_programme_of
from lms.reviews.models import Review, ReviewStatus
from lms.submissions.models import Submission

LATE_WEEKS = 4
"""For classes and active days, "of late" is this many weeks."""
LONGEST_QUIET = 56
NO_CLASSES = Summary(0, 0, {}, None)
# The rows of hand-ins are large. The literal lets the index of passed ones answer alone; a parameter would not.
PASSED: ColumnElement[bool] = Submission.outcome == literal_column("'passed'")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same for everybody of the class."""

    cohort: Cohort
    now: datetime
    lessons: Mapping[str, Lesson]
    dates: Sequence[tuple[str, datetime]]
    """Lessons of the courses whose date has passed, by key."""
    first_day: date | None
    last_day: date
    """Today, or the class's last day where it is over: nobody grows quiet after the end."""
    free: frozenset[date]


@dataclass(slots=True)
class _Found:
    """What was read about all students, by person."""

    passed: set[tuple[int, str]] = field(default_factory=set)
    answered: set[tuple[int, str, str]] = field(default_factory=set)
    visited: set[tuple[int, str]] = field(default_factory=set)
    later: dict[tuple[int, str], datetime] = field(default_factory=dict)
    days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    unread: dict[int, datetime] = field(default_factory=dict)
    unanswered: dict[int, datetime] = field(default_factory=dict)
    since: dict[int, datetime] = field(default_factory=dict)
    classes: Mapping[int, Summary] = field(default_factory=dict)


def signs_of(cohort: Cohort, places: Sequence[Enrolment], now: datetime | None = None) -> dict[int, Signs]:
    """The numbers of these students of the class, by the enrolment's id."""
    frame = _frame(cohort, now or utcnow())
    found = _read(frame, places)
    return {place.id: _signs(frame, found, place) for place in places}


def _frame(cohort: Cohort, now: datetime) -> _Frame:
    lessons = {lesson.key: lesson for course in courses_of(cohort) for lesson in course.lessons}
    first, last = db.session.execute(
        select(func.min(ClassSession.starts_at), func.max(ClassSession.starts_at)).where(
            ClassSession.cohort_id == cohort.id, ClassSession.status != SessionStatus.CANCELLED
        )
    ).one()
    dates = db.session.execute(
        select(LessonDate.lesson_key, LessonDate.due_at).where(
            LessonDate.cohort_id == cohort.id, LessonDate.due_at <= now
        )
    )
    return _Frame(
        cohort=cohort,
        now=now,
        lessons=lessons,
        dates=[(key, due) for key, due in dates if key in lessons],
        first_day=first.date() if first is not None else None,
        last_day=min(now, last or now).date(),
        free=_free_days(cohort),
    )


def _free_days(cohort: Cohort) -> frozenset[date]:
    """The days on which this class has holidays of its own."""
    spans = db.session.execute(
        select(CalendarChange.on_day, CalendarChange.until_day).where(
            CalendarChange.cohort_id == cohort.id, CalendarChange.kind == ChangeKind.HOLIDAY
        )
    )
    return frozenset(
        first + timedelta(days=number)
        for first, last in spans
        if last is not None
        for number in range(min((last - first).days, 366) + 1)
    )


def _read(frame: _Frame, places: Sequence[Enrolment]) -> _Found:
    people = [place.user_id for place in places]
    keys = [key for key, _ in frame.dates]
    found = _Found()
    passed = select(Submission.user_id, Submission.exercise_key).where(
        Submission.user_id.in_(people), PASSED, in_programme_of(frame.cohort)
    )
    found.passed = {(user, key) for user, key in db.session.execute(passed.distinct())}
    quizzes = select(QuizAnswer.user_id, QuizAnswer.lesson_key, QuizAnswer.quiz_id).where(
        QuizAnswer.user_id.in_(people), QuizAnswer.lesson_key.in_(keys), QuizAnswer.ever_right
    )
    found.answered = {(user, key, quiz) for user, key, quiz in db.session.execute(quizzes)}
    visits = select(LessonVisit.user_id, LessonVisit.lesson_key).where(
        LessonVisit.user_id.in_(people), LessonVisit.lesson_key.in_(keys)
    )
    found.visited = {(user, key) for user, key in db.session.execute(visits)}
    later = select(Extension.user_id, Extension.lesson_key, Extension.due_at).where(
        Extension.cohort_id == frame.cohort.id, Extension.user_id.in_(people)
    )
    found.later = {(user, key): due for user, key, due in db.session.execute(later)}
    _read_days(frame, people, found)
    _read_reviews(frame, people, found)
    again = select(EnrolmentEvent.enrolment_id, func.max(EnrolmentEvent.at)).where(
        EnrolmentEvent.enrolment_id.in_([place.id for place in places]),
        EnrolmentEvent.status == EnrolmentStatus.ENROLLED,
    )
    found.since = {row[0]: row[1] for row in db.session.execute(again.group_by(EnrolmentEvent.enrolment_id))}
    late = frame.now - timedelta(weeks=LATE_WEEKS)
    found.classes = summaries(frame.cohort.id, late, frame.now, people)
    return found


def _read_days(frame: _Frame, people: Sequence[int], found: _Found) -> None:
    """The days on which there was a sign of somebody: never at what hour, and not how many signs."""
    earliest = frame.now - timedelta(days=LONGEST_QUIET + 1)
    slugs = frame.cohort.course_slugs
    signs = (
        (Submission.user_id, Submission.exercise_key, Submission.received_at),
        (QuizAnswer.user_id, QuizAnswer.lesson_key, QuizAnswer.answered_at),
        (LessonVisit.user_id, LessonVisit.lesson_key, LessonVisit.last_at),
        (Draft.user_id, Draft.exercise_key, Draft.updated_at),
    )
    days = union(
        *(
            select(user, func.date(at, type_=Date))
            .where(user.in_(people), at >= earliest, or_(*(key.startswith(f"{slug}/") for slug in slugs)))
            .distinct()
            for user, key, at in signs
        )
    )
    for user, day in db.session.execute(days):
        found.days[user].add(day)


def _read_reviews(frame: _Frame, people: Sequence[int], found: _Found) -> None:
    """By person since when work of hers waits to be read, and since when a reviewer has waited for her."""
    newer = exists().where(
        Submission.user_id == Review.user_id,
        Submission.exercise_key == Review.exercise_key,
        Submission.received_at > Review.decided_at,
    )
    classes = select(Cohort.id).where(Cohort.programme_id == frame.cohort.programme_id)
    rows = db.session.execute(
        select(
            Review.user_id, Review.exercise_key, Review.status, Review.waiting_since, Review.decided_at
        ).where(
            Review.user_id.in_(people),
            Review.cohort_id.in_(classes),
            or_(
                Review.status == ReviewStatus.WAITING, and_(Review.status == ReviewStatus.NEEDS_WORK, ~newer)
            ),
        )
    )
    known = {exercise.key for lesson in frame.lessons.values() for exercise in lesson.exercises}
    for user, key, status, waiting_since, decided_at in rows:
        if key not in known:
            continue
        oldest = found.unread if status == ReviewStatus.WAITING else found.unanswered
        since = decided_at if status == ReviewStatus.NEEDS_WORK and decided_at else waiting_since
        oldest[user] = min(oldest.get(user, since), since)


def _signs(frame: _Frame, found: _Found, place: Enrolment) -> Signs:
    user = place.user_id
    since = max(place.created_at, found.since.get(place.id, place.created_at))
    classes = found.classes.get(user, NO_CLASSES)
    days = found.days.get(user, set())
    there = {classes.last_there.date()} if classes.last_there is not None else set()
    late = frame.last_day - timedelta(weeks=LATE_WEEKS)
    undone, due = _work(frame, found, user, since)
    return Signs(
        missed=classes.missed,
        held=classes.sessions - classes.excused,
        overdue=undone,
        due=due,
        quiet=_quiet_days(frame, days | there, since.date()),
        answer=_days_since(frame, found.unanswered.get(user)),
        unread=_days_since(frame, found.unread.get(user)),
        active=sum(day > late for day in days),
    )


def _work(frame: _Frame, found: _Found, user: int, since: datetime) -> tuple[int, int]:
    """Of the tasks that fell due while she was in the class, how many are not done, and how many there are."""
    undone = due = 0
    for key, date_of_class in frame.dates:
        hers = max(date_of_class, found.later.get((user, key), date_of_class))
        if since < hers <= frame.now:
            done = _done(found, user, frame.lessons[key])
            due += len(done)
            undone += done.count(False)
    return undone, due


def _done(found: _Found, user: int, lesson: Lesson) -> list[bool]:
    """By task of a lesson whether nothing is left that she could do: what waits for a reviewer is done by her."""
    if not lesson.exercises and not lesson.quizzes:
        return [(user, lesson.key) in found.visited]
    exercises = [(user, exercise.key) in found.passed for exercise in lesson.exercises]
    return exercises + [(user, lesson.key, quiz.id) in found.answered for quiz in lesson.quizzes]


def _quiet_days(frame: _Frame, days: set[date], came: date) -> int:
    """Days after the last sign of her, the class's holidays left out. Who has only just come is not quiet."""
    last = max((*days, came, frame.first_day or came))
    gone = min((frame.last_day - last).days, LONGEST_QUIET)
    return sum(frame.last_day - timedelta(days=number) not in frame.free for number in range(gone))


def _days_since(frame: _Frame, at: datetime | None) -> int:
    return 0 if at is None else max(0, (frame.now - at).days)
