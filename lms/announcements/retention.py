"""What is old is erased; how many there were of what is kept, by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from lms.announcements.models import Announcement, Mail, MailStatus, Message, MessageCount
from lms.core.db import changed_rows, db, utcnow

KEEP_MESSAGES = timedelta(days=180)
KEEP_ANNOUNCEMENTS = timedelta(days=365)
KEEP_MAILS = timedelta(days=30)
AT_ONCE = 1000


def erase_old(now: datetime | None = None) -> int:
    """Erase a bounded number of rows whose time is over; how many. Announcements take what hangs on them along."""
    now = now or utcnow()
    messages = _erase(
        Message,
        select(Message.id, Message.created_at, Message.kind).where(Message.created_at < now - KEEP_MESSAGES),
        "message",
    )
    mails = _erase(
        Mail,
        select(Mail.id, Mail.created_at, Mail.status).where(
            Mail.created_at < now - KEEP_MAILS,
            Mail.status.in_((MailStatus.SENT, MailStatus.DROPPED, MailStatus.GIVEN_UP)),
        ),
        "mail",
    )
    over = now - KEEP_ANNOUNCEMENTS
    announcements = _erase(
        Announcement,
        select(Announcement.id, Announcement.published_at, Announcement.main_language).where(
            or_(Announcement.published_at < over, Announcement.withdrawn_at < over)
        ),
        "announcement",
    )
    return messages + mails + announcements


def _erase(table: Any, query: Any, what: str) -> int:
    rows = db.session.execute(query.limit(AT_ONCE)).all()
    if not rows:
        return 0
    _count(rows, what)
    return changed_rows(delete(table).where(table.id.in_([row[0] for row in rows])))


def _count(rows: Sequence[Any], what: str) -> None:
    months: Counter[tuple[date, str]] = Counter(
        ((row[1] or utcnow()).date().replace(day=1), f"{what}:{row[2]}") for row in rows
    )
    for (month, name), count in months.items():
        _add(month, name, count)


def _add(month: date, name: str, count: int) -> None:
    more = (
        update(MessageCount)
        .where(MessageCount.month == month, MessageCount.what == name)
        .values(count=MessageCount.count + count)
    )
    if changed_rows(more):
        return
    try:
        with db.session.begin_nested():
            db.session.add(MessageCount(month=month, what=name, count=count))
    except IntegrityError:  # another postman was quicker
        changed_rows(more)
