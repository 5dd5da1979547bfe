"""How students fare with the exercises of a course, counted by the clock for those who write it.

Only what may be shown is written down: numbers about at least `SMALLEST` people. Steps in an order (one attempt, two
attempts, …) that too few people took are joined with the step beside them, so that no difference of two numbers gives
a small one away; languages are held back as in the report on fairness. A text of students' programs is kept if so many
people's programs gave it. A row is counted anew when so many people have handed in since: two counts, one after the
other, could be subtracted as well.

Counted are students of the classes of the course's own programme; of a course of the whole site, of all classes.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median_low
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from lms.accounts.models import Cohort, Enrolment, Role, User
from lms.admissions.disclosure import SMALLEST, Group, may_show
from lms.authoring.models import AuthoredCourse, ExerciseStatistics
from lms.catalog.models import ExerciseVersion
from lms.catalog.shelf import find_course
from lms.core.db import db, utcnow
from lms.core.text import clean_output
from lms.grading.explain import error_line
from lms.grading.outcome import Outcome
from lms.grading.verdict import Verdict, VerdictFormatError, verdict_from_json
from lms.submissions.models import Submission

LOOK_AGAIN = timedelta(hours=20)
STOPPED = timedelta(days=21)
"""Who has handed in nothing of the course for so long has stopped, as far as anybody can say."""
STEPS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 9), (10, None))
MOST_READ = 2000
"""Verdicts of so many of the latest hand-ins that did not pass are read."""
MOST_FAILURES = 10
LONGEST_GOT = 80
READ_AT_ONCE = 250
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")


@dataclass(frozen=True, slots=True)
class Failure:
    """One way not to pass: at which test, what came instead, which error, which rule; `outcome` where no test was."""

    outcome: str
    test: str = ""
    got: str = ""
    error: str = ""


@dataclass(slots=True)
class _Tries:
    """What one person did with one version of an exercise."""

    language: str
    number: int = 0
    passed_at: int | None = None


@dataclass(slots=True)
class _Read:
    """All hand-ins of one version of an exercise."""

    people: dict[int, _Tries] = field(default_factory=dict)
    missed: list[int] = field(default_factory=list)
    """Hand-ins that did not pass, the oldest first."""


def count_next(now: datetime | None = None) -> int:
    """Count one version of one exercise, or where one course is left; 0 when all were looked at of late."""
    now = now or utcnow()
    for course, key, version in _due(now):
        row = _row(course, key, version)
        if _enough_is_new(course, key, version, row.counted_at):
            shown = _exercise(course, key, version) if key else _stops(course, now)
            row.shown, row.counted_at = shown, now
        row.looked_at = now
        db.session.add(row)
        db.session.flush()
        return 1
    return 0


def _due(now: datetime) -> Iterator[tuple[AuthoredCourse, str, str]]:
    before = now - LOOK_AGAIN
    seen = ExerciseStatistics
    stale = or_(seen.id.is_(None), seen.looked_at < before)
    course = db.session.scalar(
        select(AuthoredCourse)
        .outerjoin(seen, and_(seen.course_id == AuthoredCourse.id, seen.exercise_key == ""))
        .where(stale)
        .order_by(AuthoredCourse.id)
        .limit(1)
    )
    if course is not None:
        yield course, "", ""
    version = db.session.execute(
        select(AuthoredCourse, ExerciseVersion)
        .join(ExerciseVersion, ExerciseVersion.course == AuthoredCourse.slug)
        .outerjoin(
            seen, and_(seen.course_id == AuthoredCourse.id, seen.exercise_version == ExerciseVersion.hash)
        )
        .where(stale)
        .order_by(AuthoredCourse.id, ExerciseVersion.hash)
        .limit(1)
    ).first()
    if version is not None:
        found, one = version
        yield found, f"{one.course}/{one.lesson}/{one.slug}", one.hash


def _row(course: AuthoredCourse, key: str, version: str) -> ExerciseStatistics:
    known = select(ExerciseStatistics).where(
        ExerciseStatistics.course_id == course.id,
        ExerciseStatistics.exercise_key == key,
        ExerciseStatistics.exercise_version == version,
    )
    return db.session.scalar(known) or ExerciseStatistics(
        course_id=course.id, exercise_key=key, exercise_version=version, shown={}
    )


def _enough_is_new(course: AuthoredCourse, key: str, version: str, since: datetime | None) -> bool:
    people = select(Submission.user_id)
    if key:
        hers = (Submission.exercise_key == key, Submission.exercise_version == version)
        people = people.where(*hers, _in_classes_of(course), _by_a_student())
    else:
        people = people.where(_of_everybody(course), Submission.exercise_key.in_(_keys(course)))
    if since is not None:
        people = people.where(Submission.received_at > since)
    few = people.distinct().limit(SMALLEST).subquery()
    return (db.session.scalar(select(func.count()).select_from(few)) or 0) >= SMALLEST


def _in_classes_of(course: AuthoredCourse) -> ColumnElement[bool]:
    """Hand-ins in the classes that are counted. All classes are named too: that is how the index finds them."""
    classes = select(Cohort.id)
    if course.programme_id is not None:
        classes = classes.where(Cohort.programme_id == course.programme_id)
    return Submission.cohort_id.in_(classes)


def _by_a_student() -> ColumnElement[bool]:
    return exists().where(
        Enrolment.user_id == Submission.user_id,
        Enrolment.cohort_id == Submission.cohort_id,
        Enrolment.role == Role.STUDENT,
    )


def _of_everybody(course: AuthoredCourse) -> ColumnElement[bool]:
    """The same for a whole course, in a form that is read from the index by person alone: the rows are large."""
    students = select(Enrolment.user_id).where(Enrolment.role == Role.STUDENT)
    if course.programme_id is None:
        return and_(Submission.user_id.in_(students), Submission.cohort_id.is_not(None))
    classes = select(Cohort.id).where(Cohort.programme_id == course.programme_id)
    return and_(
        Submission.user_id.in_(students.where(Enrolment.cohort_id.in_(classes))),
        Submission.cohort_id.in_(classes),
    )


def _keys(course: AuthoredCourse) -> list[str]:
    """The exercises of the course as it is published now, in their order."""
    published = find_course(course.slug)
    return [exercise.key for exercise in published.exercises] if published is not None else []


def _exercise(course: AuthoredCourse, key: str, version: str) -> dict[str, Any]:
    read = _read(course, key, version)
    people = list(read.people.values())
    if len(people) < SMALLEST:
        return {}
    return {
        "people": len(people),
        "steps": _steps(people),
        "failures": _failures(read),
        "languages": _languages(people),
    }


def _read(course: AuthoredCourse, key: str, version: str) -> _Read:
    read = _Read()
    rows = db.session.execute(
        select(Submission.id, Submission.user_id, Submission.outcome, User.language)
        .join(User, User.id == Submission.user_id)
        .where(
            Submission.exercise_key == key,
            Submission.exercise_version == version,
            Submission.outcome.is_not(None),
            _in_classes_of(course),
            _by_a_student(),
        )
        .order_by(Submission.received_at, Submission.id)
    )
    for number, user, outcome, language in rows:
        tries = read.people.setdefault(user, _Tries(language or ""))
        if outcome != Outcome.PASSED:
            read.missed.append(number)
        if tries.passed_at is None:
            tries.number += 1
            if outcome == Outcome.PASSED:
                tries.passed_at = tries.number
    return read


def _steps(people: Iterable[_Tries]) -> list[dict[str, Any]]:
    """How many people passed at which attempt, and last how many have not passed; small steps are joined."""
    counted = Counter(tries.passed_at for tries in people)
    numbers = [
        sum(count for at, count in counted.items() if at is not None and low <= at <= (high or at))
        for low, high in STEPS
    ]
    found = []
    for first, last, count in joined([*numbers, counted[None]]):
        steps = STEPS[first : last + 1]
        found.append(
            {
                "from": steps[0][0] if steps else None,
                "to": steps[-1][1] if steps else None,
                "open": last == len(STEPS),
                "people": count,
            }
        )
    return found


def joined(numbers: Sequence[int]) -> list[tuple[int, int, int]]:
    """Neighbours put together until each sum is at least `SMALLEST`: first and last place, and the sum.

    Zeros between those sums are left out: they are about nobody. All in all fewer than that: nothing.
    """
    found: list[tuple[int, int, int]] = []
    first, total = 0, 0
    for place, number in enumerate(numbers):
        first = first if total else place
        total += number
        if total >= SMALLEST:
            found.append((first, place, total))
            total = 0
    if total and found:
        before, _, sum_before = found.pop()
        found.append((before, len(numbers) - 1, sum_before + total))
    return found


def _languages(people: Iterable[_Tries]) -> dict[str, Any]:
    """By language of the reader how many they are, and at which attempt half of those who passed had passed."""
    by_tag: dict[str, list[_Tries]] = defaultdict(list)
    for tries in people:
        by_tag[tries.language].append(tries)
    shown = may_show([Group(tag, (len(tries),), len(tries)) for tag, tries in by_tag.items()])
    return {
        "groups": [
            {"language": group.name, "people": group.size, "median": _median(by_tag[group.name])}
            for group in reversed(shown.groups)
        ],
        "rest": sum(shown.rest) if shown.rest is not None else 0,
    }


def _median(people: Iterable[_Tries]) -> int | None:
    passed = [tries.passed_at for tries in people if tries.passed_at is not None]
    return median_low(passed) if len(passed) >= SMALLEST else None


def _failures(read: _Read) -> list[dict[str, Any]]:
    """What went wrong for at least `SMALLEST` people, the commonest first; in the latest hand-ins that did not pass."""
    people: dict[Failure, set[int]] = defaultdict(set)
    latest = read.missed[-MOST_READ:]
    for start in range(0, len(latest), READ_AT_ONCE):
        part = latest[start : start + READ_AT_ONCE]
        stored = db.session.execute(
            select(Submission.user_id, Submission.verdict).where(Submission.id.in_(part))
        )
        for user, verdict in stored:
            failure = _failure_in(verdict)
            if failure is not None:
                people[failure].add(user)
    often = sorted(
        ((len(users), failure) for failure, users in people.items() if len(users) >= SMALLEST),
        key=lambda one: (-one[0], one[1].test, one[1].got, one[1].error),
    )
    return [
        {
            "outcome": failure.outcome,
            "test": failure.test,
            "got": failure.got,
            "error": failure.error,
            "people": count,
        }
        for count, failure in often[:MOST_FAILURES]
    ]


def _failure_in(stored: Mapping[str, object] | None) -> Failure | None:
    try:
        return failure_of(verdict_from_json(stored)) if stored is not None else None
    except VerdictFormatError:  # written by another version; the hand-in's own page says so
        return None


def failure_of(verdict: Verdict) -> Failure:
    """The first test that did not pass, with what came instead; where the program did not come so far, how it ended."""
    if verdict.outcome is Outcome.RULE and verdict.rules:
        return Failure(str(Outcome.RULE), got=verdict.rules[0].construct)
    broken = next((test for test in verdict.tests if test.outcome is not Outcome.PASSED), None)
    if broken is None:
        return Failure(str(verdict.outcome), error=_error_name(verdict.traceback))
    error = _error_name(broken.traceback or verdict.traceback)
    # Where there is an error there is no value that says more.
    got = "" if error else normal(broken.got if broken.got is not None else broken.printed)
    return Failure(str(broken.outcome), test=broken.name, got=got, error=error)


def normal(text: str | None) -> str:
    """A value as it is compared: without what differs from run to run, on one line, not too long."""
    line = " ".join(clean_output(_ADDRESS.sub("0x…", text or "")).split())
    return line if len(line) <= LONGEST_GOT else line[: LONGEST_GOT - 1] + "…"


def _error_name(traceback: str | None) -> str:
    name = error_line(traceback or "").partition(":")[0].strip()
    return name if name.isidentifier() and len(name) <= LONGEST_GOT else ""


def _stops(course: AuthoredCourse, now: datetime) -> dict[str, Any]:
    """At which exercise people handed in last who have not passed all and have not handed in for weeks."""
    keys = _keys(course)
    found = {row[0]: row[1] for row in db.session.execute(_last_touched(course, keys, now))}
    stops = joined([found.get(key, 0) for key in keys])
    return {"stops": [{"from": keys[first], "to": keys[last], "people": n} for first, last, n in stops]}


def _last_touched(course: AuthoredCourse, keys: Sequence[str], now: datetime) -> Select[Any]:
    """Read from the index by person and exercise alone: the rows themselves are large."""
    done = func.max(case((Submission.outcome == Outcome.PASSED, 1), else_=0))
    work = (
        select(
            Submission.user_id.label("user_id"),
            Submission.exercise_key.label("exercise_key"),
            func.max(Submission.received_at).label("last"),
            done.label("done"),
        )
        .where(_of_everybody(course), Submission.exercise_key.in_(keys))
        .group_by(Submission.user_id, Submission.exercise_key)
        .subquery()
    )
    order = func.row_number().over(
        partition_by=work.c.user_id, order_by=(work.c.last.desc(), work.c.exercise_key.desc())
    )
    all_done = func.sum(work.c.done).over(partition_by=work.c.user_id)
    people = select(
        work.c.exercise_key, work.c.last, order.label("place"), all_done.label("passed")
    ).subquery()
    return (
        select(people.c.exercise_key, func.count())
        .where(people.c.place == 1, people.c.last < now - STOPPED, people.c.passed < len(keys))
        .group_by(people.c.exercise_key)
    )
