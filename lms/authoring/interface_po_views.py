"""The interface's texts as PO files: out, to be given back to the project, and in again."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import delete, select
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import interface
from lms.authoring.access import access_interface_language, may_translate_interface
from lms.authoring.bench import flash_outcome
from lms.authoring.models import CourseImport
from lms.authoring.po_plan import Plan, WrongLanguage, plan_of
from lms.authoring.po_views import MOST_LISTED, BadFile, download, sent_po, wrong_language_sentence
from lms.authoring.translation_pages import slip_sentence
from lms.authoring.translator import note_authors
from lms.authoring.views import bp
from lms.catalog.pofile import read_po
from lms.core.db import db, utcnow
from lms.core.errors import NotFound
from lms.core.i18n import language_of
from lms.core.text import clean_line

KIND = "interface"
KEPT = timedelta(days=1)


@bp.get("/authoring/interface/<lang>/file")
def download_interface(lang: str) -> Response:
    """All texts of a language in one file, as the project takes them."""
    access_interface_language(lang)
    _check(lang)
    return download(interface.merged_po(lang), f"messages-{lang}.po")


@bp.post("/authoring/interface/<lang>/file")
def upload_interface(lang: str) -> Response:
    """Take a file in, to show what it would change."""
    person = access_interface_language(lang)
    _check(lang)
    file = request.files.get("file")
    content, po = sent_po(file)
    try:
        plan_of(interface.blocks_of(lang), po, lang, interface.lint, review=False)
    except WrongLanguage as error:
        raise BadFile(wrong_language_sentence(error, lang)) from None
    db.session.execute(
        delete(CourseImport).where(
            CourseImport.user_id == person.id,
            CourseImport.kind == KIND,
            CourseImport.created_at < utcnow() - KEPT,
        )
    )
    name = clean_line(file.filename or "")[:200] if file is not None else ""
    kept = CourseImport(user_id=person.id, kind=KIND, filename=name, package=content, report={"lang": lang})
    db.session.add(kept)
    db.session.commit()
    return redirect(url_for(".show_interface_upload", lang=lang, import_id=kept.public_id), 303)


@bp.get("/authoring/interface/<lang>/file/<import_id>")
def show_interface_upload(lang: str, import_id: str) -> str:
    """What the file would change."""
    person = access_interface_language(lang)
    kept = _access_upload(lang, import_id)
    return render_template(
        "authoring/upload_po.html",
        kept=kept,
        plan=_plan(kept, lang, review=False),
        most=MOST_LISTED,
        title=gettext("The interface"),
        way=[(gettext("The interface"), url_for(".interface"))],
        target=language_of(lang),
        may_review=may_translate_interface(person, lang, review=True),
        slip_sentence=slip_sentence,
        list_url=url_for(".translate_interface", lang=lang),
        action=url_for(".take_interface_upload", lang=lang, import_id=import_id),
    )


@bp.post("/authoring/interface/<lang>/file/<import_id>")
def take_interface_upload(lang: str, import_id: str) -> Response:
    """Take over what the file brings."""
    person = access_interface_language(lang)
    kept = _access_upload(lang, import_id)
    reviewed = "reviewed" in request.form and may_translate_interface(person, lang, review=True)
    plan = _plan(kept, lang, review=reviewed)
    outcome = interface.save(lang, plan.edits(review=reviewed), lambda _item, _new: reviewed)
    note_authors(person, interface.SCOPE, lang, outcome)
    db.session.delete(kept)
    db.session.commit()
    flash_outcome(outcome)
    return redirect(url_for(".translate_interface", lang=lang), 303)


def _check(lang: str) -> None:
    if interface.language_state(lang) is None:
        raise NotFound


def _plan(kept: CourseImport, lang: str, *, review: bool) -> Plan:
    return plan_of(interface.blocks_of(lang), read_po(kept.package), lang, interface.lint, review=review)


def _access_upload(lang: str, import_id: str) -> CourseImport:
    """What she herself has sent for this language."""
    kept = db.session.scalar(
        select(CourseImport).where(
            CourseImport.public_id == import_id,
            CourseImport.user_id == current_person().id,
            CourseImport.kind == KIND,
        )
    )
    if kept is None or kept.report.get("lang") != lang:
        raise NotFound
    return kept
