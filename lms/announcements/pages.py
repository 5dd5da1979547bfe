"""What the pages of messages share: entries of the list, the languages to write in, words prefilled for a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.access import current_person
from lms.accounts.models import Cohort, EnrolmentStatus
from lms.announcements import services
from lms.announcements.access import Audience, access_messages
from lms.announcements.models import Message
from lms.announcements.notices import isolated, sentence
from lms.announcements.rendering import body_html
from lms.announcements.versions import Shown, shown_to_reader
from lms.core.db import db, utcnow
from lms.core.i18n import Language, current_language, language_of, languages, use_language
from lms.programmes.calendars import zone_of
from lms.programmes.models import ClassSession, SessionStatus
from lms.programmes.pages import class_moment

PAGE = 20
ON_MY_WEEK = 3
MOST_LANGUAGES = 40
NEAR = timedelta(hours=48)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: an announcement, or the sentence of a notice."""

    message: Message
    shown: Shown | None
    sentence: str
    sender: str

    @property
    def is_new(self) -> bool:
        """Whether she has not opened it yet."""
        return self.message.read_at is None


@dataclass(frozen=True, slots=True)
class List:
    """Some of a person's messages, the newest first; `after` is where the next page begins."""

    entries: tuple[Entry, ...]
    after: str | None


def entry_of(message: Message) -> Entry:
    """A message as its reader sees it."""
    announcement = message.announcement
    if announcement is None:
        return Entry(message, None, sentence(message.kind, message.params), "")
    sender = announcement.cohort.name if announcement.cohort is not None else announcement.programme.name
    return Entry(message, shown_to_reader(announcement), "", sender)


def list_page(before: str | None) -> List:
    """A page of the list of the person who asks."""
    found = access_messages(before, PAGE + 1)
    more = found[PAGE - 1].public_id if len(found) > PAGE else None
    return List(tuple(entry_of(message) for message in found[:PAGE]), more)


def new_entries() -> tuple[Entry, ...]:
    """The newest that she has not opened, for her week."""
    return tuple(entry_of(message) for message in access_messages(None, ON_MY_WEEK, unread=True))


def header() -> services.Header:
    """What the top of every page shows of its reader, asked for once a request."""
    if "header" not in g:
        try:
            g.header = services.header_of(current_person())
        except SQLAlchemyError:  # a page about an error still has a top
            db.session.rollback()
            return services.Header()
    return cast("services.Header", g.header)


def writing_languages(audience: Audience) -> list[Language]:
    """The interface's languages and those that the classes are taught in; the writer's own first."""
    tags = [current_language().tag, *(language.tag for language in languages())]
    if audience.cohort is not None:
        tags.append(audience.cohort.teaching_language)
    else:
        tags += db.session.scalars(
            select(Cohort.teaching_language)
            .where(Cohort.programme_id == audience.programme.id)
            .distinct()
            .limit(MOST_LANGUAGES)
        )
    return [language_of(tag) for tag in dict.fromkeys(tags)]


def zone_of_audience(audience: Audience) -> ZoneInfo:
    """The clock by which an announcement is timed: the class's, or that of the programme's newest class."""
    cohort = audience.cohort or db.session.scalar(
        select(Cohort).where(Cohort.programme_id == audience.programme.id).order_by(Cohort.id.desc()).limit(1)
    )
    return zone_of(cohort) if cohort is not None else ZoneInfo("UTC")


def preview(title: str, body: str, language: Language) -> dict[str, object]:
    """One version as its readers will see it."""
    return {"language": language, "title": title, "body": body_html(body)}


def session_words(cohort: Cohort, session: ClassSession, tags: list[str]) -> dict[str, tuple[str, str]]:
    """Title and text that tell of a cancelled or moved class, in each of these languages that we speak."""
    spoken = {language.tag for language in languages()}
    before = current_language().tag
    words = {}
    try:
        for tag in tags:
            if tag in spoken and use_language(tag):
                words[tag] = _session_words(cohort, session)
    finally:
        use_language(before)
    return words


def _session_words(cohort: Cohort, session: ClassSession) -> tuple[str, str]:
    when = class_moment(session.starts_at, zone_of(cohort))
    name = isolated(cohort.name)
    if session.status == SessionStatus.CANCELLED:
        title = gettext("The class is cancelled")
        lines = [gettext("The class %(name)s on %(when)s does not take place.", name=name, when=when)]
    else:
        title = gettext("The class takes place at another time")
        lines = [gettext("The class %(name)s takes place on %(when)s.", name=name, when=when)]
        place = session.place or cohort.place
        if place:
            lines.append(gettext("Place: %(place)s", place=isolated(place)))
    if session.note:
        lines.append(isolated(session.note))
    return str(title), "\n\n".join(str(line) for line in lines)


def is_near(session: ClassSession) -> bool:
    """Whether a class of today or tomorrow was cancelled or moved: then people should be told."""
    now = utcnow()
    changed = session.status in {SessionStatus.CANCELLED, SessionStatus.MOVED}
    return changed and now < session.starts_at < now + NEAR


def place_words(params: Mapping[str, str]) -> str:
    """What a notice says of a person's place in a class."""
    old, new = isolated(params.get("old", "")), isolated(params.get("new", ""))
    status = params.get("status")
    if status == EnrolmentStatus.DEFERRED and params.get("new"):
        return str(
            gettext("You stop in %(old)s and begin again in %(new)s. Your work stays.", old=old, new=new)
        )
    sentences = {
        EnrolmentStatus.MOVED: gettext(
            "You have moved from %(old)s to %(new)s. Your work has come along.", old=old, new=new
        ),
        EnrolmentStatus.DEFERRED: gettext(
            "You stop in %(old)s and begin again later. Your work stays.", old=old
        ),
        EnrolmentStatus.PAUSED: gettext(
            "You pause in %(old)s. Your seat is kept, and your work stays.", old=old
        ),
        EnrolmentStatus.ENROLLED: gettext("You are in %(old)s again. Welcome back.", old=old),
        EnrolmentStatus.GRADUATED: gettext("You have finished %(old)s. Congratulations!", old=old),
    }
    changed = gettext("Your place in %(old)s has changed.", old=old)
    return str(next((words for known, words in sentences.items() if known == status), changed))
