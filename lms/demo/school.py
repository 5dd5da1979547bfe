"""A large made-up school for measurements: its programmes, tracks, classes, and the people in them.

Names are made of syllables and belong to nobody. Nobody here has a secret, so nobody can sign in. What is drawn
comes from the seed and the day; addresses, codes and keys are random as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from flask_babel import force_locale
from sqlalchemy import select

from lms.accounts.models import (
    HERE,
    Cohort,
    Enrolment,
    EnrolmentStatus,
    Pace,
    Programme,
    ProgrammeStaff,
    Role,
    Track,
    User,
)
from lms.core.db import db, utcnow
from lms.core.text import fold_name
from lms.demo.sink import Sink
from lms.learning.models import LessonDate
from lms.programmes import schedule
from lms.programmes.calendars import add_holiday
from lms.programmes.models import ClassSession, EnrolmentEvent, Reason, SessionStatus
from lms.programmes.planning import CohortPlan, TrackPlan, new_programme, save_cohort, save_track

SLUG = "large"
COURSES = ("digital-basics", "first-steps-python", "web-first-steps")
CLASSES_IN_PROGRAMME = 25
CLASSES_OF_TEACHER = 3
WEEKS_AHEAD = 4
BUFFER_WEEKS = 3
BOOTCAMP_DAYS = 5
# Of so many classes one is a bootcamp, and one of the others has ended.
ONE_BOOTCAMP, ONE_ENDED = 5, 8
ZONES = (("Europe/Berlin", "DE-BE"), ("Europe/Paris", "FR"), ("Europe/Stockholm", "SE"), ("UTC", ""))
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
STANDINGS = (
    (EnrolmentStatus.ENROLLED, None, 88),
    (EnrolmentStatus.PAUSED, Reason.FAMILY, 4),
    (EnrolmentStatus.WITHDRAWN, Reason.WORK, 5),
    (EnrolmentStatus.DEFERRED, Reason.TIME, 2),
    (EnrolmentStatus.REFERRED, Reason.OTHER_COURSE, 1),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large; `weeks` is how long the classes have been going on. A bootcamp is through in a fifth of that."""

    cohorts: int = 200
    students: int = 50
    weeks: int = 40
    seed: int = 1

    def random(self, *what: object) -> Random:
        """A source of its own for each thing that is drawn: nothing depends on what was drawn before it."""
        return Random(":".join(str(one) for one in (self.seed, *what)))  # noqa: S311  (nothing to guess)


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody of a class; `here` when she has a seat in it now."""

    id: int
    enrolment: int
    number: int
    joined: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session that takes place."""

    id: int
    starts: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A lesson and its dates in one class."""

    key: str
    opens: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Class:
    """A class with what its history is made from."""

    id: int
    number: int
    programme: int
    teacher: int
    coordinator: int
    students: tuple[Student, ...]
    meetings: tuple[Meeting, ...]
    lessons: tuple[Dated, ...]


def today() -> datetime:
    """Up to when there is history: the last midnight."""
    return utcnow().replace(hour=0, minute=0, second=0, microsecond=0)


def names(random: Random, number: int, syllables: tuple[int, ...]) -> list[str]:
    """So many different names. Staff have longer ones: in a class no two people have the same."""
    found: dict[str, None] = {}
    while len(found) < number:
        length = random.choice(syllables)
        name = "".join(random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(length))
        found[name.capitalize()] = None
    return list(found)


def make_classes(scale: Scale, sink: Sink) -> Iterator[Class]:
    """Put in the programmes and their classes, one after the other."""
    for first in range(0, scale.cohorts, CLASSES_IN_PROGRAMME):
        number = first // CLASSES_IN_PROGRAMME + 1
        programme = new_programme(f"Large school {number}", f"{SLUG}-{number}")
        steady, bootcamp = _tracks(scale, programme)
        (coordinator, _), *teachers = _staff(scale, sink, programme)
        for place in range(first, min(first + CLASSES_IN_PROGRAMME, scale.cohorts)):
            is_bootcamp = (place + 1) % ONE_BOOTCAMP == 0
            cohort = _cohort(scale, programme, bootcamp if is_bootcamp else steady, place)
            teacher, name = teachers[(place - first) // CLASSES_OF_TEACHER]
            _enrol(sink, teacher, name, cohort, Role.INSTRUCTOR)
            students = _students(scale, sink, cohort, place, coordinator)
            yield _with_calendar(cohort, place, teacher, coordinator, tuple(students))


def _tracks(scale: Scale, programme: Programme) -> tuple[Track, Track]:
    steady = TrackPlan(
        "One evening a week", COURSES, Pace.STEADY, 4, 1, weeks=scale.weeks + WEEKS_AHEAD, buffer_weeks=BUFFER_WEEKS
    )  # fmt: skip
    bootcamp = TrackPlan(
        "Bootcamp", COURSES, Pace.BOOTCAMP, 35, BOOTCAMP_DAYS,
        weeks=_bootcamp_weeks(scale) + 1, buffer_weeks=BUFFER_WEEKS,
    )  # fmt: skip
    return save_track(programme, None, steady), save_track(programme, None, bootcamp)


def _bootcamp_weeks(scale: Scale) -> int:
    return max(1, scale.weeks // BOOTCAMP_DAYS)


def _staff(scale: Scale, sink: Sink, programme: Programme) -> list[tuple[int, str]]:
    """A coordinator, and teachers for all classes."""
    random = scale.random("staff", programme.slug)
    number = 1 + -(-CLASSES_IN_PROGRAMME // CLASSES_OF_TEACHER)
    since = today() - timedelta(weeks=52)
    people = [(_person(sink, name, since), name) for name in names(random, number, (4,))]
    sink.add(ProgrammeStaff, user_id=people[0][0], programme_id=programme.id)
    return people


def _person(sink: Sink, name: str, since: datetime) -> int:
    number = sink.new_id(User)
    sink.add(User, id=number, name=name, created_at=since, last_sign_in_at=None)
    return number


def _cohort(scale: Scale, programme: Programme, track: Track, place: int) -> Cohort:
    """One class with its calendar; a few days on which it does not meet are still to come."""
    random = scale.random("class", place)
    zone, region = random.choice(ZONES)
    is_bootcamp = track.pace == Pace.BOOTCAMP
    weeks = _bootcamp_weeks(scale) if is_bootcamp else scale.weeks
    if not is_bootcamp and (place + 1) % ONE_ENDED == 0:
        weeks += WEEKS_AHEAD + BUFFER_WEEKS
    monday = today().date() - timedelta(days=today().weekday(), weeks=weeks)
    at = time(random.choice((9, 13)) if is_bootcamp else random.choice((10, 17, 18, 19)))
    days = range(BOOTCAMP_DAYS) if is_bootcamp else [random.randrange(5)]
    plan = CohortPlan(
        f"Class {place + 1}", track, monday, zone, region, "en", place=f"Room {random.randint(1, 40)}", link="",
        childcare=random.random() < 0.5, seats=None,
        slots=tuple(schedule.Slot(day, at, 210 if is_bootcamp else 120) for day in days),
    )  # fmt: skip
    with force_locale("en"):
        cohort = save_cohort(programme, None, plan)[0]
        pause = today().date() + timedelta(days=10)
        add_holiday(cohort, pause, pause + timedelta(days=2), "School closed")
    cohort.created_at = _noon(monday) - timedelta(weeks=2)
    db.session.flush()
    return cohort


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), utcnow().tzinfo)


def _enrol(
    sink: Sink,
    person: int,
    name: str,
    cohort: Cohort,
    role: Role = Role.STUDENT,
    *,
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED,
) -> int:
    number = sink.new_id(Enrolment)
    sink.add(
        Enrolment, id=number, user_id=person, cohort_id=cohort.id, role=role, status=status,
        name_key=fold_name(name), created_at=cohort.created_at + timedelta(days=11),
    )  # fmt: skip
    return number


def _students(scale: Scale, sink: Sink, cohort: Cohort, place: int, coordinator: int) -> Iterator[Student]:
    random = scale.random("students", place)
    joined = cohort.created_at + timedelta(days=11)
    shares = [share for _, _, share in STANDINGS]
    for number, name in enumerate(names(random, scale.students, (2, 3))):
        person = _person(sink, name, joined)
        status, reason, _ = random.choices(STANDINGS, shares)[0]
        enrolment = _enrol(sink, person, name, cohort, status=status)
        if reason is not None:
            sink.add(
                EnrolmentEvent, enrolment_id=enrolment, status=status, reason=reason, author_id=coordinator,
                note="", to_cohort_id=None, at=today() - timedelta(days=random.randint(2, 60)),
            )  # fmt: skip
        yield Student(person, enrolment, number, joined, status in HERE)


def _with_calendar(
    cohort: Cohort, place: int, teacher: int, coordinator: int, students: tuple[Student, ...]
) -> Class:
    sessions = db.session.scalars(
        select(ClassSession)
        .where(ClassSession.cohort_id == cohort.id, ClassSession.status != SessionStatus.CANCELLED)
        .order_by(ClassSession.starts_at)
    )
    lessons = db.session.scalars(
        select(LessonDate).where(LessonDate.cohort_id == cohort.id).order_by(LessonDate.position)
    )
    return Class(
        id=cohort.id,
        number=place,
        programme=cohort.programme_id,
        teacher=teacher,
        coordinator=coordinator,
        students=students,
        meetings=tuple(Meeting(one.id, one.starts_at, one.minutes) for one in sessions),
        lessons=tuple(Dated(one.lesson_key, one.opens_at, one.due_at) for one in lessons),
    )
