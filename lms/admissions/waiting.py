"""The waiting list: who is called when a seat becomes free, by itself, and offers whose date has passed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from lms.admissions import places
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.decision_models import (
    Answer,
    Decision,
    DecisionKind,
    MoveCause,
    WaitingMove,
)
from lms.admissions.decision_rows import retire, tell, write_answer
from lms.admissions.models import Round
from lms.admissions.telling import tell_coordinators
from lms.core.db import db, utcnow

MOST_AT_ONCE = 1000


def lapse_overdue(now: datetime | None = None) -> int:
    """Offers whose date has passed without an answer lapse, and the next are called; how many lapsed."""
    now = now or utcnow()
    overdue = db.session.scalars(
        select(Decision)
        .where(
            Decision.kind == DecisionKind.OFFER,
            Decision.replaced_at.is_(None),
            Decision.released_at.is_not(None),
            Decision.answer.is_(None),
            Decision.respond_by < now,
        )
        .order_by(Decision.respond_by)
        .limit(MOST_AT_ONCE)
    ).all()
    count = 0
    for decision in overdue:
        if write_answer(decision, Answer.LAPSED, now, Decision.respond_by < now):
            places.give_back_seat(decision.round_id)
            call_next(decision.round_id, MoveCause.LAPSED, now)
            count += 1
    return count


def call_next(round_id: int, cause: MoveCause, now: datetime | None = None) -> list[WaitingMove]:
    """Offer every free seat to who waits longest; each move is kept for the coordinators.

    Nobody decides anew: who put her on the list decided that she comes in when a seat is free, and the reason stays.
    """
    now = now or utcnow()
    moves = []
    while (first := _first_waiting(round_id)) is not None and places.take_seat(round_id):
        rank = first.waiting_rank
        assert rank is not None  # noqa: S101  # that is how it was found
        if not retire(first, now):
            places.give_back_seat(round_id)  # somebody else called her in this moment
            continue
        places.give_back_waiting_place(round_id)
        offer = Decision(
            round_id=round_id,
            application_id=first.application_id,
            number=first.number + 1,
            kind=DecisionKind.OFFER,
            reason=first.reason,
            reason_language=first.reason_language,
            holds_seat=True,
            author_id=first.author_id,
            made_at=now,
        )
        db.session.add(offer)
        db.session.flush()
        tell(offer, now, "seat_free")
        move = WaitingMove(
            round_id=round_id,
            application_id=first.application_id,
            decision_id=offer.id,
            from_rank=rank,
            cause=cause,
            at=now,
        )
        db.session.add(move)
        db.session.flush()
        moves.append(move)
    if moves:
        tell_coordinators(db.session.get_one(Round, round_id), "list_moved", "/decisions")
    return moves


def waiting_list(round_id: int) -> list[Decision]:
    """Who waits, in the order in which they are called."""
    found = db.session.scalars(
        select(Decision)
        .where(Decision.round_id == round_id, Decision.waiting_rank.is_not(None))
        .order_by(Decision.waiting_rank)
        .limit(MOST_AT_ONCE)
    )
    return list(found)


def _first_waiting(round_id: int) -> Decision | None:
    """Who is called next: only who was told that she waits can be."""
    return db.session.scalar(
        select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Decision.round_id == round_id,
            Decision.waiting_rank.is_not(None),
            Decision.released_at.is_not(None),
            Application.status == ApplicationStatus.SUBMITTED,
        )
        .order_by(Decision.waiting_rank)
        .limit(1)
        .execution_options(populate_existing=True)
    )
