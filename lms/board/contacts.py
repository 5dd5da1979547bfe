"""Talks with students: kept for as long as their author said, read under a trace, and deleted by themselves.

Nothing here commits. A row whose day has come is never shown again, whether the sweep has deleted it yet or not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import Enrolment, User
from lms.board.counting import copy_talks
from lms.board.models import KEPT_DAYS, Contact, ContactRead, Way
from lms.core.db import changed_rows, db, utcnow

SWEPT_AT_ONCE = 500
MOST_READS = 50


@dataclass(frozen=True, slots=True)
class Talk:
    """What staff write down about one talk, or a try."""

    on_day: date
    way: Way
    reached: bool
    note: str
    next_step: str
    next_on: date | None
    delete_after: date


def keep_talk(place: Enrolment, author: User, talk: Talk, client_key: str) -> None:
    """Write a talk down; the same form sent twice is kept once."""
    contact = Contact(
        user_id=place.user_id,
        programme_id=place.cohort.programme_id,
        cohort_id=place.cohort_id,
        author_id=author.id,
        on_day=talk.on_day,
        way=talk.way,
        reached=talk.reached,
        note=talk.note,
        next_step=talk.next_step,
        next_on=talk.next_on,
        delete_after=talk.delete_after,
        client_key=client_key,
    )
    try:
        with db.session.begin_nested():
            db.session.add(contact)
    except IntegrityError:  # the same click twice
        return
    _copy(contact)


def finish_step(contact: Contact) -> None:
    """What was agreed has been done; saying it twice changes nothing."""
    changed_rows(
        update(Contact)
        .where(Contact.id == contact.id, Contact.done_at.is_(None), Contact.next_step != "")
        .values(done_at=utcnow())
    )
    db.session.expire(contact)
    _copy(contact)


def forget_talk(contact: Contact) -> None:
    """Delete a talk before its day."""
    user_id, programme_id = contact.user_id, contact.programme_id
    db.session.delete(contact)
    db.session.flush()
    copy_talks(programme_id, [user_id], utcnow().date())


def talks_with(user_id: int, programme_id: int | None = None) -> Select[Contact]:
    """What is kept about talks with somebody, in one programme or in all, the newest first; to be paged."""
    query = (
        select(Contact)
        .where(Contact.user_id == user_id, Contact.delete_after > utcnow().date())
        .options(joinedload(Contact.author), joinedload(Contact.cohort))
        .order_by(Contact.on_day.desc(), Contact.id.desc())
    )
    return query if programme_id is None else query.where(Contact.programme_id == programme_id)


def note_read(user_id: int, reader: User) -> bool:
    """Keep that this person has read about talks with that one today; say whether anything had to be written."""
    today = utcnow().date()
    known = db.session.scalar(
        select(ContactRead.id).where(
            ContactRead.user_id == user_id, ContactRead.reader_id == reader.id, ContactRead.on_day == today
        )
    )
    if known is not None or user_id == reader.id:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(ContactRead(user_id=user_id, reader_id=reader.id, on_day=today))
    except IntegrityError:  # another tab of hers was quicker
        return False
    return True


def readers_of(user_id: int) -> list[ContactRead]:
    """Who has read about talks with this person, and when, the newest first."""
    found = db.session.scalars(
        select(ContactRead)
        .where(ContactRead.user_id == user_id)
        .options(joinedload(ContactRead.reader))
        .order_by(ContactRead.on_day.desc(), ContactRead.id.desc())
        .limit(MOST_READS)
    )
    return list(found)


def sweep(today: date | None = None) -> int:
    """Delete the talks whose day has come, and old traces of reading; how many talks that were."""
    today = today or utcnow().date()
    rows = db.session.execute(
        select(Contact.id, Contact.programme_id, Contact.user_id)
        .where(Contact.delete_after <= today)
        .order_by(Contact.delete_after)
        .limit(SWEPT_AT_ONCE)
    ).all()
    changed_rows(delete(Contact).where(Contact.id.in_([row.id for row in rows])))
    people: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        people[row.programme_id].add(row.user_id)
    for programme_id, users in people.items():
        copy_talks(programme_id, sorted(users), today)
    changed_rows(delete(ContactRead).where(ContactRead.on_day < today - timedelta(days=KEPT_DAYS)))
    return len(rows)


def open_talks(user_id: int) -> int:
    """How many talks with this person are kept, in all programmes."""
    return (
        db.session.scalar(select(func.count()).select_from(talks_with(user_id).order_by(None).subquery()))
        or 0
    )


def _copy(contact: Contact) -> None:
    copy_talks(contact.programme_id, [contact.user_id], utcnow().date())
