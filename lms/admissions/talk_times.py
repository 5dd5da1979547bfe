"""Times at which somebody can talk with candidates: offered one after another, and taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.admissions.application_models import Application
from lms.admissions.interview_models import Interview, InterviewSlot, InterviewStatus
from lms.admissions.interviewing import MOST_SLOTS, CannotTalk, TalkChanged, change, must_have_talks
from lms.admissions.models import Round
from lms.admissions.telling import tell_time_off
from lms.core.db import db, utcnow
from lms.core.text import clean_line

MOST_AT_ONCE = 24
"""Times that are offered by one click."""
LONGEST_TALK = 240
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Times:
    """Times that somebody can talk at: one after another, each so many minutes."""

    interviewer: User
    begins_at: datetime
    ends_at: datetime
    minutes: int
    place: str
    link: str


def offer_times(screening: Round, times: Times, now: datetime | None = None) -> int:
    """Offer times; how many are new. One that this person offers already is left as it is."""
    must_have_talks(screening)
    if times.begins_at <= (now or utcnow()):
        raise CannotTalk(str(lazy_gettext("This time is over. Choose a later one.")))
    if not (times.place or times.link):
        raise CannotTalk(str(lazy_gettext("Say where the talk is: a place, or a link.")))
    span = timedelta(minutes=times.minutes)
    starts = [times.begins_at]
    while starts[-1] + 2 * span <= times.ends_at:
        starts.append(starts[-1] + span)
    if times.begins_at + span > times.ends_at:
        raise CannotTalk(str(lazy_gettext("Between these times there is no room for a talk.")))
    if len(starts) > MOST_AT_ONCE:
        raise CannotTalk(
            str(lazy_gettext("These are more than %(count)s times. Offer fewer at once.", count=MOST_AT_ONCE))
        )
    if _count_slots(screening.id) + len(starts) > MOST_SLOTS:
        raise CannotTalk(str(lazy_gettext("This round has very many times already. Take some out first.")))
    _must_be_apart(times, starts)
    return sum(_offer(screening, times, at) for at in starts)


def take_out(slot: InterviewSlot, now: datetime | None = None) -> None:
    """A time is offered no more; who had picked it is told and picks another. One that is past stays."""
    if slot.starts_at <= (now or utcnow()):
        raise CannotTalk(str(lazy_gettext("This talk has begun or is over. It stays in the list.")))
    interview = db.session.scalar(select(Interview).where(Interview.slot_id == slot.id))
    if interview is not None:
        change(interview, interview.version, {"status": InterviewStatus.INVITED, "slot_id": None})
        tell_time_off(interview.application, slot.round)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(InterviewSlot).where(InterviewSlot.id == slot.id))
    except IntegrityError as error:  # picked in this moment
        raise TalkChanged from error
    db.session.expunge(slot)


def slots_of(screening: Round, now: datetime | None = None) -> list[tuple[InterviewSlot, str | None]]:
    """The times to come of a round, the next first, with the name of who has picked it."""
    found = db.session.execute(
        select(InterviewSlot, User.name)
        .outerjoin(Interview, Interview.slot_id == InterviewSlot.id)
        .outerjoin(Application, Application.id == Interview.application_id)
        .outerjoin(User, User.id == Application.user_id)
        .where(InterviewSlot.round_id == screening.id, InterviewSlot.starts_at > (now or utcnow()))
        .options(joinedload(InterviewSlot.interviewer))
        .order_by(InterviewSlot.starts_at, InterviewSlot.id)
        .limit(MOST_SLOTS)
    )
    return [(slot, name) for slot, name in found]


def clean_time(place: str, link: str) -> tuple[str, str]:
    """A place and a link as they are kept."""
    return clean_line(place), clean_line(link)


def _count_slots(round_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count()).select_from(InterviewSlot).where(InterviewSlot.round_id == round_id)
        )
        or 0
    )


def _must_be_apart(times: Times, starts: Sequence[datetime]) -> None:
    """Nobody talks with two people at once, in whichever round; the very same time is no second one."""
    until = starts[-1] + timedelta(minutes=times.minutes)
    near = db.session.execute(
        select(InterviewSlot.starts_at, InterviewSlot.minutes).where(
            InterviewSlot.interviewer_id == times.interviewer.id,
            InterviewSlot.starts_at > times.begins_at - timedelta(minutes=LONGEST_TALK),
            InterviewSlot.starts_at < until,
        )
    )
    for at, minutes in near:
        end = at + timedelta(minutes=minutes)
        if any(
            at != start and at < start + timedelta(minutes=times.minutes) and start < end for start in starts
        ):
            raise CannotTalk(
                str(lazy_gettext("This person has another talk at one of these times. Choose other times."))
            )


def _offer(screening: Round, times: Times, at: datetime) -> bool:
    slot = InterviewSlot(
        round_id=screening.id, interviewer_id=times.interviewer.id, starts_at=at, minutes=times.minutes,
        place=times.place, link=times.link,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(slot)
    except IntegrityError:
        return False
    return True
