"""The whole demonstration school, by whichever command it is asked for."""

from __future__ import annotations

from lms.admissions.demo import seed_round
from lms.announcements.demo import seed_announcements
from lms.attendance.demo import seed_attendance
from lms.board.demo import seed_talks
from lms.programmes.demo import seed_demo
from lms.reviews.demo import seed_reviews


def seed_everything() -> bool:
    """All parts of it, from classes to messages, once; whether the school is new. The caller commits."""
    new = seed_demo()
    if new:
        seed_reviews()
        seed_attendance()
        seed_talks()
        seed_round()
    seed_announcements()
    return new
