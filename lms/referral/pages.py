"""What the pages of referrals show: words for what is stored, and the document in any language of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel import Locale
from babel.dates import format_date
from flask import render_template
from flask_babel import force_locale, get_locale, gettext, ngettext
from markupsafe import Markup

from lms.core.i18n import current_language, languages
from lms.referral.content import Content, CourseSteps, Step
from lms.referral.evidence import Part, Piece
from lms.referral.models import ImportStatus, Purpose, ReferralStatus


@dataclass(frozen=True, slots=True)
class Document:
    """A referral as a person reads it, whoever made it."""

    school: str
    receiver: str
    receiver_address: str
    purpose: str
    valid_from: datetime | None
    valid_until: datetime
    content: Content


def document(shown: Document, tag: str | None = None) -> Markup:
    """The document in this language of the site; in the reader's if none is named."""
    tag = tag or current_language().tag
    language = next((one for one in languages() if one.tag == tag), current_language())
    with force_locale(language.tag.replace("-", "_")):
        html = render_template(
            "referral/_document.html",
            document=shown,
            said_in=language,
            purpose=purpose_words()[shown.purpose],
            lessons=[(course, by_lesson(course)) for course in shown.content.courses],
        )
    return Markup(html)  # noqa: S704  # our template


def by_lesson(course: CourseSteps) -> list[tuple[str, list[Step]]]:
    """The steps of a course, lesson by lesson."""
    return [(lesson, list(steps)) for lesson, steps in groupby(course.steps, key=lambda step: step.lesson)]


def piece_words(piece: Piece) -> str:
    """What one part is, in a few words."""
    match piece.part:
        case Part.NAME:
            return str(gettext("Your name, as you are called here"))
        case Part.STEPS:
            (course,) = piece.content.courses
            return str(
                ngettext(
                    "%(num)s exercise that you have passed, of %(all)s, with its date",
                    "%(num)s exercises that you have passed, of %(all)s, with their dates",
                    len(course.steps),
                    all=course.exercises,
                )
            )
        case Part.CERTIFICATE:
            return str(gettext("That you have finished the course"))
        case Part.ANSWERS:
            (answers,) = piece.content.answers
            return str(
                gettext(
                    "Questions that you have answered right: %(right)s of %(all)s",
                    right=answers.right,
                    all=answers.questions,
                )
            )
        case Part.MARKS:
            (marks,) = piece.content.marks
            return str(
                ngettext(
                    "Your marks in %(num)s lesson, from the class %(name)s",
                    "Your marks in %(num)s lessons, from the class %(name)s",
                    len(marks.lessons),
                    name=marks.class_name,
                )
            )
        case Part.ATTENDANCE:
            (summary,) = piece.content.attendance
            return str(
                gettext(
                    "How often you came: %(attended)s of %(held)s",
                    attended=summary.attended,
                    held=summary.held,
                )
            )


def purpose_words() -> dict[str, str]:
    """What a referral may be used for."""
    return {
        Purpose.ADMISSION: gettext("To apply for a place"),
        Purpose.PLACEMENT: gettext("To go on in a course that fits better"),
        Purpose.RECOGNITION: gettext("To have finished steps counted"),
    }


def status_words() -> dict[str, str]:
    """Where a referral stands with the person whose it is."""
    return {
        ReferralStatus.SUGGESTED: gettext("Suggested to you"),
        ReferralStatus.DRAFT: gettext("Not signed yet"),
        ReferralStatus.SIGNED: gettext("Signed"),
        ReferralStatus.WITHDRAWN: gettext("Withdrawn"),
        ReferralStatus.DECLINED: gettext("You said no"),
        ReferralStatus.EXPIRED: gettext("Its time is over"),
    }


def import_words() -> dict[str, str]:
    """Where a referral that came in stands."""
    return {
        ImportStatus.WAITING: gettext("Waits for the person"),
        ImportStatus.CONFIRMED: gettext("Confirmed"),
        ImportStatus.REFUSED: gettext("The person said no"),
        ImportStatus.WITHDRAWN: gettext("Withdrawn"),
        ImportStatus.ERASED: gettext("Erased"),
    }


def long_day(day: date | datetime) -> str:
    """Day, month by name, year."""
    return format_date(day.date() if isinstance(day, datetime) else day, "d MMMM y", locale=_locale())


def hours_of(minutes: int) -> int:
    """Whole hours, as a summary says them."""
    return round(minutes / 60)


def grouped(code: str) -> str:
    """A code in groups of four, as it is read out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def language_choices() -> Sequence[tuple[str, str]]:
    """The languages of the site, each by its own name."""
    return [(language.tag, language.name) for language in languages()]


def _locale() -> Locale:
    found = get_locale()
    return found if isinstance(found, Locale) else Locale("en")
