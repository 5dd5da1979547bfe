"""A programme's own words for letters: what may stand in them, what must, versions, and the way back to ours.

Each change is a new version, since letters name the version that they were written from. Going back to our words is a
version as well, whose text is `OURS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale
from babel.dates import format_date
from flask_babel import force_locale, gettext, lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Programme
from lms.admissions.decision_models import DecisionKind, LetterTemplate
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, PasserelleError

LONGEST_LETTER = 6000
OURS = "{ours}"
PLACES = ("name", "class", "round", "school", "reason", "objection_until")
_NEEDED = ("reason", "objection_until")
_OF_KIND = {DecisionKind.OFFER: "until", DecisionKind.LATER: "from", DecisionKind.OTHER: "other"}
_SAMPLE_DAYS = {"until": 10, "from": 90, "objection_until": 30}
_PLACE = re.compile(r"\{([^{}\n]*)\}")


class LetterRefused(PasserelleError):
    """A text that would make a letter which cannot be sent; the sentence says why."""

    status = 422
    code = "letter_refused"


class LetterChanged(Conflict):
    """Somebody else saved this letter in the meantime."""

    code = "letter_changed"
    sentence = lazy_gettext(
        "Somebody else saved this letter in the meantime. What you wrote is in the field; save again to replace the "
        "other text."
    )


@dataclass(frozen=True, slots=True)
class Own:
    """A programme's own words, or the way back to ours, and their version; 0 when there never were any."""

    version: int
    text: str | None


def own_words(programme_id: int, kind: DecisionKind, language: str) -> Own:
    """The newest words of a programme for letters of this kind in this language; None for ours."""
    row = db.session.scalar(
        select(LetterTemplate)
        .where(
            LetterTemplate.programme_id == programme_id,
            LetterTemplate.kind == kind,
            LetterTemplate.language == language,
        )
        .order_by(LetterTemplate.version.desc())
        .limit(1)
    )
    if row is None:
        return Own(0, None)
    return Own(row.version, None if row.text == OURS else row.text)


def own_versions(programme_id: int) -> dict[tuple[str, str], bool]:
    """By kind and language whether the newest words are the programme's own; ours are not in it."""
    newest = (
        select(
            LetterTemplate.kind, LetterTemplate.language, func.max(LetterTemplate.version).label("version")
        )
        .where(LetterTemplate.programme_id == programme_id)
        .group_by(LetterTemplate.kind, LetterTemplate.language)
        .subquery()
    )
    found = db.session.execute(
        select(LetterTemplate.kind, LetterTemplate.language, LetterTemplate.text == OURS)
        .join(
            newest,
            (LetterTemplate.kind == newest.c.kind)
            & (LetterTemplate.language == newest.c.language)
            & (LetterTemplate.version == newest.c.version),
        )
        .where(LetterTemplate.programme_id == programme_id)
    )
    return {(str(kind), language): True for kind, language, is_ours in found if not is_ours}


def save_words(programme: Programme, kind: DecisionKind, language: str, text: str, seen: int) -> None:
    """A new version after the one that was seen. Raises LetterRefused, or LetterChanged when another was quicker."""
    check_words(kind, text)
    _add(programme, kind, language, text, seen)


def back_to_ours(programme: Programme, kind: DecisionKind, language: str, seen: int) -> None:
    """From now on letters of this kind in this language are in our words again."""
    if own_words(programme.id, kind, language).text is not None:
        _add(programme, kind, language, OURS, seen)


def places_of(kind: DecisionKind) -> tuple[str, ...]:
    """What may stand in a letter of this kind."""
    return (*PLACES, *_extra(kind))


def needed_in(kind: DecisionKind) -> tuple[str, ...]:
    """What must stand in it: why, until when she can answer, and until when she can ask for a second look."""
    return (*_NEEDED, *_extra(kind))


def check_words(kind: DecisionKind, text: str) -> None:
    """Raises LetterRefused for a text that is empty, too long, lacks a place or names one that there is not."""
    if not text:
        raise LetterRefused(gettext("Write the letter, or go back to our words."))
    if len(text) > LONGEST_LETTER:
        raise LetterRefused(gettext("This text is too long. Make it shorter."))
    named = _PLACE.findall(text)
    if unknown := [name for name in named if name not in places_of(kind)]:
        raise LetterRefused(
            gettext(
                "There is nothing to put in the place of %(names)s. The list below says what there is.",
                names=_listed(unknown),
            )
        )
    if "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
        raise LetterRefused(
            gettext("A bracket stands alone. Write each place with both, for example {name}.")
        )
    if lacking := [name for name in needed_in(kind) if name not in named]:
        raise LetterRefused(
            gettext(
                "The letter must also say %(names)s. Put it where it fits; the list below says what it stands for.",
                names=_listed(lacking),
            )
        )


def place_words() -> dict[str, str]:
    """What stands for what."""
    return {
        "name": gettext("The name of the person"),
        "class": gettext("The class"),
        "round": gettext("The round"),
        "school": gettext("Your programme"),
        "reason": gettext("The reason, as it was written with the decision"),
        "until": gettext("The day until which the person can answer"),
        "from": gettext("The day from which the person can come back"),
        "other": gettext("The programme that fits better"),
        "objection_until": gettext("The day until which the person can ask for a second look"),
    }


def sample_values(programme: Programme, language: str) -> dict[str, str]:
    """Made-up values with which a letter is shown while it is written."""
    locale = Locale.parse(language, sep="-")
    today = utcnow().date()
    days = {
        name: format_date(today + timedelta(days=later), "d MMMM y", locale=locale)
        for name, later in _SAMPLE_DAYS.items()
    }
    with force_locale(language.replace("-", "_")):
        return {
            "name": "Amina",
            "class": gettext("Weekend class"),
            "round": gettext("Spring round"),
            "school": programme.name,
            "reason": gettext("You went on after each mistake, and your last project works."),
            "other": gettext("the evening class"),
            **days,
        }


def _extra(kind: DecisionKind) -> tuple[str, ...]:
    return (_OF_KIND[kind],) if kind in _OF_KIND else ()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in dict.fromkeys(names))


def _add(programme: Programme, kind: DecisionKind, language: str, text: str, seen: int) -> None:
    if own_words(programme.id, kind, language).version != seen:
        raise LetterChanged
    row = LetterTemplate(programme_id=programme.id, kind=kind, language=language, version=seen + 1, text=text)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:  # at the very same moment
        raise LetterChanged from error
