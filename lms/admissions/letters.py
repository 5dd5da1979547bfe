"""Letters of decisions, in the candidate's language: from the programme's own words, or from ours.

A letter is plain text in paragraphs. It says what was decided, why, in the words of the person who decided, what the
candidate can do now and until when, and that she may ask for a second look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask_babel import force_locale, gettext

from lms.accounts.models import Cohort, Programme, User
from lms.admissions.application_models import Application
from lms.admissions.decision_models import Decision, DecisionKind, Letter
from lms.admissions.letter_templates import own_words, places_of
from lms.admissions.models import Round
from lms.core.db import db
from lms.core.i18n import SOURCE, languages

OBJECTION_DAYS = 30
"""How long after a decision is told the candidate may ask for a second look."""
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def write_letter(decision: Decision, round_: Round, zone: str) -> Letter:
    """Render the letter of a decision that is told now, and keep it as it is."""
    application = db.session.get_one(Application, decision.application_id)
    language = letter_language(application.user, round_)
    values = _values(decision, round_, application.user, zone, language)
    own = own_words(round_.programme_id, decision.kind, language)
    text = fill(own.text, values) if own.text is not None else our_words(decision.kind, values, language)
    letter = Letter(
        decision_id=decision.id,
        application_id=application.id,
        template=f"{decision.kind}/{language}/{own.version}",
        language=language,
        text=text,
        made_at=decision.released_at,
    )
    db.session.add(letter)
    db.session.flush()
    return letter


def letter_language(user: User, round_: Round) -> str:
    """Her language if we have it, else that of the round that comes first, else English."""
    known = [language.tag for language in languages()]
    return next((tag for tag in (user.language, *round_.languages) if tag in known), SOURCE)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in the place of {placeholders}, once: braces in a value stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _values(decision: Decision, round_: Round, user: User, zone: str, language: str) -> dict[str, str]:
    cohort = db.session.get_one(Cohort, round_.cohort_id)
    programme = db.session.get_one(Programme, round_.programme_id)
    locale = Locale.parse(language, sep="-")

    def day(moment: object) -> str:
        return format_date(moment, "d MMMM y", locale=locale)  # type: ignore[arg-type]  # a date

    clock = ZoneInfo(zone)
    assert decision.released_at is not None  # noqa: S101  # it has just been told
    other = decision.other_programme.name if decision.other_programme is not None else ""
    return {
        "name": user.name,
        "round": round_.name,
        "class": cohort.name,
        "school": programme.name,
        "reason": decision.reason,
        "until": day(decision.respond_by.astimezone(clock).date()) if decision.respond_by else "",
        "from": day(decision.come_back_on) if decision.come_back_on else "",
        "other": ", ".join(part for part in (other, decision.other_words) if part),
        "objection_until": day(
            (decision.released_at + timedelta(days=OBJECTION_DAYS)).astimezone(clock).date()
        ),
    }


def our_places(kind: DecisionKind, language: str) -> str:
    """Our words with the places in them, for a programme to begin from."""
    return our_words(
        kind, {name: f"{{{name}}}" for name in (*places_of(kind), "until", "from", "other")}, language
    )


def our_words(kind: DecisionKind, values: Mapping[str, str], language: str) -> str:
    """The letter in our words."""
    with force_locale(language.replace("-", "_")):
        parts = [gettext("Hello %(name)s,", name=values["name"]), _news(kind, values)]
        parts += [gettext("Why we decided this:"), values["reason"]]
        parts.append(
            gettext(
                "If you think that we made a mistake, you can ask for a second look until %(day)s. "
                "Somebody else will read your application then. Asking has no disadvantage for you.",
                day=values["objection_until"],
            )
        )
        parts.append(gettext("Kind regards, %(school)s", school=values["school"]))
    return "\n\n".join(parts)


def _news(kind: DecisionKind, values: Mapping[str, str]) -> str:
    words: str
    match kind:
        case DecisionKind.OFFER:
            words = gettext(
                "We offer you a seat in %(cohort)s. Please say yes or no until %(day)s: "
                "after that day the seat goes to the next person.",
                cohort=values["class"],
                day=values["until"],
            )
        case DecisionKind.WAITING:
            words = gettext(
                "You are on the waiting list for %(cohort)s. When a seat becomes free, "
                "we call the people of the list in their order, and you get a letter here. You need to do nothing.",
                cohort=values["class"],
            )
        case DecisionKind.OTHER:
            words = gettext(
                "This time we cannot offer you a seat in %(cohort)s. "
                "We think that this fits you better now: %(other)s.",
                cohort=values["class"],
                other=values["other"],
            )
        case DecisionKind.LATER:
            words = gettext(
                "This time we cannot offer you a seat in %(cohort)s. "
                "We would like you to apply again: you can come back from %(day)s.",
                cohort=values["class"],
                day=values["from"],
            )
    return words
