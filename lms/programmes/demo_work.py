"""What the students of the demonstration classes have done so far: made up by a seeded generator, plausible as a whole.

Each student has a temper: how much of what is due she does, how often she tries, and for a few, a week in which
she stopped. All numbers of one student come from a random source of her own, so that the same class at the same
age has the same history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from lms.accounts.models import Cohort, Enrolment, Role, User
from lms.catalog.model import Exercise, Lesson, Quiz
from lms.catalog.quiz import shuffled_lines
from lms.catalog.services import remember_version
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from lms.learning.models import LessonDate, LessonVisit, QuizAnswer
from lms.programmes.services import courses_of
from lms.submissions.graded import tell_graded
from lms.submissions.models import Status, Submission

MOST_TRIES = 5
GRADING = timedelta(milliseconds=120)


@dataclass(frozen=True, slots=True)
class Temper:
    """How one student goes about the course."""

    does: float  # the share of what is due that she does
    late: float  # the share of that which she does after the date
    passes: float  # the chance that a try passes
    stops_after: float  # the share of the time so far after which nothing more came


TEMPERS = (
    Temper(does=0.98, late=0.03, passes=0.8, stops_after=1.0),
    Temper(does=0.93, late=0.1, passes=0.6, stops_after=1.0),
    Temper(does=0.85, late=0.2, passes=0.5, stops_after=1.0),
    Temper(does=0.6, late=0.4, passes=0.4, stops_after=1.0),
    Temper(does=0.8, late=0.2, passes=0.5, stops_after=0.55),
)
SHARES = (6, 8, 5, 3, 2)


@dataclass(frozen=True, slots=True)
class Chance:
    """A lesson that has opened, and the time in which she may have worked on it."""

    lesson: Lesson
    opened: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody of a demonstration class, her temper, and her own random source."""

    user: User
    cohort: Cohort
    random: Random
    temper: Temper


def student_of(cohort: Cohort, user: User) -> Student:
    """The same temper at each call, and the source after it: other histories of hers can agree with this one."""
    random = Random(f"{cohort.name}:{user.name}")  # noqa: S311  (made-up people, nothing to guess)
    return Student(user, cohort, random, random.choices(TEMPERS, SHARES)[0])


def seed_work(cohort: Cohort) -> int:
    """Put in the history of a class that has none; how many hand-ins that is. The caller commits."""
    if db.session.scalar(select(Submission.id).where(Submission.cohort_id == cohort.id).limit(1)) is not None:
        return 0
    chances = _chances(cohort, utcnow())
    people = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT)
        .order_by(User.id)
    )
    rows: list[dict[str, object]] = []
    visits: list[dict[str, object]] = []
    answers: list[dict[str, object]] = []
    for user in people:
        who = student_of(cohort, user)
        for chance in _done(chances, who):
            at = _when(chance, who)
            visits.append(_visit(user, chance.lesson, at))
            answers += [_answer(who, chance.lesson, quiz, at) for quiz in chance.lesson.quizzes]
            for exercise in chance.lesson.exercises:
                rows += _tries(who, exercise, at)
    for model, many in ((LessonVisit, visits), (QuizAnswer, answers), (Submission, rows)):
        if many:
            db.session.execute(insert(model), many)
    _tell(cohort, chances)
    return len(rows)


def _chances(cohort: Cohort, now: datetime) -> list[Chance]:
    lessons = {lesson.key: lesson for course in courses_of(cohort) for lesson in course.lessons}
    dates = db.session.scalars(
        select(LessonDate)
        .where(LessonDate.cohort_id == cohort.id, LessonDate.opens_at < now - timedelta(hours=2))
        .order_by(LessonDate.position)
    )
    return [
        Chance(lessons[row.lesson_key], row.opens_at, row.due_at)
        for row in dates
        if row.lesson_key in lessons
    ]


def _done(chances: list[Chance], who: Student) -> Iterator[Chance]:
    """The lessons that she worked on."""
    last = round(len(chances) * who.temper.stops_after)
    for place, chance in enumerate(chances):
        if who.random.random() < who.temper.does and place < last:
            yield chance


def _when(chance: Chance, who: Student) -> datetime:
    """When she began: before the date, or some days after it; never in the future."""
    random = who.random
    whole = chance.due - chance.opened
    share = random.uniform(1.0, 1.6) if random.random() < who.temper.late else random.uniform(0.15, 0.9)
    return min(chance.opened + whole * share, utcnow() - timedelta(minutes=random.randint(70, 600)))


def _visit(user: User, lesson: Lesson, at: datetime) -> dict[str, object]:
    return {
        "user_id": user.id,
        "lesson_key": lesson.key,
        "first_at": at,
        "last_at": at + timedelta(minutes=50),
    }


def _answer(who: Student, lesson: Lesson, quiz: Quiz, at: datetime) -> dict[str, object]:
    """Her latest answer: mostly a right one."""
    right = who.random.random() < 0.85
    return {
        "user_id": who.user.id, "lesson_key": lesson.key, "quiz_id": quiz.id,
        "answer": {"given": given_answer(quiz, right=right), "lang": "en"},
        "right": right, "ever_right": right, "tries": who.random.randint(1, 3), "answered_at": at,
    }  # fmt: skip


def given_answer(quiz: Quiz, *, right: bool) -> list[str]:
    if quiz.kind == "order":
        shown = shuffled_lines(quiz)
        return (
            [str(shown.index(line)) for line in quiz.lines] if right else [str(i) for i in range(len(shown))]
        )
    chosen = [str(place) for place, option in enumerate(quiz.options) if option.right is right]
    if quiz.kind == "short":
        return [next((option.text for option in quiz.options if option.right), "")] if right else ["?"]
    return chosen if quiz.kind == "multiple" else chosen[:1]


def _tries(who: Student, exercise: Exercise, at: datetime) -> Iterator[dict[str, object]]:
    """Her hand-ins of one exercise, until one passes or she leaves it."""
    random, temper = who.random, who.temper
    if random.random() > temper.does:
        return
    version = remember_version(exercise).hash
    received = at + timedelta(minutes=random.randint(2, 25))
    for turn in range(MOST_TRIES):
        passed = random.random() < min(0.97, temper.passes + 0.12 * turn)
        yield {
            "user_id": who.user.id, "cohort_id": who.cohort.id, "exercise_key": exercise.key,
            "exercise_version": version, "client_key": f"demo-{version[:16]}-{turn}",
            "files": dict(exercise.solution) if passed else wrong_files(exercise, random),
            "received_at": received, "status": Status.GRADED,
            "outcome": Outcome.PASSED if passed else Outcome.FAILED,
            "verdict": verdict_to_json(made_up_verdict(exercise, random, passed=passed)),
            "graded_at": received + GRADING,
        }  # fmt: skip
        if passed or random.random() > 0.85:
            return
        received += timedelta(minutes=random.randint(3, 9))


def wrong_files(exercise: Exercise, random: Random) -> dict[str, str]:
    """One of the author's samples of what goes wrong, or the starter."""
    samples = [exercise.starter, *exercise.wrong.values()]
    return {**exercise.starter, **random.choice(samples)}


def made_up_verdict(exercise: Exercise, random: Random, *, passed: bool) -> Verdict:
    """Which tests passed. Nobody ran this program, so no value of it is shown."""
    names = (
        [(check.index, check.name, check.hidden) for check in exercise.checks]
        if exercise.suite is None
        else [(index, test.name, test.hidden) for index, test in enumerate(exercise.suite.shown)]
    )
    first_wrong = len(names) if passed else min(random.randrange(len(names)), random.randrange(len(names)))
    tests = tuple(
        TestResult(index, name, hidden, Outcome.PASSED if place < first_wrong else Outcome.FAILED)
        for place, (index, name, hidden) in enumerate(names)
    )
    return Verdict(Outcome.PASSED if passed else Outcome.FAILED, tests)


def _tell(cohort: Cohort, chances: list[Chance]) -> None:
    """What follows from a verdict follows from these too: work that a person is to read enters the queue."""
    asked = [exercise.key for chance in chances for exercise in chance.lesson.exercises if exercise.review]
    passed = db.session.scalars(
        select(Submission.id)
        .where(
            Submission.cohort_id == cohort.id,
            Submission.exercise_key.in_(asked),
            Submission.outcome == Outcome.PASSED,
        )
        .order_by(Submission.received_at)
    )
    for submission_id in passed.all():
        tell_graded(submission_id)
