"""Talks with candidates: they are invited and pick a time (`talk_times`), and whoever holds the talk notes it.

Nobody talks with a candidate whom she rates by code, teaches, or is; who has talked with her is never asked to rate
her (`raters`). What is noted follows the round's criteria for interviews, and stands apart from what raters say. Every
change is a conditional update with the version that was seen; the table gives one time to one candidate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Select, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import STAFF, Enrolment, User
from lms.admissions.application_models import Application, ApplicationStatus, StageResult
from lms.admissions.interview_models import (
    Interview,
    InterviewSlot,
    InterviewStatus,
)
from lms.admissions.models import Round, RoundStatus, Stage
from lms.admissions.rating_models import Rating
from lms.admissions.telling import tell_invited, tell_picked
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.core.text import clean_lines

MOST_SLOTS = 300
MOST_FREE = 60
PICK_BEFORE = timedelta(hours=2)
"""A time can be picked until so long before it,"""
CHANGE_BEFORE = timedelta(hours=12)
"""and given up or changed by the candidate until so long before it."""
_TAKEN = (InterviewStatus.PLANNED, InterviewStatus.HELD, InterviewStatus.MISSED)


class CannotTalk(PasserelleError):
    """Something about a talk that cannot be; the sentence says what to do."""

    status = 422
    code = "cannot_talk"


class TimeTaken(Conflict):
    """Somebody else has this time now, or it is no longer offered."""

    code = "time_taken"
    sentence = lazy_gettext("This time is no longer free. Please choose another one.")


class TalkChanged(Conflict):
    """The talk was changed in another tab or by somebody else."""

    code = "talk_changed"
    sentence = lazy_gettext(
        "This was changed in the meantime. Look at it again; what you wrote is still here."
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate in the list of talks."""

    application: Application
    interview: Interview | None
    stops: bool
    """Whether it was said after another stage that she does not go on."""

    @property
    def may_be_invited(self) -> bool:
        """Whether an invitation would change something."""
        return self.interview is None or self.interview.status in {
            InterviewStatus.CANCELLED,
            InterviewStatus.MISSED,
        }


def has_talks(screening: Round) -> bool:
    """Whether interviews are a stage of this round."""
    return any(row.stage == Stage.INTERVIEW for row in screening.stages)


def invite(screening: Round, applications: Collection[str] | None, author: User) -> int:
    """Invite these candidates, by public id, or everybody who goes on and is not invited yet; how many were.

    Somebody who did not come, or whose talk was cancelled, is invited anew when she is named.
    """
    must_have_talks(screening)
    if screening.status not in {RoundStatus.OPEN, RoundStatus.CLOSED}:
        raise CannotTalk(str(lazy_gettext("People are invited while a round is open or being decided.")))
    query = _candidates(screening)
    if applications is None:
        query = query.where(Interview.application_id.is_(None), ~_stopped())
    else:
        query = query.where(Application.public_id.in_(applications))
    invited = [
        application
        for application, interview in db.session.execute(query.limit(MOST_SLOTS))
        if _invite(application, interview, author)
    ]
    tell_invited(invited, screening)
    return len(invited)


def rows_of(screening: Round, after: int, limit: int) -> list[Row]:
    """Candidates by number, with their talks; in a fixed number of queries."""
    query = _candidates(screening).add_columns(_stopped()).where(Application.id > after).limit(limit)
    return [Row(*found) for found in db.session.execute(query)]


def free_slots(application: Application, now: datetime | None = None) -> list[InterviewSlot]:
    """The times that a candidate can pick: with nobody who rates her by code, teaches her, or is she."""
    taken = exists().where(Interview.slot_id == InterviewSlot.id)
    found = db.session.scalars(
        select(InterviewSlot)
        .where(
            InterviewSlot.round_id == application.round_id,
            InterviewSlot.starts_at > (now or utcnow()) + PICK_BEFORE,
            InterviewSlot.interviewer_id.is_not(None),
            InterviewSlot.interviewer_id.not_in(_barred(application)),
            ~taken,
        )
        .order_by(InterviewSlot.starts_at, InterviewSlot.id)
        .limit(MOST_FREE)
    )
    return list(found)


def interview_of(application: Application) -> Interview | None:
    """The talk with a candidate, with its time and who holds it."""
    return db.session.scalar(
        select(Interview)
        .where(Interview.application_id == application.id)
        .options(joinedload(Interview.slot).joinedload(InterviewSlot.interviewer))
    )


def may_change(interview: Interview, now: datetime | None = None) -> bool:
    """Whether the candidate can still pick a time, or another one."""
    if interview.status == InterviewStatus.INVITED:
        return True
    slot = interview.slot
    return (
        interview.status == InterviewStatus.PLANNED
        and slot is not None
        and slot.starts_at > (now or utcnow()) + CHANGE_BEFORE
    )


def pick(interview: Interview, slot_id: str, version: int, now: datetime | None = None) -> None:
    """The candidate picks a time, or another one. Raises TimeTaken when somebody else has it."""
    _must_be_changeable(interview, now)
    slot = next((one for one in free_slots(interview.application, now) if one.public_id == slot_id), None)
    if slot is None:
        raise TimeTaken
    before = interview.slot
    try:
        with db.session.begin_nested():
            change(interview, version, {"status": InterviewStatus.PLANNED, "slot_id": slot.id})
    except IntegrityError as error:  # at the very same moment
        raise TimeTaken from error
    tell_picked([one for one in (slot, before) if one is not None], slot.round)


def give_up(interview: Interview, version: int, now: datetime | None = None) -> None:
    """The candidate cannot come at her time: it is free again, and she stays invited."""
    _must_be_changeable(interview, now)
    before = interview.slot
    change(interview, version, {"status": InterviewStatus.INVITED, "slot_id": None})
    if before is not None:
        tell_picked([before], before.round)


def keep_wish(interview: Interview, wish: str, language: str, version: int) -> None:
    """What would make the talk easier for her, and in which language she would rather talk."""
    change(interview, version, {"wish": clean_lines(wish), "language": language})


def say_outcome(
    interview: Interview, outcome: InterviewStatus, version: int, now: datetime | None = None
) -> None:
    """Whether the talk took place; may be corrected. How often somebody did not come is counted, no more."""
    slot = interview.slot
    if interview.status not in _TAKEN or slot is None:
        raise CannotTalk(str(lazy_gettext("No time is picked for this talk.")))
    if slot.starts_at > (now or utcnow()):
        raise CannotTalk(str(lazy_gettext("The talk has not begun yet.")))
    missed = Interview.missed
    if outcome == InterviewStatus.MISSED and interview.status != InterviewStatus.MISSED:
        missed = Interview.missed + 1  # type: ignore[assignment]  # an expression
    elif outcome == InterviewStatus.HELD and interview.status == InterviewStatus.MISSED:
        missed = Interview.missed - 1  # type: ignore[assignment]  # an expression
    change(interview, version, {"status": outcome, "missed": missed})


def call_off(interview: Interview, version: int) -> None:
    """There is to be no talk after all; the time is free again."""
    if interview.status in {InterviewStatus.HELD, InterviewStatus.CANCELLED}:
        raise CannotTalk(str(lazy_gettext("This talk took place, or is called off already.")))
    change(interview, version, {"status": InterviewStatus.CANCELLED, "slot_id": None})


def _candidates(screening: Round) -> Select[Application, Interview]:
    return (
        select(Application, Interview)
        .outerjoin(Interview, Interview.application_id == Application.id)
        .where(Application.round_id == screening.id, Application.status == ApplicationStatus.SUBMITTED)
        .options(
            joinedload(Application.user), joinedload(Interview.slot).joinedload(InterviewSlot.interviewer)
        )
        .order_by(Application.id)
    )


def _stopped() -> Any:
    return exists().where(
        StageResult.application_id == Application.id,
        StageResult.goes_on.is_(False),
        StageResult.stage != Stage.INTERVIEW,
    )


def _barred(application: Application) -> Select[int | None]:
    rates = select(Rating.rater_id).where(
        Rating.application_id == application.id, Rating.rater_id.is_not(None)
    )
    teaches = select(Enrolment.user_id).where(
        Enrolment.cohort_id == application.from_cohort_id, Enrolment.role.in_(STAFF)
    )
    herself = select(Application.user_id).where(Application.id == application.id)
    barred = rates.union(teaches, herself).subquery()
    return select(barred.c[0])


def must_have_talks(screening: Round) -> None:
    """Raise CannotTalk where interviews are no stage."""
    if not has_talks(screening):
        raise CannotTalk(str(lazy_gettext("Interviews are not a stage of this round.")))


def _must_be_changeable(interview: Interview, now: datetime | None) -> None:
    if not may_change(interview, now):
        raise CannotTalk(
            str(lazy_gettext("It is too late to change the time here. Tell the school that you cannot come."))
        )


def _invite(application: Application, interview: Interview | None, author: User) -> bool:
    """Whether she was invited by this call: of two coordinators at once one invites."""
    now = utcnow()
    if interview is None:
        try:
            with db.session.begin_nested():
                db.session.add(Interview(application_id=application.id, author_id=author.id))
        except IntegrityError:
            return False
        return True
    anew = changed_rows(
        update(Interview)
        .where(
            Interview.application_id == application.id,
            Interview.status.in_((InterviewStatus.MISSED, InterviewStatus.CANCELLED)),
        )
        .values(
            status=InterviewStatus.INVITED, slot_id=None, author_id=author.id, invited_at=now, changed_at=now,
            version=Interview.version + 1,
        )
    )  # fmt: skip
    db.session.expire(interview)
    return anew == 1


def change(interview: Interview, version: int, values: Mapping[str, Any]) -> None:
    """One conditional update of a talk; TalkChanged when another version is there."""
    changed = changed_rows(
        update(Interview)
        .where(Interview.application_id == interview.application_id, Interview.version == version)
        .values(version=version + 1, changed_at=utcnow(), **values)
    )
    db.session.expire(interview)
    if not changed:
        raise TalkChanged
