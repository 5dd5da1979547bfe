"""Courses from elsewhere: what is sent, a dry run that says what would come of it, and the yes."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import transfers
from lms.authoring.access import (
    access_authoring,
    access_course_programmes,
    access_courses_to_write,
    access_import,
)
from lms.authoring.archive import BadPackage
from lms.authoring.import_forms import ConfirmForm, ImportForm
from lms.authoring.merging import Conflict
from lms.authoring.models import IMPORT_KINDS, AuthoredCourse, CourseImport
from lms.authoring.pages import language_choices
from lms.authoring.services import SlugTaken, programme_choices
from lms.authoring.views import bp
from lms.core.db import db
from lms.core.errors import NotFound

LARGEST_UPLOAD = 20 * 1024 * 1024


@bp.url_value_preprocessor
def allow_large_upload(endpoint: str | None, _values: dict[str, str] | None) -> None:
    """One page takes large files, from people who are signed in. It must be said before the form is read."""
    if endpoint == "authoring.import_course" and current_user.is_authenticated:
        request.max_content_length = LARGEST_UPLOAD


@bp.route("/authoring/import", methods=["GET", "POST"])
def import_course() -> Response | tuple[str, int]:
    """Send something; what would come of it is shown before anything is written."""
    person = access_authoring()
    courses = access_courses_to_write()
    programmes = access_course_programmes()
    begins = person.is_staff
    if not courses and not begins:
        raise NotFound
    form = ImportForm(into=request.args.get("into"))
    form.kind.choices = [("", gettext("Let it be recognised")), *kind_words().items()]
    form.into.choices = [("", gettext("Into a new course"))] if begins else []
    form.into.choices += [(course.public_id, course.title) for course in courses]
    form.language.choices = language_choices()
    form.programme.choices = programme_choices(programmes, whole_site=person.is_admin)
    if not form.validate_on_submit():
        return _import_page(form, begins), 422 if form.is_submitted() else 200
    course = next((course for course in courses if course.public_id == form.into.data), None)
    if course is None and form.programme.data not in {value for value, _ in form.programme.choices}:
        form.programme.errors = [gettext("Choose one.")]
        return _import_page(form, begins), 422
    try:
        row = transfers.keep_import(person, course, _wanted(form))
    except BadPackage as error:
        form.file.errors = [_refusal(error)]
        return _import_page(form, begins), 422
    db.session.commit()
    return redirect(url_for(".show_import", import_id=row.public_id), 303)


@bp.route("/authoring/imports/<import_id>", methods=["GET", "POST"])
def show_import(import_id: str) -> Response | tuple[str, int]:
    """The dry run: what comes, what does not and why, what is to be mended; then yes or no."""
    row = access_import(import_id)
    form = ConfirmForm(slug=row.report["slug"])
    if request.method == "POST" and request.form.get("action") == "drop":
        transfers.take(row)
        db.session.commit()
        flash(gettext("Nothing was imported."), "success")
        return redirect(url_for(".import_course"), 303)
    if not form.validate_on_submit():
        return _dry_run(row, form), 422 if form.is_submitted() else 200
    if not row.report["files"]:
        return _dry_run(row, form, gettext("There is nothing that could come.")), 422
    return _confirmed(row, form)


def _confirmed(row: CourseImport, form: ConfirmForm) -> Response | tuple[str, int]:
    person, alts = current_person(), transfers.asked_alts(row.report, request.form)
    course: AuthoredCourse | None = row.course
    public_id, slug = row.public_id, form.slug.data or row.report["slug"]
    if course is None and not person.is_staff:
        raise NotFound
    row.package  # noqa: B018  # read before the row goes
    if not transfers.take(row):
        db.session.rollback()
        raise NotFound
    try:
        if course is None:
            programme = next(
                (p for p in access_course_programmes() if p.slug == row.report["programme"]), None
            )
            course = transfers.begin_course(person, row, slug, programme, alts)
        else:
            transfers.add_to_course(person, row, course, alts)
    except SlugTaken:
        db.session.rollback()
        form.slug.errors = [
            gettext("Another course has this short name: %(name)s. Choose another one.", name=slug)
        ]
        return _dry_run(access_import(public_id), form), 409
    except Conflict:
        db.session.rollback()
        sentence = gettext(
            "The course has changed since you sent the file, in the same places. Send the file again."
        )
        return _dry_run(access_import(public_id), form, sentence), 409
    db.session.commit()
    flash(gettext("The import is in the course. Look at what is still to be mended."), "success")
    return redirect(url_for(".show_course", course_id=course.public_id), 303)


def _import_page(form: ImportForm, begins: bool) -> str:
    return render_template("authoring/import.html", form=form, begins=begins)


def _dry_run(row: CourseImport, form: ConfirmForm, problem: str = "") -> str:
    return render_template(
        "authoring/import_plan.html",
        row=row,
        report=row.report,
        form=form,
        kind=kind_words().get(row.kind, row.kind),
        alts=transfers.asked_alts(row.report, request.form),
        problem=problem,
    )


def _wanted(form: ImportForm) -> transfers.Wanted:
    upload = form.file.data
    return transfers.Wanted(
        data=upload.read(LARGEST_UPLOAD + 1),
        filename=upload.filename or "",
        kind=form.kind.data if form.kind.data in IMPORT_KINDS else "",
        outputs="keep" if form.outputs.data == "keep" else "drop",
        title=form.title.data or "",
        language=form.language.data,
        licence=form.licence.data or "",
        programme=form.programme.data or "",
    )


def _refusal(error: BadPackage) -> str:
    if not error.entry:
        return str(error.sentence)
    # Names from outside may hold anything: what cannot be seen is spelled out, and they are read left to right.
    name = error.entry.encode("unicode_escape").decode() if not error.entry.isprintable() else error.entry
    return str(gettext("“%(name)s”: %(sentence)s", name=f"\u2066{name}\u2069", sentence=error.sentence))


def kind_words() -> dict[str, str]:
    """What can be sent."""
    return {
        "package": gettext("A package of a course from Passerelle (zip)"),
        "notebook": gettext("Jupyter notebooks: one, or a zip of several"),
        "nbgrader": gettext("An nbgrader assignment: the instructor's version"),
        "exercism": gettext("A Python track from Exercism (zip)"),
        "folders": gettext("Folders with a statement, a solution and tests (zip)"),
    }
