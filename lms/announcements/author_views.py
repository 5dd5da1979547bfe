"""Announcements for those who write them: a class's, by its staff; a programme's, by its coordinators."""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.announcements import choices, pages, services
from lms.announcements.access import (
    Audience,
    access_announcement,
    access_class_audience,
    access_programme_audience,
)
from lms.announcements.forms import AnnouncementForm, HoursForm, Sheet
from lms.announcements.models import Announcement
from lms.announcements.versions import shown_to_reader
from lms.announcements.views import bp
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.core.i18n import language_of
from lms.core.paging import page_of
from lms.programmes.access import access_session
from lms.programmes.pages import class_page

Answer = Response | str | tuple[str, int]


@bp.get("/classes/<cohort_id>/announcements")
def class_announcements(cohort_id: str) -> str:
    """What a class was told."""
    return _list(access_class_audience(cohort_id))


@bp.get("/programmes/<slug>/announcements")
def programme_announcements(slug: str) -> str:
    """What all classes of a programme were told."""
    return _list(access_programme_audience(slug))


@bp.route("/classes/<cohort_id>/announcements/new", methods=["GET", "POST"])
def class_write(cohort_id: str) -> Answer:
    """Write to a class; `?session=` tells of a class that was cancelled or moved."""
    return _write(access_class_audience(cohort_id))


@bp.route("/programmes/<slug>/announcements/new", methods=["GET", "POST"])
def programme_write(slug: str) -> Answer:
    """Write to all classes of a programme."""
    return _write(access_programme_audience(slug))


@bp.get("/classes/<cohort_id>/announcements/<announcement_id>")
def class_announcement(cohort_id: str, announcement_id: str) -> str:
    """One announcement in all its languages, and how far it has come."""
    audience = access_class_audience(cohort_id)
    return _show(audience, access_announcement(audience, announcement_id))


@bp.get("/programmes/<slug>/announcements/<announcement_id>")
def programme_announcement(slug: str, announcement_id: str) -> str:
    """One announcement to a programme."""
    audience = access_programme_audience(slug)
    return _show(audience, access_announcement(audience, announcement_id))


@bp.route("/classes/<cohort_id>/announcements/<announcement_id>/edit", methods=["GET", "POST"])
def class_edit(cohort_id: str, announcement_id: str) -> Answer:
    """Change an announcement; its readers see that it changed."""
    audience = access_class_audience(cohort_id)
    return _edit(audience, access_announcement(audience, announcement_id))


@bp.route("/programmes/<slug>/announcements/<announcement_id>/edit", methods=["GET", "POST"])
def programme_edit(slug: str, announcement_id: str) -> Answer:
    """Change an announcement to a programme."""
    audience = access_programme_audience(slug)
    return _edit(audience, access_announcement(audience, announcement_id))


@bp.post("/classes/<cohort_id>/announcements/<announcement_id>/withdraw")
def class_withdraw(cohort_id: str, announcement_id: str) -> Response:
    """Take an announcement back."""
    audience = access_class_audience(cohort_id)
    return _withdraw(audience, access_announcement(audience, announcement_id))


@bp.post("/programmes/<slug>/announcements/<announcement_id>/withdraw")
def programme_withdraw(slug: str, announcement_id: str) -> Response:
    """Take an announcement to a programme back."""
    audience = access_programme_audience(slug)
    return _withdraw(audience, access_announcement(audience, announcement_id))


@bp.post("/classes/<cohort_id>/quiet-hours")
def class_hours(cohort_id: str) -> Answer:
    """Set the quiet hours of a class, by its coordinators."""
    return _set_hours(access_class_audience(cohort_id))


@bp.post("/programmes/<slug>/quiet-hours")
def programme_hours(slug: str) -> Answer:
    """Set the quiet hours of all classes that have none of their own."""
    return _set_hours(access_programme_audience(slug))


def _set_hours(audience: Audience) -> Answer:
    if not audience.may_set_hours:
        raise NotFound
    form = HoursForm()
    if not form.validate():
        return _list(audience, form), 422
    choices.set_hours(audience.programme, audience.cohort, form.starts.data, form.ends.data)
    db.session.commit()
    flash(gettext("The quiet hours are changed."), "success")
    return redirect(audience.url("announcements"), 303)


def _list(audience: Audience, hours: HoursForm | None = None) -> str:
    cohort_id = audience.cohort.id if audience.cohort is not None else None
    query = (
        select(Announcement)
        .where(Announcement.programme_id == audience.programme.id, Announcement.cohort_id == cohort_id)
        .options(selectinload(Announcement.texts), joinedload(Announcement.author))
        .order_by(Announcement.id.desc())
    )
    page = page_of(query, request.args.get("page", type=int))
    starts, ends = choices.hours_of(audience.programme, audience.cohort)
    if hours is None:
        hours = HoursForm(formdata=None, starts=starts, ends=ends)
    return _page(
        "announcements/list.html",
        audience,
        page=page,
        shown=[shown_to_reader(one) for one in page.items],
        hours=hours,
        quiet=(starts, ends),
        now=utcnow(),
    )


def _write(audience: Audience) -> Answer:
    sheet = _sheet(audience)
    if not sheet.form.is_submitted():
        sheet.form.client_key.data = secrets.token_urlsafe(18)
        _prefill(audience, sheet)
        return _sheet_page(audience, sheet)
    draft = sheet.draft()
    if draft is None:
        return _sheet_page(audience, sheet), 422
    if request.form.get("action") != "send":
        return _sheet_page(audience, sheet, looking=True)
    key = (sheet.form.client_key.data or "")[:64] or secrets.token_urlsafe(18)
    made = services.write(audience.programme, audience.cohort, current_person(), draft, key)
    db.session.commit()
    flash(
        gettext("Your announcement is published.")
        if made.published_at is not None
        else gettext("Your announcement is kept and appears at its time."),
        "success",
    )
    return redirect(audience.url("announcement", announcement_id=made.public_id), 303)


def _edit(audience: Audience, announcement: Announcement) -> Answer:
    here = audience.url("announcement", announcement_id=announcement.public_id)
    if announcement.withdrawn_at is not None:
        flash(gettext("A withdrawn announcement cannot be changed. Write a new one."), "warning")
        return redirect(here, 303)
    sheet = _sheet(audience, announcement)
    if not sheet.form.is_submitted():
        return _sheet_page(audience, sheet, announcement=announcement)
    draft = sheet.draft()
    if draft is None:
        return _sheet_page(audience, sheet, announcement=announcement), 422
    if request.form.get("action") != "send":
        return _sheet_page(audience, sheet, announcement=announcement, looking=True)
    version = sheet.form.version.data or ""
    try:
        services.change(announcement, draft, int(version) if version.isdecimal() else 0)
        db.session.commit()
    except services.ChangedMeanwhile as error:
        db.session.rollback()
        sheet.problem = str(error.sentence)
        sheet.form.version.data = str(announcement.version)
        return _sheet_page(audience, sheet, announcement=announcement, stored=True), 409
    flash(gettext("The announcement is changed."), "success")
    return redirect(here, 303)


def _withdraw(audience: Audience, announcement: Announcement) -> Response:
    services.withdraw(announcement)
    db.session.commit()
    flash(gettext("The announcement is withdrawn. Nobody sees it any more."), "success")
    return redirect(audience.url("announcements"), 303)


def _show(audience: Audience, announcement: Announcement) -> str:
    return _page(
        "announcements/announcement.html",
        audience,
        announcement=announcement,
        versions=_stored(announcement),
        reach=services.reach_of(announcement),
        zone=pages.zone_of_audience(audience),
        now=utcnow(),
    )


def _stored(announcement: Announcement) -> list[dict[str, object]]:
    return [pages.preview(text.title, text.body, language_of(text.language)) for text in announcement.texts]


def _sheet(audience: Audience, announcement: Announcement | None = None) -> Sheet:
    zone = pages.zone_of_audience(audience)
    form = AnnouncementForm()
    languages = pages.writing_languages(audience)
    if announcement is not None:
        known = {language.tag for language in languages}
        languages += [language_of(text.language) for text in announcement.texts if text.language not in known]
    published = announcement is not None and announcement.published_at is not None
    sheet = Sheet(form, zone, languages, published=published)
    sheet.read(request.form if form.is_submitted() else None, announcement)
    if announcement is not None and not form.is_submitted():
        form.version.data = str(announcement.version)
        form.main_language.data = announcement.main_language
        begins = announcement.publish_at.astimezone(zone)
        form.when.data, form.day.data, form.clock.data = "later", begins.date(), begins.time()
        form.by_mail.data, form.urgent.data = announcement.by_mail, announcement.urgent
        form.urgent_reason.data = announcement.urgent_reason
        if announcement.expires_at is not None:
            form.last_day.data = (announcement.expires_at.astimezone(zone) - pages.DAY).date()
    return sheet


def _prefill(audience: Audience, sheet: Sheet) -> None:
    """Words about a class that was cancelled or moved, where the address names one."""
    wanted = request.args.get("session")
    if not wanted or audience.cohort is None:
        return
    session = access_session(audience.cohort, wanted)
    words = pages.session_words(audience.cohort, session, [one.tag for one in sheet.languages])
    for tag, (title, body) in words.items():
        sheet.versions[tag].title.data, sheet.versions[tag].body.data = title, body
    sheet.form.last_day.data = session.starts_at.astimezone(sheet.zone).date()


def _sheet_page(
    audience: Audience,
    sheet: Sheet,
    *,
    announcement: Announcement | None = None,
    looking: bool = False,
    stored: bool = False,
) -> str:
    return _page(
        "announcements/write.html",
        audience,
        sheet=sheet,
        form=sheet.form,
        announcement=announcement,
        looking=looking,
        previews=[
            pages.preview(part.title.data, part.body.data, language) for language, part in sheet.filled()
        ]
        if looking
        else [],
        stored=_stored(announcement) if stored and announcement is not None else [],
    )


def _page(template: str, audience: Audience, **context: Any) -> str:
    context["audience"] = audience
    context["mail_is_on"] = bool(current_app.config["SMTP_URL"])
    if audience.cohort is not None:
        return class_page(template, audience.cohort, "announcements.class_announcements", **context)
    return render_template(template, programme=audience.programme, cohort=None, tabs=[], **context)
