"""Who may write to whom, and who reads what. Absent and not hers give the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.access import access_cohort, coordinates, current_person
from lms.accounts.models import Cohort, Programme
from lms.announcements.models import Announcement, Message
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.programmes.access import access_programme


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an announcement is for: one class, or without one all classes of a programme."""

    programme: Programme
    cohort: Cohort | None
    may_set_hours: bool

    def url(self, page: str, **more: Any) -> str:
        """The address of a page of announcements to these people."""
        if self.cohort is not None:
            return url_for(f"announcements.class_{page}", cohort_id=self.cohort.public_id, **more)
        return url_for(f"announcements.programme_{page}", slug=self.programme.slug, **more)


def access_class_audience(cohort_id: str) -> Audience:
    """A class, for who teaches it or coordinates its programme."""
    cohort = access_cohort(cohort_id)
    return Audience(cohort.programme, cohort, coordinates(current_person(), cohort.programme_id))


def access_programme_audience(slug: str) -> Audience:
    """All classes of a programme, for its coordinators."""
    return Audience(access_programme(slug), None, may_set_hours=True)


def access_announcement(audience: Audience, public_id: str) -> Announcement:
    """An announcement to just these people; `audience` comes from one of the functions above."""
    found = db.session.scalar(
        select(Announcement)
        .where(
            Announcement.public_id == public_id,
            Announcement.programme_id == audience.programme.id,
            Announcement.cohort_id == (audience.cohort.id if audience.cohort is not None else None),
        )
        .options(selectinload(Announcement.texts), joinedload(Announcement.author))
    )
    if found is None:
        raise NotFound
    return found


def access_message(public_id: str) -> Message:
    """A message of the person who asks. One that has left her list is still told from one that never was."""
    found = db.session.scalar(
        select(Message)
        .where(Message.public_id == public_id, Message.user_id == current_person().id)
        .options(
            joinedload(Message.announcement).selectinload(Announcement.texts),
            joinedload(Message.announcement).joinedload(Announcement.cohort),
            joinedload(Message.announcement).joinedload(Announcement.programme),
            joinedload(Message.announcement).joinedload(Announcement.author),
        )
    )
    if found is None:
        raise NotFound
    return found


def access_messages(before: str | None, limit: int, *, unread: bool = False) -> list[Message]:
    """The newest messages of the person who asks; with `before`, those older than that one."""
    person = current_person()
    query = (
        select(Message)
        .where(Message.user_id == person.id, Message.hidden_from > utcnow())
        .options(
            joinedload(Message.announcement).selectinload(Announcement.texts),
            joinedload(Message.announcement).joinedload(Announcement.cohort),
            joinedload(Message.announcement).joinedload(Announcement.programme),
        )
        .order_by(Message.id.desc())
        .limit(limit)
    )
    if unread:
        query = query.where(Message.read_at.is_(None))
    if before:
        place = db.session.scalar(
            select(Message.id).where(Message.public_id == before, Message.user_id == person.id)
        )
        if place is None:
            raise NotFound
        query = query.where(Message.id < place)
    return list(db.session.scalars(query))
