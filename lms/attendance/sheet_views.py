"""Sheets to sign: on the screen as they will be printed, and as PDF."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort
from lms.accounts.models import Cohort
from lms.attendance import signing
from lms.attendance.pages import half_day_words, read_day
from lms.attendance.views import bp
from lms.core.db import utcnow
from lms.core.sheets import attachment
from lms.programmes.calendars import zone_of
from lms.programmes.pages import class_date, class_page, clock

LONGEST = timedelta(days=31)


@bp.get("/classes/<cohort_id>/sheet")
def show_sheet(cohort_id: str) -> str:
    """The sheets of some days; of this week if none are named."""
    cohort = access_cohort(cohort_id)
    first, last = _days(cohort)
    return class_page(
        "attendance/sheet.html",
        cohort,
        "attendance.show_attendance",
        sheets=signing.sheets_of(cohort, _columns(cohort, first, last)),
        words=_words(cohort),
        first=first,
        last=last,
    )


@bp.get("/classes/<cohort_id>/sheet.pdf")
def download_sheet(cohort_id: str) -> Response:
    """The same as PDF."""
    cohort = access_cohort(cohort_id)
    first, last = _days(cohort)
    columns = _columns(cohort, first, last) or [signing.Column("", "", "")] * signing.COLUMNS
    body = signing.as_pdf(signing.sheets_of(cohort, columns), _words(cohort))
    return attachment(body, "application/pdf", f"attendance-{cohort.name}-{first.isoformat()}.pdf")


def _days(cohort: Cohort) -> tuple[date, date]:
    """The days asked for, at most a month; else this week by the class's clock."""
    today = utcnow().astimezone(zone_of(cohort)).date()
    monday = today - timedelta(days=today.weekday())
    first = read_day(request.args.get("first")) or monday
    last = read_day(request.args.get("last")) or first + timedelta(days=6)
    return first, min(max(last, first), first + LONGEST)


def _columns(cohort: Cohort, first: date, last: date) -> list[signing.Column]:
    parts = half_day_words()
    return [
        signing.Column(
            class_date(meeting.starts),
            f"{clock(meeting.starts)}–{clock(meeting.ends)}",
            parts[meeting.session.half_day],
        )
        for meeting in signing.meetings_between(cohort, first, last)
    ]


def _words(cohort: Cohort) -> signing.Words:
    locale = get_locale()
    return signing.Words(
        title=gettext("Attendance: %(name)s", name=cohort.name),
        school=cohort.programme.name,
        name=gettext("Name"),
        instructor=gettext("Signature of the teacher"),
        rtl=locale is not None and locale.text_direction == "rtl",
    )
