"""The single steps of a decision's row: each a conditional update, so that of two people at once one changes it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from lms.accounts.models import Cohort
from lms.admissions.decision_models import (
    Answer,
    Decision,
    DecisionKind,
)
from lms.admissions.letters import write_letter
from lms.admissions.models import Round
from lms.admissions.telling import tell_letter
from lms.core.db import changed_rows, db


def last_moment(on: date, zone: str) -> datetime:
    """The end of a day by a class's clock: who is told a date may answer on all of it."""
    return datetime.combine(on + timedelta(days=1), time(), ZoneInfo(zone)) - timedelta(seconds=1)


def retire(decision: Decision, now: datetime) -> bool:
    """Another decision takes this one's place; False when it does not count any more, or was answered."""
    changed = changed_rows(
        update(Decision)
        .where(
            Decision.id == decision.id,
            Decision.replaced_at.is_(None),
            Decision.answer.is_not_distinct_from(decision.answer),
        )
        .values(replaced_at=now, holds_seat=False, waiting_rank=None)
    )
    db.session.expire(decision)
    return changed == 1


def unhold(decision: Decision) -> bool:
    changed = changed_rows(
        update(Decision)
        .where(
            Decision.id == decision.id,
            Decision.replaced_at.is_(None),
            Decision.holds_seat.is_(decision.holds_seat),
            Decision.waiting_rank.is_not_distinct_from(decision.waiting_rank),
        )
        .values(holds_seat=False, waiting_rank=None)
    )
    db.session.expire(decision)
    return changed == 1


def write_answer(decision: Decision, answer: Answer, now: datetime, *more: object) -> bool:
    """Write an answer if there is none and the offer counts; a seat that is not taken is not held any more."""
    changed = changed_rows(
        update(Decision)
        .where(
            Decision.id == decision.id,
            Decision.kind == DecisionKind.OFFER,
            Decision.replaced_at.is_(None),
            Decision.released_at.is_not(None),
            Decision.answer.is_(None),
            *more,  # type: ignore[arg-type]  # conditions
        )
        .values(answer=answer, answered_at=now, holds_seat=answer == Answer.ACCEPTED)
    )
    db.session.expire(decision)
    return changed == 1


def tell(decision: Decision, now: datetime, kind: str = "letter_out") -> bool:
    """Make a decision known, with its letter and a message; False when somebody else did or took it back."""
    round_ = db.session.get_one(Round, decision.round_id)
    zone = db.session.get_one(Cohort, round_.cohort_id).time_zone
    until = None
    if decision.kind == DecisionKind.OFFER:
        until = last_moment(now.astimezone(ZoneInfo(zone)).date() + timedelta(days=round_.answer_days), zone)
    changed = changed_rows(
        update(Decision)
        .where(Decision.id == decision.id, Decision.replaced_at.is_(None), Decision.released_at.is_(None))
        .values(released_at=now, respond_by=until)
    )
    if changed != 1:
        return False
    db.session.expire(decision)
    write_letter(decision, round_, zone)
    tell_letter(decision, round_, kind)
    return True
