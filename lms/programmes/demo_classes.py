"""Two classes of the demonstration school that are under way, with made-up students: evenings, and a bootcamp.

Their students have no secret: nobody signs in as one until staff give her a PIN. Hashing forty would take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, Pace, Programme, Role, User
from lms.accounts.services import enrol
from lms.core.db import db, utcnow
from lms.programmes import schedule
from lms.programmes.demo_work import seed_work
from lms.programmes.models import Reason
from lms.programmes.places import change_place
from lms.programmes.planning import CohortPlan, TrackPlan, save_cohort, save_track

COURSES = ("digital-basics", "first-steps-python")
BOOTCAMP_COURSES = (*COURSES, "web-first-steps")
EVENING_CLASS = "Evening class"
BOOTCAMP_CLASS = "Bootcamp"
# The numbers are those of the scenes that the school should show.
MORNING_WEEK, EVENING_WEEK, BOOTCAMP_WEEK = 2, 5, 3
MORNINGS = (schedule.Slot(0, time(10), 120), schedule.Slot(2, time(10), 120))
EVENINGS = (schedule.Slot(1, time(18), 120), schedule.Slot(3, time(18), 120))
DAYS = tuple(schedule.Slot(day, at, 210) for day in range(5) for at in (time(9), time(13, 30)))
EVENING_PEOPLE = (
    "Amal", "Bilal", "Zahra", "Daryna", "Eden", "Farid", "Gulnaz", "حنان", "Idris", "Jamila", "Kidane", "Leyla",
    "Maryam", "Nadia", "Оксана", "Parwana", "Qasim", "Rahel", "سمر", "Tesfay", "Umida", "Viktoriia", "Wafa",
    "Yonas",
)  # fmt: skip
BOOTCAMP_PEOPLE = (
    "Abeba", "Bohdan", "Rania", "Dawit", "Elham", "Fatou", "Hamid", "إيمان", "Karim", "Luam", "Mahsa", "Nazar",
    "Olena", "Rami", "Selam", "Yusra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of somebody's place."""

    name: str
    status: EnrolmentStatus
    reason: Reason
    note: str = ""


TURNS = (
    Turn("Jamila", EnrolmentStatus.PAUSED, Reason.FAMILY, "Back after the school holidays."),
    Turn("Qasim", EnrolmentStatus.WITHDRAWN, Reason.WORK, "Night shifts."),
)


def seed_classes(programme: Programme, teacher: User, coordinator: User) -> bool:
    """Put in the tracks and the classes that are missing; False when all are there. The caller commits."""
    known = set(db.session.scalars(select(Cohort.name).where(Cohort.programme_id == programme.id)))
    first = programme.cohorts[0]
    if {EVENING_CLASS, BOOTCAMP_CLASS} <= known and first.track is not None:
        return False
    if first.track is None:
        _plan_morning_class(programme, first)
    if EVENING_CLASS not in known:
        evening = _evening_class(programme)
        _open(evening, EVENING_PEOPLE, teacher)
        for turn in TURNS:
            _turn(evening, turn, coordinator)
        seed_work(evening)
    if BOOTCAMP_CLASS not in known:
        bootcamp = _bootcamp_class(programme)
        _open(bootcamp, BOOTCAMP_PEOPLE, teacher)
        seed_work(bootcamp)
    return True


def _plan_morning_class(programme: Programme, cohort: Cohort) -> None:
    track = save_track(
        programme,
        None,
        TrackPlan(
            "Two mornings a week", (cohort.course_slug,), Pace.STEADY, 4, 2, weeks=None, buffer_weeks=2
        ),
    )
    plan = CohortPlan(
        cohort.name, track, _monday(MORNING_WEEK), "Europe/Berlin", "DE-BE", "en",
        place="Community centre, ground floor", link="", childcare=True, seats=None, slots=MORNINGS,
    )  # fmt: skip
    save_cohort(programme, cohort, plan)


def _evening_class(programme: Programme) -> Cohort:
    track = save_track(
        programme,
        None,
        TrackPlan("Two evenings a week", COURSES, Pace.STEADY, 4, 2, weeks=None, buffer_weeks=3),
    )
    plan = CohortPlan(
        EVENING_CLASS, track, _monday(EVENING_WEEK), "Europe/Berlin", "DE-BE", "en",
        place="Library, second floor", link="", childcare=True, seats=26, slots=EVENINGS,
    )  # fmt: skip
    return save_cohort(programme, None, plan)[0]


def _bootcamp_class(programme: Programme) -> Cohort:
    track = save_track(
        programme,
        None,
        TrackPlan("Bootcamp", BOOTCAMP_COURSES, Pace.BOOTCAMP, 35, 10, weeks=6, buffer_weeks=1),
    )
    plan = CohortPlan(
        BOOTCAMP_CLASS, track, _monday(BOOTCAMP_WEEK), "Europe/Berlin", "DE-BE", "en",
        place="School, room 4", link="https://meet.example/bootcamp", childcare=False, seats=18, slots=DAYS,
    )  # fmt: skip
    return save_cohort(programme, None, plan)[0]


def _monday(week: int) -> date:
    """The Monday of the class's first week, if this is its week of that number."""
    today = utcnow().date()
    return today - timedelta(days=today.weekday(), weeks=week - 1)


def _open(cohort: Cohort, names: Sequence[str], teacher: User) -> None:
    """The class as it began: its teacher and its students, joined in the week before."""
    assert cohort.starts_on is not None  # noqa: S101  # it has just been planned
    began = schedule.moment(cohort.starts_on, time(12), ZoneInfo(cohort.time_zone))
    cohort.created_at = began - timedelta(weeks=2)
    enrol(teacher, cohort, Role.INSTRUCTOR)
    people = [User(name=name, created_at=began - timedelta(days=3)) for name in names]
    db.session.add_all(people)
    db.session.flush()
    for person in people:
        enrol(person, cohort).created_at = began - timedelta(days=3)


def _turn(cohort: Cohort, turn: Turn, author: User) -> None:
    place = db.session.scalars(
        select(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id == cohort.id, User.name == turn.name)
    ).one()
    event = change_place(place, turn.status, author, reason=turn.reason, note=turn.note)
    event.at = utcnow() - timedelta(days=9)
