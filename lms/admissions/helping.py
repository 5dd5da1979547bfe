"""Help that people asked for and gave in class: noted by whoever teaches, by day, and counted for a round.

At most one of each kind counts on one day: it says that somebody asks and helps, not how often she talks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.admissions.evidence import Help
from lms.admissions.help_models import HelpKind, HelpNote
from lms.core.db import db, utcnow

MOST_STUDENTS = 200
MOST_NOTES = 500
LONG_AGO = timedelta(days=60)
"""How far back something can be noted."""


@dataclass(frozen=True, slots=True, order=True)
class Tick:
    """One box: a person, by public id, and which way the help went."""

    person: str
    kind: str


def students_of(cohort: Cohort) -> list[User]:
    """Who is in the class now, by name."""
    found = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == Role.STUDENT, Enrolment.status.in_(HERE))
        .order_by(Enrolment.name_key, User.id)
        .limit(MOST_STUDENTS)
    )
    return list(found)


def today_of(cohort: Cohort) -> date:
    """The day that it is in the class."""
    return utcnow().astimezone(ZoneInfo(cohort.time_zone)).date()


def day_within(cohort: Cohort, day: date | None) -> date:
    """This day if something can be noted for it, else today."""
    today = today_of(cohort)
    return day if day is not None and today - LONG_AGO <= day <= today else today


def ticks_on(cohort: Cohort, day: date) -> set[Tick]:
    """What is noted for a day."""
    found = db.session.execute(
        select(User.public_id, HelpNote.kind)
        .join(User, User.id == HelpNote.user_id)
        .where(HelpNote.cohort_id == cohort.id, HelpNote.on_day == day)
    )
    return {Tick(person, str(kind)) for person, kind in found}


def note(cohort: Cohort, day: date, before: Collection[Tick], after: Collection[Tick], author: User) -> None:
    """Change what was changed on the page, and nothing else: two who note at once lose nothing."""
    people = {one.public_id: one.id for one in students_of(cohort)}
    for tick in sorted(set(after) - set(before)):
        if tick.person in people:
            row = HelpNote(
                user_id=people[tick.person], cohort_id=cohort.id, on_day=day, kind=HelpKind(tick.kind),
                author_id=author.id,
            )  # fmt: skip
            try:
                with db.session.begin_nested():
                    db.session.add(row)
            except IntegrityError:  # somebody else noted it as well
                continue
    for tick in set(before) - set(after):
        if tick.person in people:
            db.session.execute(
                delete(HelpNote).where(
                    HelpNote.user_id == people[tick.person],
                    HelpNote.cohort_id == cohort.id,
                    HelpNote.on_day == day,
                    HelpNote.kind == tick.kind,
                )
            )


def help_of(people: Mapping[int, int], homes: Mapping[int, int], until: datetime) -> dict[int, Help]:
    """By application the help that is noted of these people; `people` are applications, `homes` classes by person.

    Who has no note has asked for none and given none, if help is noted in her class; where nobody notes it, nothing
    is known, and there is no entry.
    """
    found: dict[int, list[tuple[str, date]]] = {}
    rows = db.session.execute(
        select(HelpNote.user_id, HelpNote.kind, HelpNote.on_day)
        .where(HelpNote.user_id.in_(people), HelpNote.at < until)
        .order_by(HelpNote.on_day)
    )
    for user_id, kind, day in rows:
        found.setdefault(user_id, []).append((str(kind), day))
    noted = set(
        db.session.scalars(
            select(Cohort.id).where(
                Cohort.id.in_(set(homes.values())), exists().where(HelpNote.cohort_id == Cohort.id)
            )
        )
    )
    return {
        application: _counted(found.get(user_id, []))
        for user_id, application in people.items()
        if user_id in found or homes.get(user_id) in noted
    }


def notes_about(person: User) -> list[HelpNote]:
    """What is noted of somebody, for herself, the newest first."""
    found = db.session.scalars(
        select(HelpNote)
        .where(HelpNote.user_id == person.id)
        .options(joinedload(HelpNote.author))
        .order_by(HelpNote.on_day.desc(), HelpNote.kind)
        .limit(MOST_NOTES)
    )
    return list(found)


def _counted(notes: Sequence[tuple[str, date]]) -> Help:
    """Days, each once: she may have two classes on one."""
    days = {kind: sorted({day for one, day in notes if one == kind}) for kind in HelpKind}
    return Help(
        asked=len(days[HelpKind.ASKED]),
        given=len(days[HelpKind.GIVEN]),
        asked_on=tuple(days[HelpKind.ASKED]),
        given_on=tuple(days[HelpKind.GIVEN]),
    )
