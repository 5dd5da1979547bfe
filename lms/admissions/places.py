"""Seats and places of the waiting list: counted in the round's row, and changed by conditional updates only.

Of two people who give the last seat at once, one changes a row and the other changes none, on SQLite as on PostgreSQL.
A function that says True has counted; whoever calls it then writes the decision in the same transaction.
"""

from __future__ import annotations

from sqlalchemy import Update, update

from lms.admissions.models import Round
from lms.core.db import changed_rows


def take_seat(round_id: int) -> bool:
    """Count one seat more as given; False when none is left."""
    return _count(
        update(Round)
        .where(Round.id == round_id, Round.seats_given < Round.seats)
        .values(seats_given=Round.seats_given + 1)
    )


def give_back_seat(round_id: int) -> bool:
    """Count one seat less as given. The caller has taken `holds_seat` from a decision, by a conditional update."""
    return _count(
        update(Round)
        .where(Round.id == round_id, Round.seats_given > 0)
        .values(seats_given=Round.seats_given - 1)
    )


def take_waiting_place(round_id: int) -> bool:
    """Count one place more of the waiting list as taken; False when it is full."""
    return _count(
        update(Round)
        .where(Round.id == round_id, Round.waiting_given < Round.waiting_size)
        .values(waiting_given=Round.waiting_given + 1)
    )


def give_back_waiting_place(round_id: int) -> bool:
    """Count one place less of the waiting list as taken."""
    return _count(
        update(Round)
        .where(Round.id == round_id, Round.waiting_given > 0)
        .values(waiting_given=Round.waiting_given - 1)
    )


def set_seats(round_id: int, seats: int, waiting_size: int) -> bool:
    """Change how many seats and places there are; False when more than that are given already."""
    return _count(
        update(Round)
        .where(Round.id == round_id, Round.seats_given <= seats, Round.waiting_given <= waiting_size)
        .values(seats=seats, waiting_size=waiting_size)
    )


def _count(statement: Update) -> bool:
    return changed_rows(statement) == 1
