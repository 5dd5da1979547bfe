"""A person's sessions as an iCalendar feed, behind a link that she can take back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from flask_babel import gettext
from icalendar import Calendar, Event, Timezone
from sqlalchemy import select

from lms.accounts.models import User
from lms.accounts.security import derived_key, hash_token
from lms.core.db import db
from lms.programmes.models import CalendarFeed
from lms.programmes.week import Meeting

REFRESH = timedelta(hours=4)


def feed_token(feed: CalendarFeed) -> str:
    """What the link says. It is made anew from the site's key each time: a stolen database holds no link."""
    return derived_key(current_app.config["SECRET_KEY"], f"calendar:{feed.user_id}:{feed.nonce}")


def feed_of(user: User) -> CalendarFeed | None:
    """Her link, if she has made one."""
    return db.session.get(CalendarFeed, user.id)


def make_feed(user: User) -> CalendarFeed:
    """A new link; the one she had stops working."""
    feed = feed_of(user) or CalendarFeed(user_id=user.id)
    feed.nonce = secrets.token_hex(16)
    feed.token_hash = hash_token(feed_token(feed))
    db.session.add(feed)
    db.session.flush()
    return feed


def drop_feed(user: User) -> None:
    """Her link stops working, and none takes its place."""
    feed = feed_of(user)
    if feed is not None:
        db.session.delete(feed)
        db.session.flush()


def owner_of(token: str) -> User | None:
    """Whose calendar this link opens."""
    return db.session.scalar(
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_hash == hash_token(token), User.active)
    )


def as_icalendar(meetings: Sequence[Meeting], host: str) -> bytes:
    """The sessions as an iCalendar file, each by the clock of its class."""
    calendar = Calendar()
    calendar.add("prodid", "-//Passerelle//Passerelle//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("My classes"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for zone in sorted({str(meeting.zone) for meeting in meetings} - {"UTC"}):
        calendar.add_component(Timezone.from_tzid(zone))
    for meeting in meetings:
        calendar.add_component(_event(meeting, host))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, host: str) -> Event:
    event = Event()
    session = meeting.session
    event.add("uid", f"{session.public_id}@{host}")
    # Two readings of an unchanged feed are the same, byte for byte.
    event.add("dtstamp", session.starts_at)
    event.add("sequence", session.revision)
    event.add("dtstart", meeting.starts)
    event.add("dtend", meeting.ends)
    event.add("summary", meeting.cohort.name)
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    if meeting.place or meeting.link:
        event.add("location", meeting.place or meeting.link)
    if meeting.link.startswith(("https://", "http://")):
        event.add("url", meeting.link)
    if session.note:
        event.add("description", session.note)
    return event
