"""PO files out, for other programs, and in again: first what would change, then the change."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring.access import access_authored, access_to_translate, may_review
from lms.authoring.bench import flash_outcome
from lms.authoring.models import AuthoredCourse, CourseImport
from lms.authoring.pages import course_page
from lms.authoring.po_plan import Plan, WrongLanguage, plan_of
from lms.authoring.translating import po_file
from lms.authoring.translation_pages import slip_sentence
from lms.authoring.translation_views import asked_desk, course_way
from lms.authoring.translator import desk_of, lint, save_texts
from lms.authoring.views import bp
from lms.catalog.extract import extracted
from lms.catalog.pofile import LARGEST, BadPo, Po, read_po, write_po
from lms.core.db import db, utcnow
from lms.core.errors import NotFound, PasserelleError
from lms.core.i18n import language_of
from lms.core.text import clean_line

KIND = "po"
KEPT = timedelta(days=1)
MOST_LISTED = 50


class BadFile(PasserelleError):
    """What was sent is no PO file of this language."""

    status = 422
    code = "bad_po"


def download(content: bytes, name: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype="text/x-gettext-translation; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def sent_po(file: FileStorage | None) -> tuple[bytes, Po]:
    """The PO file that was sent; or a sentence that says what is wrong with it."""
    content = file.stream.read(LARGEST + 1) if file is not None else b""
    if not content:
        raise BadFile(gettext("Choose a PO file first. An empty file brings nothing."))
    if len(content) > LARGEST:
        raise BadFile(gettext("This file is too large for a PO file."))
    try:
        return content, read_po(content)
    except BadPo as error:
        raise BadFile(bad_po_sentence(error)) from None


def bad_po_sentence(error: BadPo) -> str:
    """What is wrong with a file, and where."""
    said: str = gettext(
        "Line %(line)s is not as it must be in a PO file. Check the quotes of this line and of the one before.",
        line=error.line,
    )
    if error.reason == "not UTF-8":
        said = gettext(
            "Line %(line)s is not written in UTF-8. Save the file as UTF-8, then upload it again.",
            line=error.line,
        )
    if error.reason == "too many entries":
        said = gettext("This file has too many texts.")
    return said


def wrong_language_sentence(error: WrongLanguage, lang: str) -> str:
    """That the file is of another language."""
    said: str
    if not error.found:
        said = gettext(
            "The file does not say its language. Its head needs the line “Language: %(tag)s”.", tag=lang
        )
        return said
    said = gettext(
        "The file says that it is in “%(found)s”, and this page is for “%(tag)s”.",
        found=clean_line(error.found)[:40],
        tag=lang,
    )
    return said


@bp.get("/authoring/<course_id>/translations.pot")
def download_template(course_id: str) -> Response:
    """All texts of the course, untranslated."""
    course = access_authored(course_id)
    desk = desk_of(course)
    units = [unit for texts in desk.parts for unit in texts.units]
    template = read_po(extracted(course.slug, "", units, None) or b"")
    return download(write_po(template), f"{course.slug}.pot")


@bp.get("/authoring/<course_id>/translations/<lang>/file")
def download_po(course_id: str, lang: str) -> Response:
    """What is written in one language, and what is not yet."""
    course = access_authored(course_id)
    desk = asked_desk(course, lang)
    units = [unit for texts in desk.parts for unit in texts.units]
    content = extracted(course.slug, lang, units, desk.po(lang)) or desk.read(po_file(lang)) or b""
    return download(content, f"{course.slug}-{lang}.po")


@bp.post("/authoring/<course_id>/translations/<lang>/file")
def upload_po(course_id: str, lang: str) -> Response:
    """Take a file in, to show what it would change."""
    course = access_to_translate(course_id, lang)
    desk = asked_desk(course, lang)
    file = request.files.get("file")
    content, po = sent_po(file)
    try:
        plan_of(desk.blocks(lang), po, lang, lint, review=False)
    except WrongLanguage as error:
        raise BadFile(wrong_language_sentence(error, lang)) from None
    person = current_person()
    db.session.execute(
        delete(CourseImport).where(
            CourseImport.user_id == person.id,
            CourseImport.kind == KIND,
            CourseImport.created_at < utcnow() - KEPT,
        )
    )
    name = clean_line(file.filename or "")[:200] if file is not None else ""
    kept = CourseImport(
        user_id=person.id,
        kind=KIND,
        filename=name,
        course=course,
        package=content,
        report={"lang": lang, "head": desk.head},
    )
    db.session.add(kept)
    db.session.commit()
    return redirect(url_for(".show_upload", course_id=course_id, lang=lang, import_id=kept.public_id), 303)


@bp.get("/authoring/<course_id>/translations/<lang>/file/<import_id>")
def show_upload(course_id: str, lang: str, import_id: str) -> str:
    """What the file would change."""
    course = access_to_translate(course_id, lang)
    kept = _access_upload(course, lang, import_id)
    return course_page(
        "authoring/upload_po.html",
        course,
        "authoring.translations",
        kept=kept,
        plan=_plan(course, kept, lang, review=False),
        most=MOST_LISTED,
        title=course.title,
        way=course_way(course),
        target=language_of(lang),
        may_review=may_review(current_person(), course, lang),
        slip_sentence=slip_sentence,
        list_url=url_for(".translate", course_id=course_id, lang=lang),
        action=url_for(".take_upload", course_id=course_id, lang=lang, import_id=import_id),
    )


@bp.post("/authoring/<course_id>/translations/<lang>/file/<import_id>")
def take_upload(course_id: str, lang: str, import_id: str) -> Response:
    """Take over what the file brings: as drafts, unless a reviewer says that it was reviewed."""
    course = access_to_translate(course_id, lang)
    kept = _access_upload(course, lang, import_id)
    person = current_person()
    reviewed = "reviewed" in request.form and may_review(person, course, lang)
    plan = _plan(course, kept, lang, review=reviewed)
    outcome = save_texts(
        course,
        person,
        lang,
        plan.edits(review=reviewed),
        may_review=reviewed,
        message=f"Import translations into {lang}.",
        own_too=True,
    )
    db.session.delete(kept)
    db.session.commit()
    flash_outcome(outcome)
    missed = len(outcome.clashes) + len(outcome.gone)
    if missed:
        flash(
            ngettext(
                "%(num)s text was left out: somebody else has just changed it.",
                "%(num)s texts were left out: somebody else has just changed them.",
                missed,
            ),
            "warning",
        )
    return redirect(url_for(".translate", course_id=course_id, lang=lang), 303)


def _plan(course: AuthoredCourse, kept: CourseImport, lang: str, *, review: bool) -> Plan:
    desk = asked_desk(course, lang)
    return plan_of(desk.blocks(lang), read_po(kept.package), lang, lint, review=review)


def _access_upload(course: AuthoredCourse, lang: str, import_id: str) -> CourseImport:
    """What she herself has sent for this course and language."""
    kept = db.session.scalar(
        select(CourseImport).where(
            CourseImport.public_id == import_id,
            CourseImport.user_id == current_person().id,
            CourseImport.course_id == course.id,
            CourseImport.kind == KIND,
        )
    )
    if kept is None or kept.report.get("lang") != lang:
        raise NotFound
    return kept
