"""Which of an announcement's languages a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from flask import has_request_context, request
from markupsafe import Markup

from lms.announcements.models import Announcement, AnnouncementText
from lms.announcements.rendering import body_html
from lms.core.i18n import Language, current_language, language_of, match, negotiate


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as one person sees it; `fallback`: it is not written in her language."""

    announcement: Announcement
    language: Language
    title: str
    body: Markup
    fallback: bool
    others: tuple[Language, ...]


def version_for(tag: str, announcement: Announcement) -> AnnouncementText:
    """The version nearest to a language; where none is near, the one its author chose for that."""
    by_tag = {text.language: text for text in announcement.texts}
    found = match(tag, by_tag) or announcement.main_language
    return by_tag.get(found) or announcement.texts[0]


def shown_to_reader(announcement: Announcement, wanted: str | None = None) -> Shown:
    """For who asks now: in the language of her page, else another that her browser asks for, else the main one."""
    by_tag = {text.language: text for text in announcement.texts}
    here = current_language().tag
    if wanted in by_tag:
        text = by_tag[wanted]
    elif (near := match(here, by_tag)) is not None:
        text = by_tag[near]
    else:
        header = request.headers.get("Accept-Language", "") if has_request_context() else ""
        text = (
            by_tag.get(negotiate(header, list(by_tag), announcement.main_language)) or announcement.texts[0]
        )
    return Shown(
        announcement=announcement,
        language=language_of(text.language),
        title=text.title,
        body=body_html(text.body),
        fallback=text.language.split("-")[0] != here.split("-")[0] and wanted is None,
        others=tuple(language_of(tag) for tag in by_tag if tag != text.language),
    )
