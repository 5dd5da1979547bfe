"""Which exercises a class is stuck on: who tried and is not through, who has begun, and where it commonly fails.

How often somebody tried is not asked: it says nothing that helps before a class.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Role, User
from lms.board.signals import PASSED
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict, VerdictFormatError, verdict_from_json
from lms.learning.models import Draft
from lms.programmes.services import course_exercises, courses_of, in_programme_of
from lms.submissions.models import PENDING, Submission

LATELY = timedelta(days=21)
PAGE = 10
MOST_STUDENTS = 200
MOST_READ = 12
"""Of so many people's latest tries at one exercise the verdicts are read."""


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody's latest try that is not through, and where to read it."""

    person: User
    submission: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Where tries commonly fail: a test by its author's name, or an outcome with the error's own name."""

    test: str = ""
    outcome: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One exercise that somebody is not through with."""

    exercise_key: str
    tries: tuple[Try, ...]
    begun: tuple[User, ...]
    """Who has written something and not handed it in."""
    common: tuple[Failure, int] | None
    """Where most of those tries fail whose verdicts were read, and in how many of them."""

    @property
    def people(self) -> int:
        """How many are not through."""
        return len(self.tries) + len(self.begun)


@dataclass(frozen=True, slots=True)
class StuckPage:
    """Some of these exercises, most people first, and the numbers of the pages beside this one."""

    items: tuple[Stuck, ...]
    number: int
    before: int | None
    after: int | None


def stuck_in(cohort: Cohort, number: int | None = None, now: datetime | None = None) -> StuckPage:
    """The exercises that the students of this class are stuck on of late."""
    since = (now or utcnow()) - LATELY
    people = _students(cohort)
    order = {exercise.key: place for place, exercise in enumerate(course_exercises(courses_of(cohort)))}
    latest = _latest(cohort, list(people), since)
    through = _through(cohort, list(people))
    tried: dict[str, list[int]] = defaultdict(list)
    for user, key in db.session.execute(select(latest.c.user_id, latest.c.exercise_key)):
        if key in order and (user, key) not in through:
            tried[key].append(user)
    begun: dict[str, list[int]] = defaultdict(list)
    for user, key in _begun(cohort, list(people), since):
        if key in order:
            begun[key].append(user)
    keys = sorted(
        tried.keys() | begun.keys(), key=lambda key: (-len(tried[key]) - len(begun[key]), order[key])
    )
    number = max(number or 1, 1)
    shown = keys[(number - 1) * PAGE : number * PAGE]
    details = _details(cohort, latest, shown, {(user, key) for key in shown for user in tried[key]})
    items = tuple(
        Stuck(
            exercise_key=key,
            tries=tuple(Try(people[user], public_id) for user, public_id in details[key].tries),
            begun=tuple(people[user] for user in begun[key]),
            common=_commonest(details[key].verdicts),
        )
        for key in shown
    )
    return StuckPage(
        items, number, number - 1 if number > 1 else None, number + 1 if len(keys) > number * PAGE else None
    )


def _students(cohort: Cohort) -> dict[int, User]:
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status == EnrolmentStatus.ENROLLED,
        )
        .order_by(Enrolment.name_key)
        .limit(MOST_STUDENTS)
    )
    return {user.id: user for user in found}


def _latest(cohort: Cohort, people: Sequence[int], since: datetime) -> Subquery:
    """By person and exercise the moment of her latest graded try of late."""
    return (
        select(
            Submission.user_id, Submission.exercise_key, func.max(Submission.received_at).label("received_at")
        )
        .where(
            Submission.user_id.in_(people),
            Submission.received_at >= since,
            Submission.status.not_in(PENDING),
            in_programme_of(cohort),
        )
        .group_by(Submission.user_id, Submission.exercise_key)
        .subquery()
    )


def _through(cohort: Cohort, people: Sequence[int]) -> set[tuple[int, str]]:
    passed = select(Submission.user_id, Submission.exercise_key).where(
        Submission.user_id.in_(people), PASSED, in_programme_of(cohort)
    )
    return {(user, key) for user, key in db.session.execute(passed.distinct())}


def _begun(cohort: Cohort, people: Sequence[int], since: datetime) -> Iterable[tuple[int, str]]:
    """Drafts of late of exercises that she has never handed in."""
    handed_in = exists().where(
        Submission.user_id == Draft.user_id, Submission.exercise_key == Draft.exercise_key
    )
    of_courses = or_(*(Draft.exercise_key.startswith(f"{slug}/") for slug in cohort.course_slugs))
    found = db.session.execute(
        select(Draft.user_id, Draft.exercise_key).where(
            Draft.user_id.in_(people), Draft.updated_at >= since, of_courses, ~handed_in
        )
    )
    return [(user, key) for user, key in found]


@dataclass(slots=True)
class _Details:
    tries: list[tuple[int, str]]
    verdicts: list[Mapping[str, object]]


def _details(
    cohort: Cohort, latest: Subquery, keys: Sequence[str], wanted: set[tuple[int, str]]
) -> Mapping[str, _Details]:
    """Of these exercises the latest tries, and the verdicts of some of them."""
    rows = db.session.execute(
        select(Submission.id, Submission.public_id, Submission.user_id, Submission.exercise_key)
        .join(
            latest,
            and_(
                latest.c.user_id == Submission.user_id,
                latest.c.exercise_key == Submission.exercise_key,
                latest.c.received_at == Submission.received_at,
            ),
        )
        .where(Submission.exercise_key.in_(keys), in_programme_of(cohort))
        .order_by(Submission.received_at.desc(), Submission.id.desc())
    )
    details: dict[str, _Details] = defaultdict(lambda: _Details([], []))
    seen: set[tuple[int, str]] = set()
    read: dict[int, str] = {}
    for row in rows:
        if (row.user_id, row.exercise_key) not in wanted or (row.user_id, row.exercise_key) in seen:
            continue
        seen.add((row.user_id, row.exercise_key))
        mine = details[row.exercise_key]
        mine.tries.append((row.user_id, row.public_id))
        if len(mine.tries) <= MOST_READ:
            read[row.id] = row.exercise_key
    one = aliased(Submission)
    for number, verdict in db.session.execute(select(one.id, one.verdict).where(one.id.in_(read))):
        if verdict is not None:
            details[read[number]].verdicts.append(verdict)
    return details


def _commonest(verdicts: Iterable[Mapping[str, object]]) -> tuple[Failure, int] | None:
    counted: Counter[Failure] = Counter()
    for stored in verdicts:
        try:
            counted[_failure(verdict_from_json(stored))] += 1
        except VerdictFormatError:  # written by another version; the submission's own page says so
            continue
    return counted.most_common(1)[0] if counted else None


def _failure(verdict: Verdict) -> Failure:
    """The first visible test that did not pass; where the program did not come so far, how it ended."""
    broken = next(
        (test for test in verdict.tests if not test.hidden and test.outcome is not Outcome.PASSED), None
    )
    error = _error_name(verdict.traceback or (broken.traceback if broken else None) or "")
    if broken is not None:
        return Failure(test=broken.name, outcome=str(broken.outcome), error=error)
    if verdict.outcome is Outcome.FAILED:
        return Failure(outcome="hidden")
    return Failure(outcome=str(verdict.outcome), error=error)


def _error_name(traceback: str) -> str:
    """The name that the traceback's last line begins with: NameError, SyntaxError."""
    lines = traceback.strip().splitlines()
    name = lines[-1].partition(":")[0].strip() if lines else ""
    return name if name.isidentifier() and len(name) <= 40 else ""
