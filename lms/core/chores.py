"""What must happen though nobody opens a page: dates that come, rows whose time is over, numbers that grow old.

A feature registers its chores with the application. One process does a chore at a time, whichever comes first: its
row is claimed by a conditional update and held by a lease, so that a killed process costs a delay and nothing else.
`lms.core.jobs` is the thread that does them. Nothing here commits.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import CheckConstraint, String, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, UTCDateTime, changed_rows, db

HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
LEASE = timedelta(minutes=10)
AGAIN_AFTER_FAULT = timedelta(minutes=30)
AGAIN_WITH_MORE = timedelta(minutes=2)
"""What was not done in one turn goes on soon: other chores and the site's visitors come first."""
LONGEST_FAULT = 100
_KEY = "passerelle_chores"


class ChoreRow(Base):
    """When a chore is due, who does it now, and how it went the last time."""

    __tablename__ = "chore"
    __table_args__ = (CheckConstraint("(token IS NULL) = (lease_until IS NULL)", name="token_has_lease"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fault: Mapped[str] = mapped_column(String(LONGEST_FAULT), default="")
    """The kind of error that ended the last turn; empty when it went well."""


@dataclass(frozen=True, slots=True)
class Chore:
    """`step` does a bounded part and says how many rows that were; 0: nothing is left. It must not commit."""

    name: str
    every: timedelta
    step: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Turn:
    """A claim on a chore."""

    name: str
    token: str


def keep_house(app: Flask, *chores: Chore) -> None:
    """Have these done, each as often as it says."""
    known: dict[str, Chore] = app.extensions.setdefault(_KEY, {})
    for chore in chores:
        if chore.name in known:
            raise ValueError(f"the chore {chore.name!r} is registered already")
        known[chore.name] = chore


def chores() -> Sequence[Chore]:
    """What this application has to do, in the order in which it was registered."""
    return tuple(current_app.extensions.get(_KEY, {}).values())


def make_rows(now: datetime) -> None:
    """A chore that was never done is due now."""
    there = set(db.session.scalars(select(ChoreRow.name)))
    for chore in chores():
        if chore.name in there:
            continue
        try:
            with db.session.begin_nested():
                db.session.execute(insert(ChoreRow).values(name=chore.name, due_at=now, fault=""))
        except IntegrityError:  # another process was quicker
            continue


def due(now: datetime) -> Sequence[Chore]:
    """Which chores are due and in nobody's hands."""
    names = set(db.session.scalars(select(ChoreRow.name).where(_free(now))))
    return [chore for chore in chores() if chore.name in names]


def claim(chore: Chore, now: datetime) -> Turn | None:
    """Take a chore; None when somebody else was quicker."""
    turn = Turn(chore.name, secrets.token_urlsafe(16))
    taken = changed_rows(
        update(ChoreRow)
        .where(ChoreRow.name == chore.name, _free(now))
        .values(token=turn.token, lease_until=now + LEASE)
    )
    return turn if taken else None


def renew(turn: Turn, now: datetime) -> bool:
    """Keep a chore for longer; False when it was taken over meanwhile."""
    return _write(turn, lease_until=now + LEASE)


def finish(turn: Turn, chore: Chore, now: datetime, *, more: bool) -> bool:
    """Put a chore down until its next time, or for a moment when there is more to do."""
    due_at = now + (AGAIN_WITH_MORE if more else chore.every)
    return _write(turn, token=None, lease_until=None, due_at=due_at, done_at=now, fault="")


def fail(turn: Turn, chore: Chore, now: datetime, error: Exception) -> bool:
    """Put a chore down that went wrong, and say so."""
    again = now + min(AGAIN_AFTER_FAULT, chore.every)
    fault = type(error).__name__[:LONGEST_FAULT]
    return _write(turn, token=None, lease_until=None, due_at=again, fault=fault)


def _write(turn: Turn, **values: Any) -> bool:
    hers = (ChoreRow.name == turn.name, ChoreRow.token == turn.token)
    return changed_rows(update(ChoreRow).where(*hers).values(**values)) == 1


def _free(now: datetime) -> Any:
    return (ChoreRow.due_at <= now) & or_(ChoreRow.lease_until.is_(None), ChoreRow.lease_until <= now)
