"""A class's calendar for its staff: its sessions, its holidays, and one session with who will not come."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort
from lms.accounts.models import Cohort
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.core.i18n import current_language
from lms.core.paging import page_of
from lms.programmes import calendars
from lms.programmes.access import access_change, access_session
from lms.programmes.calendars import LaidOut, NotPossible
from lms.programmes.forms import CancelForm, ExtraForm, HolidayForm, MoveForm
from lms.programmes.models import ClassSession
from lms.programmes.pages import change_words, class_page, weekday_words
from lms.programmes.planning_views import say_laid_out
from lms.programmes.views import bp
from lms.programmes.week import Meeting, absences, absent_people


@bp.get("/classes/<cohort_id>/timetable")
def show_timetable(cohort_id: str) -> str:
    """The weekly times, the sessions to come, and what differs."""
    return _timetable_page(access_cohort(cohort_id))


@bp.post("/classes/<cohort_id>/timetable")
def change_timetable(cohort_id: str) -> Response | tuple[str, int]:
    """Add days without class, or one class more."""
    cohort = access_cohort(cohort_id)
    action = request.form.get("action", "")
    if action == "holiday":
        holiday = HolidayForm()
        if holiday.validate() and _done(
            lambda: calendars.add_holiday(
                cohort, holiday.first.data, holiday.last.data, holiday.note.data or ""
            ),
            lambda sentence: setattr(holiday.last, "errors", [sentence]),
        ):
            return _to_timetable(cohort)
        return _timetable_page(cohort, holiday=holiday), 422
    if action == "extra":
        extra = ExtraForm()
        if extra.validate() and _done(
            lambda: calendars.add_extra(
                cohort, extra.day.data, extra.starts.data, extra.minutes.data,
                place=extra.place.data or "", note=extra.note.data or "",
            ),
            lambda sentence: setattr(extra.starts, "errors", [sentence]),
        ):  # fmt: skip
            return _to_timetable(cohort)
        return _timetable_page(cohort, extra=extra), 422
    raise NotFound


@bp.post("/classes/<cohort_id>/timetable/changes/<int:number>")
def remove_change(cohort_id: str, number: int) -> Response:
    """Take a change of the calendar back."""
    cohort = access_cohort(cohort_id)
    change = access_change(cohort, number)
    if change is not None:
        say_laid_out(calendars.remove_change(cohort, change))
        db.session.commit()
    return _to_timetable(cohort)


@bp.get("/classes/<cohort_id>/sessions/<session_id>")
def show_session(cohort_id: str, session_id: str) -> str:
    """One session: when and where, who will not come, and its changes."""
    cohort = access_cohort(cohort_id)
    return _session_page(cohort, access_session(cohort, session_id))


@bp.post("/classes/<cohort_id>/sessions/<session_id>")
def change_session(cohort_id: str, session_id: str) -> Response | tuple[str, int]:
    """Move a session, cancel it, or let it take place as planned."""
    cohort = access_cohort(cohort_id)
    session = access_session(cohort, session_id)
    here = url_for("programmes.show_session", cohort_id=cohort_id, session_id=session_id)
    action = request.form.get("action", "")
    if action == "restore":
        if _done(
            lambda: calendars.restore_session(cohort, session), lambda sentence: flash(sentence, "error")
        ):
            flash(gettext("The class takes place as the timetable says."), "success")
        return redirect(here, 303)
    if action == "move":
        move = MoveForm()
        if move.validate() and _done(
            lambda: calendars.move_session(
                cohort, session, move.day.data, move.starts.data,
                place=move.place.data or "", note=move.note.data or "",
            ),
            lambda sentence: setattr(move.starts, "errors", [sentence]),
        ):  # fmt: skip
            flash(gettext("The class is moved. Students see it in their week and their calendar."), "success")
            return redirect(here, 303)
        return _session_page(cohort, session, move=move), 422
    if action == "cancel":
        cancel = CancelForm()
        extra = session.extra
        if cancel.validate() and _done(
            lambda: calendars.cancel_session(cohort, session, cancel.note.data or ""),
            lambda sentence: setattr(cancel.note, "errors", [sentence]),
        ):
            flash(
                gettext("The class is cancelled. Students see it in their week and their calendar."),
                "success",
            )
            return _to_timetable(cohort) if extra else redirect(here, 303)
        return _session_page(cohort, session, cancel=cancel), 422
    raise NotFound


def _done(act: Callable[[], LaidOut], say: Callable[[str], object]) -> bool:
    """Do it and commit; or undo it and say why it cannot be."""
    try:
        act()
        db.session.commit()
    except NotPossible as error:
        db.session.rollback()
        say(str(error.sentence))
        return False
    return True


def _to_timetable(cohort: Cohort) -> Response:
    return redirect(url_for("programmes.show_timetable", cohort_id=cohort.public_id), 303)


def _timetable_page(
    cohort: Cohort, *, holiday: HolidayForm | None = None, extra: ExtraForm | None = None
) -> str:
    past = request.args.get("past") == "1"
    page = page_of(calendars.sessions_of(cohort, past=past), request.args.get("page", type=int))
    return class_page(
        "programmes/timetable.html",
        cohort,
        "programmes.show_timetable",
        slots=calendars.slots_of(cohort),
        weekdays=weekday_words(),
        past=past,
        page=page,
        meetings=[Meeting(one, cohort, calendars.zone_of(cohort), absent=False) for one in page.items],
        absent=absences(page.items),
        changes=[change for change in calendars.changes_of(cohort) if change.kind in {"holiday", "extra"}],
        change_words=change_words(),
        public_holidays=calendars.holidays_of(cohort, current_language().tag.partition("-")[0]),
        holiday=holiday or HolidayForm(formdata=None),
        extra=extra or ExtraForm(formdata=None),
    )


def _session_page(
    cohort: Cohort,
    session: ClassSession,
    *,
    move: MoveForm | None = None,
    cancel: CancelForm | None = None,
) -> str:
    return class_page(
        "programmes/session.html",
        cohort,
        "programmes.show_timetable",
        meeting=Meeting(session, cohort, calendars.zone_of(cohort), absent=False),
        absent=absent_people(session),
        over=session.starts_at <= utcnow(),
        move=move or MoveForm(formdata=None),
        cancel=cancel or CancelForm(formdata=None),
    )
