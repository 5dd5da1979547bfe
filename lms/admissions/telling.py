"""What people find among their messages: a round opens, a letter is there, an offer waits, the list has moved.

No sentence says what was decided: messages are read on shared phones, and over shoulders. A message is written in the
transaction of what it tells, so nobody learns of anything before it is so. Messages send no mail and make no sound:
quiet hours hold by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext
from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.accounts.models import Cohort, Enrolment, EnrolmentStatus, ProgrammeStaff, Role
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.decision_models import Decision, DecisionKind
from lms.admissions.interview_models import InterviewSlot
from lms.admissions.models import Round, RoundStatus
from lms.announcements.notices import isolated, notify, say
from lms.core.db import changed_rows, db, utcnow
from lms.programmes.pages import class_day

REMIND_BEFORE = timedelta(days=2)
"""How long before an offer lapses its owner is reminded,"""
REMIND_AFTER = timedelta(days=1)
"""but not on the day on which she was told of it."""
MOST_AT_ONCE = 1000
# Who may apply: also somebody who pauses or has finished; not who has left.
APPLYING = (
    EnrolmentStatus.ENROLLED,
    EnrolmentStatus.PAUSED,
    EnrolmentStatus.DEFERRED,
    EnrolmentStatus.GRADUATED,
)


def init_app(app: Flask) -> None:
    """Say how each message reads."""
    words: Mapping[str, Callable[[Mapping[str, str]], str]] = {
        "round_opened": _round_words,
        "letter_out": lambda params: gettext(
            "There is a letter about your application for %(name)s.", name=_name(params)
        ),
        "seat_free": lambda params: gettext(
            "The waiting list for %(name)s has moved. There is a letter for you: please answer by %(day)s.",
            name=_name(params), day=_day(params),
        ),
        "offer_waits": lambda params: gettext(
            "A letter about your application for %(name)s waits for your answer until %(day)s.",
            name=_name(params), day=_day(params),
        ),
        "objection_answered": lambda params: gettext(
            "Somebody has taken a second look at your application for %(name)s.", name=_name(params)
        ),
        "objection_filed": lambda params: gettext(
            "Somebody asks for a second look in the round %(name)s.", name=_name(params)
        ),
        "list_moved": lambda params: gettext(
            "A seat became free in the round %(name)s, and the next person was called.", name=_name(params)
        ),
        "ratings_asked": lambda params: gettext(
            "There are applications for you to rate in the round %(name)s.", name=_name(params)
        ),
        "talk_invited": lambda params: gettext(
            "You are invited to a talk about your application for %(name)s. Choose a time that fits you.",
            name=_name(params),
        ),
        "talk_off": lambda params: gettext(
            "The time of your talk for %(name)s does not hold any more. Please choose another one.",
            name=_name(params),
        ),
        "talk_picked": lambda params: gettext(
            "A candidate chose, changed or gave up a time of yours in the round %(name)s.", name=_name(params)
        ),
    }  # fmt: skip
    for kind, sentence in words.items():
        say(app, kind, sentence)


def announce_opened(now: datetime | None = None) -> int:
    """Tell who may apply of the rounds that take applications now; how many people were told.

    A round is announced by whoever sets its moment: of two sweeps at once one tells.
    """
    now = now or utcnow()
    due = db.session.scalars(
        select(Round)
        .where(
            Round.status == RoundStatus.OPEN,
            Round.announced_at.is_(None),
            Round.opens_at <= now,
            Round.closes_at > now,
        )
        .limit(MOST_AT_ONCE)
    ).all()
    told = 0
    for screening in due:
        if not changed_rows(
            update(Round)
            .where(Round.id == screening.id, Round.status == RoundStatus.OPEN, Round.announced_at.is_(None))
            .values(announced_at=now)
        ):
            continue
        params = {"name": screening.cohort.name, "day": _local_day(screening, screening.closes_at)}
        told += notify(_may_apply(screening), "round_opened", params, f"/apply/{screening.public_id}")
    return told


def tell_letter(decision: Decision, screening: Round, kind: str) -> None:
    """Somebody has a letter, and perhaps until when to answer."""
    user_id = db.session.scalar(select(Application.user_id).where(Application.id == decision.application_id))
    params = {"name": screening.cohort.name}
    if decision.respond_by is not None:
        params["day"] = _local_day(screening, decision.respond_by)
    notify([user_id] if user_id else [], kind, params, f"/letters/{decision.public_id}")


def remind(now: datetime | None = None) -> int:
    """Remind those whose offer lapses soon, each once; how many they were."""
    now = now or utcnow()
    due = db.session.scalars(
        select(Decision)
        .where(
            Decision.kind == DecisionKind.OFFER,
            Decision.replaced_at.is_(None),
            Decision.answer.is_(None),
            Decision.reminded_at.is_(None),
            Decision.released_at <= now - REMIND_AFTER,
            Decision.respond_by > now,
            Decision.respond_by <= now + REMIND_BEFORE,
        )
        .order_by(Decision.respond_by)
        .limit(MOST_AT_ONCE)
    ).all()
    count = 0
    for decision in due:
        if changed_rows(
            update(Decision)
            .where(
                Decision.id == decision.id,
                Decision.reminded_at.is_(None),
                Decision.answer.is_(None),
                Decision.replaced_at.is_(None),
            )
            .values(reminded_at=now)
        ):
            tell_letter(decision, db.session.get_one(Round, decision.round_id), "offer_waits")
            count += 1
    return count


def tell_coordinators(screening: Round, kind: str, path: str) -> None:
    """Whoever coordinates the round's programme finds a message."""
    staff = db.session.scalars(
        select(ProgrammeStaff.user_id).where(ProgrammeStaff.programme_id == screening.programme_id)
    )
    notify(staff, kind, {"name": screening.name}, f"/rounds/{screening.public_id}{path}")


def tell_invited(applications: Sequence[Application], screening: Round) -> None:
    """These candidates are invited to a talk, each by a message that leads to the times."""
    for one in applications:
        path = f"/applications/{one.public_id}/talk"
        notify([one.user_id], "talk_invited", {"name": screening.cohort.name}, path)


def tell_time_off(application: Application, screening: Round) -> None:
    """The time that she picked is no longer offered."""
    path = f"/applications/{application.public_id}/talk"
    notify([application.user_id], "talk_off", {"name": screening.cohort.name}, path)


def tell_picked(slots: Sequence[InterviewSlot], screening: Round) -> None:
    """Something changed in the times of those who hold talks."""
    people = [slot.interviewer_id for slot in slots if slot.interviewer_id is not None]
    notify(people, "talk_picked", {"name": screening.name}, "/talks")


def tell_raters(screening: Round, raters: Iterable[int]) -> None:
    """These people have something to rate."""
    notify(raters, "ratings_asked", {"name": screening.name}, "/ratings")


def _may_apply(screening: Round) -> list[int]:
    """Students of the programme's other classes: not of the class that is filled, nor of one on the same track."""
    target = aliased(Enrolment)
    sent = exists().where(
        Application.round_id == screening.id,
        Application.user_id == Enrolment.user_id,
        Application.status == ApplicationStatus.SUBMITTED,
    )
    in_it = exists().where(target.user_id == Enrolment.user_id, target.cohort_id == screening.cohort_id)
    elsewhere = or_(
        Cohort.track_id.is_(None),
        func.coalesce(Cohort.track_id != screening.cohort.track_id, True),  # SQL
    )
    found = db.session.scalars(
        select(Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.programme_id == screening.programme_id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(APPLYING),
            elsewhere,
            ~in_it,
            ~sent,
        )
        .distinct()
        .order_by(Enrolment.user_id)
    )
    return list(found)


def _local_day(screening: Round, at: datetime) -> str:
    zone = ZoneInfo(screening.cohort.time_zone)
    return at.astimezone(zone).date().isoformat()


def _round_words(params: Mapping[str, str]) -> str:
    return str(
        gettext(
            "You can apply for %(name)s until %(day)s. Read what it is about, and what is looked at.",
            name=_name(params), day=_day(params),
        )
    )  # fmt: skip


def _name(params: Mapping[str, str]) -> str:
    return isolated(params.get("name", ""))


def _day(params: Mapping[str, str]) -> str:
    try:
        return class_day(date.fromisoformat(params.get("day", "")))
    except ValueError:
        return ""
