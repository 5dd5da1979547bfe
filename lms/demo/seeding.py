"""The whole demonstration school, by whichever command it is asked for."""

from __future__ import annotations

from lms.announcements.demo import seed_announcements
from lms.attendance.demo import seed_attendance
from lms.board.demo import seed_talks
from lms.programmes.demo import seed_demo
from lms.reviews.demo import seed_reviews


def seed_everything() -> bool:
    """Classes, work, reviews, attendance, talks and messages, once; whether the school is new. The caller commits."""
    new = seed_demo()
    if new:
        seed_reviews()
        seed_attendance()
        seed_talks()
    seed_announcements()
    return new
