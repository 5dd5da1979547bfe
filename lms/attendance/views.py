"""Attendance: the list of a class, the screen for one session, hours by month, and the student's own word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort, current_person
from lms.accounts.models import Cohort, User
from lms.attendance import services
from lms.attendance.models import HERE_IN_PART, LONGEST_REASON, Presence, Word
from lms.attendance.pages import (
    hours,
    month_cells,
    month_header,
    month_name,
    month_of,
    presence_words,
    read_month,
    record_words,
    word_words,
)
from lms.attendance.services import Entry, Mark
from lms.core.db import db, utcnow
from lms.core.errors import NotFound, PasserelleError
from lms.core.paging import page_of
from lms.core.sheets import Table, download
from lms.core.text import fold_digits
from lms.programmes.access import access_my_session, access_session
from lms.programmes.calendars import zone_of
from lms.programmes.models import ClassSession
from lms.programmes.pages import class_page
from lms.programmes.week import Meeting
from lms.programmes.week_boxes import week_box_by

bp = Blueprint("attendance", __name__, template_folder="templates")
bp.add_app_template_filter(hours, "hours")
SHOWN_MONTHS = "attendance.show_hours"


def init_app(app: Flask) -> None:
    """Ask students on their week whether what is recorded is right."""
    week_box_by(app, week_box)


def week_box(person: User, classes: Sequence[Cohort]) -> Markup:
    """The classes of the last days of which she has not said anything."""
    if not classes:
        return Markup("")
    found = services.to_confirm(person)
    if not found:
        return Markup("")
    return Markup(  # noqa: S704  (a rendered template)
        render_template(
            "attendance/_week.html",
            rows=[
                (
                    Meeting(session, cohort, zone_of(cohort), absent=False),
                    record_words(record, session) if record is not None else None,
                )
                for session, cohort, record in found
            ],
        )
    )


@bp.get("/classes/<cohort_id>/attendance")
def show_attendance(cohort_id: str) -> str:
    """The sessions of a class that have begun: which are recorded, and where a student says that it is not right."""
    cohort = access_cohort(cohort_id)
    page = page_of(services.past_sessions(cohort), request.args.get("page", type=int))
    return class_page(
        "attendance/sessions.html",
        cohort,
        "attendance.show_attendance",
        page=page,
        rows=[
            (row, Meeting(row.session, cohort, zone_of(cohort), absent=False))
            for row in services.recorded(page.items)
        ],
    )


@bp.get("/classes/<cohort_id>/attendance/<session_id>")
def show_list(cohort_id: str, session_id: str) -> str:
    """The screen on which a session is recorded."""
    cohort = access_cohort(cohort_id)
    session = access_session(cohort, session_id)
    return _list_page(cohort, session, services.entries_of(session))


@bp.post("/classes/<cohort_id>/attendance/<session_id>")
def save_list(cohort_id: str, session_id: str) -> Response | tuple[str, int]:
    """Record everybody at once. When something stands in the way, what was chosen is on the page again."""
    cohort = access_cohort(cohort_id)
    session = access_session(cohort, session_id)
    entries = services.entries_of(session)
    marks = _read_marks(request.form, entries)
    try:
        count = services.mark(session, marks, current_person(), reason=request.form.get("reason", ""))
        db.session.commit()
    except (services.CannotMark, services.MarkedMeanwhile) as error:
        db.session.rollback()
        session = access_session(access_cohort(cohort_id), session_id)
        page = _list_page(session.cohort, session, services.entries_of(session), marks=marks, problem=error)
        return page, error.status
    if count:
        flash(ngettext("%(num)s record is saved.", "%(num)s records are saved.", count), "success")
    else:
        flash(gettext("Nothing was different from what is recorded."))
    return redirect(url_for(".show_attendance", cohort_id=cohort_id), 303)


@bp.get("/classes/<cohort_id>/hours")
def show_hours(cohort_id: str) -> str:
    """Hours by student in one month."""
    cohort = access_cohort(cohort_id)
    first = read_month(request.args.get("month"), zone_of(cohort))
    return class_page(
        "attendance/hours.html",
        cohort,
        "attendance.show_attendance",
        month=month_of(cohort, first),
        name=month_name(first),
        words=presence_words(),
        kinds=list(Presence),
    )


@bp.get("/classes/<cohort_id>/hours.<any(csv, xlsx):kind>")
def export_hours(cohort_id: str, kind: str) -> Response:
    """The same as a file for a spreadsheet."""
    cohort = access_cohort(cohort_id)
    first = read_month(request.args.get("month"), zone_of(cohort))
    month = month_of(cohort, first)
    locale = get_locale()
    rtl = locale is not None and locale.text_direction == "rtl"
    table = Table(f"{first:%Y-%m}", month_header(), month_cells(month.rows), rtl=rtl)
    return download(table, kind, f"hours-{cohort.name}-{first:%Y-%m}")


@bp.post("/week/attendance/<session_id>")
def say(session_id: str) -> Response:
    """A student confirms that she was there, or says what is not right."""
    session = access_my_session(session_id)
    try:
        word = Word(request.form.get("word", ""))
    except ValueError:
        raise NotFound from None
    try:
        services.say(session, current_person(), word, request.form.get("note", ""))
        db.session.commit()
        flash(gettext("Thank you. Your teacher sees it."), "success")
    except PasserelleError as error:
        db.session.rollback()
        flash(str(error.sentence), "error")
    return redirect(url_for("programmes.my_week", _anchor="attendance"), 303)


def _read_marks(form: MultiDict[str, str], entries: list[Entry]) -> dict[int, Mark]:
    """What the form says of each student of the list; who is not in the form is left as she is."""
    marks = {}
    for entry in entries:
        name = entry.user.public_id
        try:
            status = Presence(form.get(f"status-{name}", ""))
        except ValueError:
            continue
        marks[entry.user.id] = Mark(
            status, _number(form.get(f"off-{name}", "")), _number(form.get(f"version-{name}", ""))
        )
    return marks


def _number(value: str) -> int:
    digits = fold_digits(value).strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 6 else 0


def _list_page(
    cohort: Cohort,
    session: ClassSession,
    entries: list[Entry],
    *,
    marks: dict[int, Mark] | None = None,
    problem: PasserelleError | None = None,
) -> str:
    """`marks` are what somebody has just chosen; records that others wrote meanwhile stand beside them."""
    given = marks or {}
    stale = problem.people if isinstance(problem, services.MarkedMeanwhile) else frozenset()
    context: dict[str, Any] = {
        "meeting": Meeting(session, cohort, zone_of(cohort), absent=False),
        "session": session,
        "rows": [_row(entry, session, given.get(entry.user.id), stale) for entry in entries],
        "words": presence_words(),
        "said": word_words(),
        "in_part": HERE_IN_PART,
        "locked": services.is_locked(session),
        "lock_days": services.lock_days(),
        "begun": session.starts_at <= utcnow(),
        "any_record": any(entry.record is not None for entry in entries),
        "changes": services.changes_of(session),
        "reason": request.form.get("reason", "") if problem is not None else "",
        "longest": LONGEST_REASON,
        "problem": str(problem.sentence) if problem is not None else None,
    }
    return class_page("attendance/list.html", cohort, "attendance.show_attendance", **context)


def _row(entry: Entry, session: ClassSession, mark: Mark | None, stale: frozenset[int]) -> dict[str, Any]:
    return {
        "entry": entry,
        "user": entry.user,
        "status": mark.status if mark is not None else entry.preset,
        "off": mark.off if mark is not None else entry.off(session),
        "version": entry.record.version if entry.record is not None else 0,
        "theirs": record_words(entry.record, session)
        if entry.user.id in stale and entry.record is not None
        else None,
    }
