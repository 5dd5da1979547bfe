"""Talks with students of the demonstration classes, made up as their histories are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment, Programme, User
from lms.board.contacts import Talk, keep_talk
from lms.board.models import KEPT_DAYS, Contact, Way
from lms.core.db import db, utcnow
from lms.programmes.demo import SLUG
from lms.programmes.demo_classes import BOOTCAMP_CLASS, EVENING_CLASS
from lms.programmes.planning import coordinators_of


@dataclass(frozen=True, slots=True)
class DemoTalk:
    """A talk of so many days ago; the step is for so many days from now."""

    cohort: str
    name: str
    days: int
    way: Way
    note: str
    reached: bool = True
    step: str = ""
    step_in: int | None = None


TALKS = (
    DemoTalk(EVENING_CLASS, "Daryna", 3, Way.MESSAGE, "Wrote to ask how she is. No answer yet.", reached=False),
    DemoTalk(
        EVENING_CLASS, "حنان", 2, Way.CALL, "Works late this month. Wants to go on, with less each week.",
        step="Give her later dates for two lessons", step_in=1,
    ),
    DemoTalk(EVENING_CLASS, "Jamila", 9, Way.IN_PERSON, "Pauses until the holidays are over.", step="Call her",
             step_in=12),
    DemoTalk(
        BOOTCAMP_CLASS, "Bohdan", 4, Way.IN_PERSON, "The loops went too fast. Sits beside Luam from now on.",
        step="Ask how it went", step_in=3,
    ),
)  # fmt: skip


def seed_talks() -> int:
    """Put in the talks of students about whom nothing is kept; how many that were. The caller commits."""
    author = _coordinator()
    count = 0
    for talk in TALKS:
        place = _place(talk)
        if author is not None and place is not None and not _is_there(place):
            keep_talk(place, author, _as_talk(talk), f"demo-{talk.days}")
            count += 1
    return count


def _coordinator() -> User | None:
    programme = db.session.scalar(select(Programme).where(Programme.slug == SLUG))
    return next(iter(coordinators_of(programme)), None) if programme is not None else None


def _place(talk: DemoTalk) -> Enrolment | None:
    return db.session.scalar(
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Programme.slug == SLUG, Cohort.name == talk.cohort, User.name == talk.name)
    )


def _is_there(place: Enrolment) -> bool:
    return db.session.scalar(select(Contact.id).where(Contact.user_id == place.user_id).limit(1)) is not None


def _as_talk(talk: DemoTalk) -> Talk:
    today = utcnow().date()
    return Talk(
        on_day=today - timedelta(days=talk.days),
        way=talk.way,
        reached=talk.reached,
        note=talk.note,
        next_step=talk.step,
        next_on=today + timedelta(days=talk.step_in) if talk.step_in is not None else None,
        delete_after=today + timedelta(days=KEPT_DAYS),
    )
