"""Decisions about applications: made by a person with a reason, told to everybody at once, answered, moved on.

A decision is never changed: a new one takes its place, by a conditional update, so that of two people who decide at
once one is told. Seats and places of the waiting list are counted by `places`, in the same transaction. Functions
flush and raise; views and jobs commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext
from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Cohort, User
from lms.accounts.services import enrol
from lms.admissions import places
from lms.admissions.application_models import Application, ApplicationStatus
from lms.admissions.decision_models import (
    LONGEST_REASON,
    Answer,
    Decision,
    DecisionKind,
    MoveCause,
)
from lms.admissions.decision_rows import retire, tell, unhold, write_answer
from lms.admissions.models import LONGEST_NOTE, Round, RoundStatus
from lms.admissions.waiting import call_next
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.core.text import clean_line, clean_lines

MOST_AT_ONCE = 1000


class CannotDecide(PasserelleError):
    """The decision lacks something or cannot stand; the sentence says what to do."""

    code = "cannot_decide"


class NoSeatLeft(Conflict):
    """Every seat of the round is promised or taken."""

    code = "no_seat_left"
    sentence = lazy_gettext(
        "All seats of this round are given. Put the person on the waiting list, or choose another answer."
    )


class WaitingListFull(Conflict):
    """Every place of the waiting list is taken."""

    code = "waiting_list_full"
    sentence = lazy_gettext("The waiting list is full. Make it longer, or choose another answer.")


class DecidedMeanwhile(Conflict):
    """Somebody else decided about this application in the meantime."""

    code = "decided_meanwhile"
    sentence = lazy_gettext(
        "Somebody else has decided about this person in the meantime. Look at that decision first."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A decision as somebody wants it."""

    kind: DecisionKind
    reason: str
    reason_language: str
    other_programme_id: int | None = None
    other_words: str = ""
    come_back_on: date | None = None


def current_decision(application_id: int) -> Decision | None:
    """The decision that counts now, if there is one."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.application_id == application_id, Decision.replaced_at.is_(None))
        .execution_options(populate_existing=True)
    )


def decide(
    application: Application, wanted: Wanted, author: User, *, seen: Decision | None = None
) -> Decision:
    """Decide, or decide otherwise while nothing is told yet. `seen` is the decision that its author looked at.

    Raises CannotDecide, NoSeatLeft, WaitingListFull, or DecidedMeanwhile when another decision counts than `seen`.
    """
    if seen is not None and seen.released_at is not None:
        raise CannotDecide(
            str(
                lazy_gettext(
                    "This decision is told already. It changes by a second look, or by the waiting list."
                )
            )
        )
    return _replace(application, _checked(wanted), author, seen)


def decide_anew(application: Application, wanted: Wanted, author: User, told: Decision) -> Decision:
    """The decision after a second look at one that was told; it is told at once."""
    decision = _replace(application, _checked(wanted), author, told)
    tell(decision, utcnow())
    return decision


def release(round_: Round) -> int:
    """Tell everybody at once what was decided; how many that are. Nobody sees anything before.

    A round is closed before its decisions are told, so that who applies last is treated as who applied first.
    """
    if round_.status == RoundStatus.OPEN:
        raise CannotDecide(str(lazy_gettext("Close the round first. Then the decisions can be told.")))
    now = utcnow()
    untold = db.session.scalars(
        select(Decision)
        .where(
            Decision.round_id == round_.id,
            Decision.replaced_at.is_(None),
            Decision.released_at.is_(None),
            exists().where(
                Application.id == Decision.application_id, Application.status == ApplicationStatus.SUBMITTED
            ),
        )
        .order_by(Decision.id)
        .limit(MOST_AT_ONCE)
    ).all()
    return sum(tell(decision, now) for decision in untold)


def answer_offer(decision: Decision, *, accepts: bool, now: datetime | None = None) -> None:
    """The candidate takes the seat, or leaves it to the next; once, and up to the date.

    Raises CannotDecide when the date has passed or the offer does not count any more, and what `enrol` raises
    when her name is taken in the class.
    """
    now = now or utcnow()
    answer = Answer.ACCEPTED if accepts else Answer.DECLINED
    if not write_answer(decision, answer, now, Decision.respond_by >= now):
        raise CannotDecide(
            str(lazy_gettext("This offer can no longer be answered. Ask your coordinator what is possible."))
        )
    application = db.session.get_one(Application, decision.application_id)
    round_ = db.session.get_one(Round, decision.round_id)
    if accepts:
        enrol(application.user, db.session.get_one(Cohort, round_.cohort_id))
        return
    places.give_back_seat(round_.id)
    call_next(round_.id, MoveCause.DECLINED, now)


def let_go(application: Application, now: datetime | None = None) -> None:
    """Somebody takes her application back: what she held is free for the next."""
    now = now or utcnow()
    held = current_decision(application.id)
    if held is None or not (held.holds_seat or held.waiting_rank is not None):
        return
    had_seat, had_place = held.holds_seat, held.waiting_rank is not None
    if held.answer is None and had_seat and held.released_at is not None:
        freed = write_answer(held, Answer.DECLINED, now)
    else:
        freed = unhold(held)
    if not freed:
        raise DecidedMeanwhile
    if had_place:
        places.give_back_waiting_place(application.round_id)
    if had_seat:
        places.give_back_seat(application.round_id)
        call_next(application.round_id, MoveCause.WITHDRAWN, now)


def letters_of(application_id: int) -> list[Decision]:
    """The decisions about an application that were told, the newest first: each has a letter."""
    found = db.session.scalars(
        select(Decision)
        .where(Decision.application_id == application_id, Decision.released_at.is_not(None))
        .order_by(Decision.number.desc())
    )
    return list(found)


def _checked(wanted: Wanted) -> Wanted:
    """With tidy texts; CannotDecide where something is missing."""
    reason, other = clean_lines(wanted.reason), clean_line(wanted.other_words)
    if not reason:
        raise CannotDecide(str(lazy_gettext("Write the reason. The person reads it in the letter.")))
    if len(reason) > LONGEST_REASON or len(other) > LONGEST_NOTE:
        raise CannotDecide(str(lazy_gettext("This text is too long. Make it shorter.")))
    if wanted.kind == DecisionKind.LATER and (
        wanted.come_back_on is None or wanted.come_back_on <= utcnow().date()
    ):
        raise CannotDecide(str(lazy_gettext("Choose the day from which the person can come back.")))
    if wanted.kind == DecisionKind.OTHER and wanted.other_programme_id is None and not other:
        raise CannotDecide(str(lazy_gettext("Say which other programme fits better.")))
    later, elsewhere = wanted.kind == DecisionKind.LATER, wanted.kind == DecisionKind.OTHER
    return Wanted(
        kind=wanted.kind,
        reason=reason,
        reason_language=wanted.reason_language,
        other_programme_id=wanted.other_programme_id if elsewhere else None,
        other_words=other if elsewhere else "",
        come_back_on=wanted.come_back_on if later else None,
    )


def _replace(application: Application, wanted: Wanted, author: User, seen: Decision | None) -> Decision:
    now = utcnow()
    if application.status != ApplicationStatus.SUBMITTED:
        raise CannotDecide(str(lazy_gettext("This application is not handed in, or was taken back.")))
    if seen is not None:
        had_seat, had_place = seen.holds_seat, seen.waiting_rank is not None
        if not retire(seen, now):
            raise DecidedMeanwhile
        if had_seat:
            places.give_back_seat(application.round_id)
        if had_place:
            places.give_back_waiting_place(application.round_id)
    if wanted.kind == DecisionKind.OFFER and not places.take_seat(application.round_id):
        raise NoSeatLeft
    rank = None
    if wanted.kind == DecisionKind.WAITING:
        if not places.take_waiting_place(application.round_id):
            raise WaitingListFull
        rank = _last_rank(application.round_id) + 1
    decision = Decision(
        round_id=application.round_id,
        application_id=application.id,
        number=seen.number + 1 if seen is not None else 1,
        kind=wanted.kind,
        reason=wanted.reason,
        reason_language=wanted.reason_language,
        other_programme_id=wanted.other_programme_id,
        other_words=wanted.other_words,
        come_back_on=wanted.come_back_on,
        holds_seat=wanted.kind == DecisionKind.OFFER,
        waiting_rank=rank,
        author_id=author.id,
        made_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(decision)
    except IntegrityError as error:  # another decision about her was quicker
        raise DecidedMeanwhile from error
    return decision


def _last_rank(round_id: int) -> int:
    """Ranks are never given again, so the newest counts on from the highest that there ever was of those who wait.

    The round's row is locked by `places.take_waiting_place` of this transaction: nobody else adds one meanwhile.
    """
    return (
        db.session.scalar(select(func.max(Decision.waiting_rank)).where(Decision.round_id == round_id)) or 0
    )
