"""Candidates as the coordinators of a round read them, and what is kept of who read what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.admissions.application_models import (
    Application,
    ApplicationRead,
    ApplicationStatus,
    LanguageCheck,
    Level,
    Seen,
)
from lms.admissions.models import Round
from lms.core.db import db, utcnow

MOST_READS = 100
MOST_CHECKS = 20


def candidates_in(screening: Round, after: int | None, limit: int) -> list[Application]:
    """Applications that were sent in, in the order of their ids, beginning after one."""
    found = db.session.scalars(
        select(Application)
        .where(
            Application.round_id == screening.id,
            Application.status == ApplicationStatus.SUBMITTED,
            Application.id > (after or 0),
        )
        .options(joinedload(Application.user), joinedload(Application.from_cohort))
        .order_by(Application.id)
        .limit(limit)
    )
    return list(found)


def counts_in(rounds: Sequence[Round]) -> dict[int, dict[str, int]]:
    """How many applications of each status there are, by round. Of drafts nobody learns more than their number."""
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(Application.round_id, Application.status, func.count())
        .where(Application.round_id.in_([screening.id for screening in rounds]))
        .group_by(Application.round_id, Application.status)
    )
    for number, status, count in rows:
        found.setdefault(number, {})[status] = count
    return found


def check_language(application: Application, level: Level, note: str, author: User) -> None:
    """A person has heard her; the newest check counts, older ones stay."""
    db.session.add(LanguageCheck(application_id=application.id, level=level, note=note, author_id=author.id))
    db.session.flush()


def language_checks(application: Application) -> list[LanguageCheck]:
    """How well she speaks, as people heard it; the newest first."""
    found = db.session.scalars(
        select(LanguageCheck)
        .where(LanguageCheck.application_id == application.id)
        .options(joinedload(LanguageCheck.author))
        .order_by(LanguageCheck.at.desc(), LanguageCheck.id.desc())
        .limit(MOST_CHECKS)
    )
    return list(found)


def note_read(application: Application, reader: User, *seen: Seen) -> None:
    """Somebody reads this: a row that the candidate can see, once for each day and part."""
    today = utcnow().date()
    known = set(
        db.session.scalars(
            select(ApplicationRead.seen).where(
                ApplicationRead.application_id == application.id,
                ApplicationRead.reader_id == reader.id,
                ApplicationRead.on_day == today,
            )
        )
    )
    for part in seen:
        if part in known:
            continue
        row = ApplicationRead(application_id=application.id, reader_id=reader.id, seen=part, on_day=today)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            continue  # the same person has two tabs


def reads_of(application: Application) -> list[ApplicationRead]:
    """Who read what of an application, the latest first; for the candidate."""
    found = db.session.scalars(
        select(ApplicationRead)
        .where(ApplicationRead.application_id == application.id)
        .options(joinedload(ApplicationRead.reader))
        .order_by(ApplicationRead.on_day.desc(), ApplicationRead.id.desc())
        .limit(MOST_READS)
    )
    return list(found)
