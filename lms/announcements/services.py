"""Announcements: written, published, changed, withdrawn. Functions flush and raise; views and jobs commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app
from flask_babel import lazy_gettext
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import HERE, Cohort, Enrolment, Programme, User, new_public_id, staff_anywhere
from lms.announcements.models import (
    ANNOUNCEMENT,
    FOREVER,
    Announcement,
    AnnouncementText,
    Mail,
    MailStatus,
    Message,
)
from lms.announcements.outbox import drop_mails, write_mails
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict

# How long who joins a class later still gets what it was told before.
STILL_NEWS = timedelta(days=30)
AT_ONCE = 100
MOST_NEW = 99
_NEW = select(func.count()).select_from(
    select(Message.id)
    .where(
        Message.user_id == bindparam("user_id"),
        Message.read_at.is_(None),
        Message.hidden_from > bindparam("now"),
    )
    .limit(MOST_NEW + 1)
    .subquery()
)
READER = bindparam("user_id", type_=Integer)
"""Stands for the reader in the conditions of `mark_header`."""
_MARKS = "header_marks"
_QUERY = "header_query"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the announcement, or it was withdrawn."""

    sentence = lazy_gettext(
        "This announcement was changed in the meantime. What you wrote is in the fields; what is stored is below."
    )


@dataclass(frozen=True, slots=True)
class Version:
    """An announcement in one language, as it was typed."""

    language: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is said of an announcement; `publish_at` None: now."""

    versions: tuple[Version, ...]
    main_language: str
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    by_mail: bool = True
    urgent: bool = False
    urgent_reason: str = ""


def write(
    programme: Programme, cohort: Cohort | None, author: User, draft: Draft, client_key: str
) -> Announcement:
    """Keep an announcement, and publish it if its time has come. The same form sent twice is kept once."""
    same = select(Announcement).where(
        Announcement.client_key == client_key, Announcement.author_id == author.id
    )
    now = utcnow()
    announcement = Announcement(
        programme_id=programme.id,
        cohort_id=cohort.id if cohort is not None else None,
        author_id=author.id,
        client_key=client_key,
        main_language=draft.main_language,
        by_mail=draft.by_mail,
        urgent=draft.urgent,
        urgent_reason=draft.urgent_reason if draft.urgent else "",
        publish_at=draft.publish_at or now,
        expires_at=draft.expires_at,
        texts=_texts(draft.versions),
    )
    try:
        with db.session.begin_nested():
            db.session.add(announcement)
    except IntegrityError:
        known = db.session.scalar(same)
        if known is None:
            raise Conflict from None
        return known
    if announcement.publish_at <= now:
        publish(announcement, now)
    return announcement


def change(announcement: Announcement, draft: Draft, version: int) -> None:
    """Write an announcement anew; readers see that it changed. Raises ChangedMeanwhile."""
    now = utcnow()
    published = announcement.published_at is not None
    values: dict[str, object] = {
        "version": version + 1,
        "main_language": draft.main_language,
        "expires_at": draft.expires_at,
    }
    if published:
        values["changed_at"] = now
    else:
        values |= {
            "publish_at": draft.publish_at or now,
            "by_mail": draft.by_mail,
            "urgent": draft.urgent,
            "urgent_reason": draft.urgent_reason if draft.urgent else "",
        }
    still = Announcement.published_at.is_not(None) if published else Announcement.published_at.is_(None)
    kept = changed_rows(
        update(Announcement)
        .where(
            Announcement.id == announcement.id,
            Announcement.version == version,
            Announcement.withdrawn_at.is_(None),
            still,
        )
        .values(values)
    )
    db.session.refresh(announcement)
    if not kept:
        raise ChangedMeanwhile
    _replace_texts(announcement, draft.versions)
    _hide_from(announcement, draft.expires_at or FOREVER)
    if not published and announcement.publish_at <= now:
        publish(announcement, now)


def withdraw(announcement: Announcement) -> None:
    """Take an announcement back: it leaves every list, and mails that were not sent are not sent."""
    now = utcnow()
    changed_rows(
        update(Announcement)
        .where(Announcement.id == announcement.id, Announcement.withdrawn_at.is_(None))
        .values(withdrawn_at=now, version=Announcement.version + 1)
    )
    _hide_from(announcement, now)
    drop_mails(announcement.id)
    db.session.refresh(announcement)


def publish(announcement: Announcement, now: datetime) -> bool:
    """Give it to everybody it is for, with the mails that go with it; False when that has happened."""
    mine = changed_rows(
        update(Announcement)
        .where(
            Announcement.id == announcement.id,
            Announcement.published_at.is_(None),
            Announcement.withdrawn_at.is_(None),
        )
        .values(published_at=now)
    )
    db.session.refresh(announcement)
    if mine:
        _deliver(announcement, list(db.session.scalars(_readers(announcement))), now)
    return bool(mine)


def publish_due(now: datetime | None = None) -> int:
    """Publish what was written for a time that has come; how many announcements that were."""
    now = now or utcnow()
    due = db.session.scalars(
        select(Announcement)
        .where(
            Announcement.publish_at <= now,
            Announcement.published_at.is_(None),
            Announcement.withdrawn_at.is_(None),
        )
        .order_by(Announcement.publish_at)
        .limit(AT_ONCE)
    ).all()
    return sum(publish(announcement, now) for announcement in due)


def deliver_to_newcomers(now: datetime | None = None) -> int:
    """Give current announcements to who has come to a class since; how many messages that were."""
    now = now or utcnow()
    to_hers = or_(
        Announcement.cohort_id == Enrolment.cohort_id,
        and_(Announcement.cohort_id.is_(None), Announcement.programme_id == Cohort.programme_id),
    )
    lacking = (
        select(Announcement, Enrolment.user_id)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Announcement, to_hers)
        .where(
            Enrolment.created_at > now - STILL_NEWS,
            Enrolment.status.in_(HERE),
            Announcement.published_at.between(now - STILL_NEWS, now),
            Announcement.published_at < Enrolment.created_at,
            Announcement.withdrawn_at.is_(None),
            or_(Announcement.expires_at.is_(None), Announcement.expires_at > now),
            or_(Announcement.author_id.is_(None), Announcement.author_id != Enrolment.user_id),
            ~exists().where(Message.announcement_id == Announcement.id, Message.user_id == Enrolment.user_id),
        )
        .limit(1000)
    )
    wanted: dict[int, tuple[Announcement, set[int]]] = {}
    for announcement, user_id in db.session.execute(lacking):
        wanted.setdefault(announcement.id, (announcement, set()))[1].add(user_id)
    for announcement, people in wanted.values():
        _deliver(announcement, sorted(people), now)
    return sum(len(people) for _, people in wanted.values())


@dataclass(frozen=True, slots=True)
class Header:
    """What the top of every page asks about its reader: her new messages, at most `MOST_NEW` + 1, and her place.

    `marks` are the names given to `mark_header` whose condition holds for her.
    """

    new: int = 0
    is_staff: bool = False
    marks: frozenset[str] = frozenset()


def mark_header(app: Flask, name: str, condition: ColumnElement[bool]) -> None:
    """Let the top of pages know something about its reader, by a condition on `READER` that an index answers."""
    app.extensions.setdefault(_MARKS, {})[name] = condition


def header_of(user: User, now: datetime | None = None) -> Header:
    """All of it in one query that looks at indexes only."""
    marks: dict[str, ColumnElement[bool]] = current_app.extensions.get(_MARKS, {})
    if _QUERY not in current_app.extensions:  # made once: every page of the site asks it
        conditions = (staff_anywhere(READER), *marks.values())
        current_app.extensions[_QUERY] = select(_NEW.scalar_subquery(), *conditions)
    query = current_app.extensions[_QUERY]
    new, staff, *held = db.session.execute(query, {"user_id": user.id, "now": now or utcnow()}).one()
    held_marks = frozenset(name for name, holds in zip(marks, held, strict=True) if holds)
    return Header(new, user.is_admin or bool(staff), held_marks)


def mark_read(user_id: int, message_ids: Sequence[int] | None = None) -> int:
    """Count these messages of hers as read; all of them without a list."""
    query = update(Message).where(Message.user_id == user_id, Message.read_at.is_(None))
    if message_ids is not None:
        query = query.where(Message.id.in_(message_ids))
    return changed_rows(query.values(read_at=utcnow()))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an announcement has come: counts, never who."""

    readers: int
    read: int
    mails_sent: int
    mails_waiting: int
    mails_failed: int


def reach_of(announcement: Announcement) -> Reach:
    """To how many it went, and how many have opened it."""
    readers, read = db.session.execute(
        select(func.count(), func.count(Message.read_at)).where(Message.announcement_id == announcement.id)
    ).one()
    found = db.session.execute(
        select(Mail.status, func.count()).where(Mail.announcement_id == announcement.id).group_by(Mail.status)
    )
    mails: dict[str, int] = {row[0]: row[1] for row in found}
    waiting = mails.get(MailStatus.WAITING, 0) + mails.get(MailStatus.SENDING, 0)
    return Reach(readers, read, mails.get(MailStatus.SENT, 0), waiting, mails.get(MailStatus.GIVEN_UP, 0))


def _readers(announcement: Announcement) -> Select[int]:
    """The ids of everybody it is for: who is in the class, or in a class of the programme, but its author."""
    query = (
        select(Enrolment.user_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.status.in_(HERE), User.active)
        .distinct()
        .order_by(Enrolment.user_id)
    )
    if announcement.author_id is not None:
        query = query.where(Enrolment.user_id != announcement.author_id)
    if announcement.cohort_id is not None:
        return query.where(Enrolment.cohort_id == announcement.cohort_id)
    return query.join(Cohort, Cohort.id == Enrolment.cohort_id).where(
        Cohort.programme_id == announcement.programme_id
    )


def _deliver(announcement: Announcement, user_ids: Sequence[int], now: datetime) -> None:
    if not user_ids:
        return
    rows: list[dict[str, object]] = [
        {
            "public_id": new_public_id(),
            "user_id": user_id,
            "kind": ANNOUNCEMENT,
            "announcement_id": announcement.id,
            "params": {},
            "created_at": now,
            "hidden_from": announcement.expires_at or FOREVER,
        }
        for user_id in user_ids
    ]
    db.session.execute(insert(Message), rows)
    if announcement.by_mail:
        write_mails(announcement, user_ids, now)


def _texts(versions: Iterable[Version]) -> list[AnnouncementText]:
    return [AnnouncementText(language=one.language, title=one.title, body=one.body) for one in versions]


def _replace_texts(announcement: Announcement, versions: Iterable[Version]) -> None:
    kept = {text.language: text for text in announcement.texts}
    wanted = {one.language: one for one in versions}
    for tag, one in wanted.items():
        if tag in kept:
            kept[tag].title, kept[tag].body = one.title, one.body
        else:
            announcement.texts.append(AnnouncementText(language=tag, title=one.title, body=one.body))
    for tag, text in kept.items():
        if tag not in wanted:
            announcement.texts.remove(text)
    db.session.flush()


def _hide_from(announcement: Announcement, moment: datetime) -> None:
    changed_rows(update(Message).where(Message.announcement_id == announcement.id).values(hidden_from=moment))
