"""A person's messages: the list, one of them, and the number in the header."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime, gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, signed_in
from lms.accounts.models import Cohort, Enrolment
from lms.announcements import pages, services
from lms.announcements.access import access_message
from lms.announcements.mailing import Server, checked_email
from lms.announcements.notices import notify, say
from lms.announcements.versions import shown_to_reader
from lms.core.db import db, utcnow
from lms.core.errors import ConfigError
from lms.core.nexturl import safe_next
from lms.programmes.models import EnrolmentEvent
from lms.programmes.placed import on_place_changed

bp = Blueprint("announcements", __name__, template_folder="templates")

PLACE_CHANGED = "place_changed"


def init_app(app: Flask) -> None:
    """Check the settings of mail, count new messages for the header, and tell people of their places."""
    app.config.setdefault("SMTP_URL", "")
    app.config.setdefault("MAIL_FROM", "")
    app.config.setdefault("SITE_URL", "http://localhost")
    if app.config["SMTP_URL"]:
        _check_mail(app)
    app.config["MAIL_DOMAIN"] = app.config["MAIL_FROM"].rpartition("@")[2] or "localhost"
    app.add_template_global(pages.header, "header")
    app.add_template_global(pages.new_entries, "new_message_entries")
    app.add_template_global(pages.is_near, "is_near_change")
    app.add_template_filter(day_and_time, "day_and_time")
    say(app, PLACE_CHANGED, pages.place_words)
    on_place_changed(app, tell_of_place)


def day_and_time(moment: datetime) -> str:
    """A moment with its month in words; the page's script puts it into the device's zone."""
    return str(format_datetime(moment, "d MMMM y, HH:mm"))


def tell_of_place(event: EnrolmentEvent) -> None:
    """Let a student know that her place in a class has changed, if it was not herself who changed it."""
    place = db.session.get_one(Enrolment, event.enrolment_id)
    if event.author_id == place.user_id:
        return
    old = db.session.get_one(Cohort, place.cohort_id)
    new = db.session.get(Cohort, event.to_cohort_id) if event.to_cohort_id is not None else None
    notify(
        [place.user_id],
        PLACE_CHANGED,
        {"status": event.status, "old": old.name, "new": new.name if new is not None else ""},
        "/week",
    )


@bp.get("/messages")
@signed_in
def messages() -> str:
    """Her messages, the newest first."""
    return render_template(
        "announcements/messages.html",
        listed=pages.list_page(request.args.get("before")),
        first_page="before" not in request.args,
    )


@bp.post("/messages/read")
@signed_in
def read_all() -> Response:
    """Count all of them as read."""
    services.mark_read(current_person().id)
    db.session.commit()
    flash(gettext("All messages are marked as read."), "success")
    return redirect(url_for(".messages"), 303)


@bp.get("/messages/<message_id>")
def show_message(message_id: str) -> Response | str:
    """Open one: it is read from then on. A notice leads to what it tells of."""
    message = access_message(message_id)
    if message.read_at is None:
        services.mark_read(message.user_id, [message.id])
        db.session.commit()
        message = access_message(message_id)
    if message.announcement is None and (target := safe_next(message.url, "")):
        return redirect(f"{request.script_root}{target}", 303)
    announcement = message.announcement
    return render_template(
        "announcements/message.html",
        entry=pages.entry_of(message),
        shown=shown_to_reader(announcement, request.args.get("in")) if announcement is not None else None,
        withdrawn=announcement is not None and announcement.withdrawn_at is not None,
        over=message.hidden_from <= utcnow(),
    )


def _check_mail(app: Flask) -> None:
    try:
        Server.from_url(app.config["SMTP_URL"])
    except ValueError as error:
        raise ConfigError(f"PASSERELLE_SMTP_URL cannot be used: {error}") from error
    if checked_email(app.config["MAIL_FROM"]) is None:
        raise ConfigError("PASSERELLE_MAIL_FROM must be an e-mail address, for example school@example.org")
