"""The courses that somebody writes: her list, a new one, and the overview of one with its lessons."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import exists
from werkzeug.wrappers import Response

from lms.accounts.access import current_person, staff_only
from lms.announcements.services import READER, mark_header
from lms.authoring import outline, services
from lms.authoring.access import (
    access_authored,
    access_authoring,
    access_course_programmes,
    access_led_programmes,
    access_to_write,
    authored_courses,
)
from lms.authoring.counting import count_next
from lms.authoring.coursefile import COURSE, Unreadable
from lms.authoring.forms import LessonNameForm, NewCourseForm, OpenForm
from lms.authoring.merging import Conflict as TwoVersions
from lms.authoring.models import CoursePerson, InterfacePerson
from lms.authoring.pages import course_overview, course_page, language_choices, level_words, page_if
from lms.authoring.paths import BadPath
from lms.authoring.repository import Busy, Files, Unknown
from lms.authoring.repository_backup import FOLDER
from lms.authoring.retention import erase_imports, erase_runs
from lms.authoring.services import SlugTaken, programme_choices
from lms.authoring.starting import shipped_files, slug_from, starting_files
from lms.catalog.services import load_courses
from lms.core.chores import DAILY, HOURLY, Chore, keep_house
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, PasserelleError, Unavailable, error_page
from lms.core.paging import page_of

bp = Blueprint("authoring", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Where the repositories are, unless a test says otherwise; and what their errors are to a reader."""
    app.config.setdefault("REPOSITORIES_DIR", Path(app.config["INSTANCE_DIR"]) / FOLDER)
    keep_house(
        app,
        Chore("authoring.runs", DAILY, erase_runs),
        Chore("authoring.imports", HOURLY, erase_imports),
        Chore("authoring.statistics", HOURLY, count_next),
    )
    mark_header(app, "authoring", exists().where(CoursePerson.user_id == READER))
    mark_header(app, "interface", exists().where(InterfacePerson.user_id == READER))
    app.register_error_handler(Unknown, lambda _error: error_page(NotFound()))
    app.register_error_handler(Busy, lambda _error: error_page(Unavailable()))
    app.register_error_handler(BadPath, lambda _error: error_page(PasserelleError()))
    app.register_error_handler(TwoVersions, lambda _error: error_page(Conflict()))


@bp.get("/authoring")
def courses() -> str:
    """The courses in which she has a part."""
    person = access_authoring()
    page = page_of(authored_courses(person), request.args.get("page", type=int))
    return render_template(
        "authoring/courses.html",
        page=page,
        may_begin=bool(access_course_programmes()) or person.is_admin,
        may_open=bool(access_led_programmes()) or person.is_admin,
        may_import=person.is_staff,
    )


@bp.route("/authoring/new", methods=["GET", "POST"])
@staff_only
def new_course() -> Response | tuple[str, int]:
    """A course of one lesson, to be written on."""
    person = current_person()
    programmes = access_course_programmes()
    form = NewCourseForm()
    form.language.choices = language_choices()
    form.level.choices = list(level_words().items())
    form.programme.choices = programme_choices(programmes, whole_site=person.is_admin)
    if not form.is_submitted() or not form.validate():
        return render_template("authoring/new.html", form=form), 422 if form.is_submitted() else 200
    slug = form.slug.data or slug_from(form.title.data)
    if not slug:
        form.slug.errors = [gettext("Write a short name: the title has no Latin letters to make it from.")]
        return render_template("authoring/new.html", form=form), 422
    files = starting_files(
        title=form.title.data,
        summary=" ".join(form.summary.data.split()),
        level=form.level.data,
        language=form.language.data,
        hours=form.hours.data,
        licence=form.licence.data.strip(),
        lesson=form.lesson.data,
    )
    programme = next((p for p in programmes if p.slug == form.programme.data), None)
    try:
        course = services.start_course(
            person, slug=slug, files=files, message="Begin the course.", programme=programme
        )
    except SlugTaken:
        form.slug.errors = [
            gettext("Another course has this short name: %(name)s. Choose another one.", name=slug)
        ]
        return render_template("authoring/new.html", form=form), 409
    db.session.commit()
    flash(gettext("The course has begun. It has one lesson, which you can write now."), "success")
    return redirect(url_for(".show_course", course_id=course.public_id), 303)


@bp.route("/authoring/open", methods=["GET", "POST"])
def open_course() -> Response | tuple[str, int]:
    """Take a shipped course over, to change it here."""
    person = current_person()
    programmes = access_led_programmes()
    if not programmes and not person.is_admin:
        raise NotFound
    folder = Path(current_app.config["COURSES_DIR"])
    form = OpenForm()
    shipped = load_courses(folder)
    form.course.choices = [
        (slug, course.title) for slug, course in sorted(shipped.items()) if (folder / slug / COURSE).is_file()
    ]
    form.programme.choices = programme_choices(programmes, whole_site=person.is_admin)
    if not form.is_submitted() or not form.validate():
        return render_template("authoring/open.html", form=form), 422 if form.is_submitted() else 200
    slug = form.course.data
    programme = next((p for p in programmes if p.slug == form.programme.data), None)
    try:
        course = services.start_course(
            person,
            slug=slug,
            files=shipped_files(folder / slug),
            message="Take over the shipped course.",
            programme=programme,
            shipped=True,
        )
    except SlugTaken:
        form.course.errors = [
            gettext("This course is open for changes already. Ask its authors for a part in it.")
        ]
        return render_template("authoring/open.html", form=form), 409
    db.session.commit()
    flash(
        gettext("The course can be changed here now. Classes see your changes once you publish them."),
        "success",
    )
    return redirect(url_for(".show_course", course_id=course.public_id), 303)


@bp.get("/authoring/<course_id>")
def show_course(course_id: str) -> str:
    """A course: its lessons with their exercises, what is not right yet, and what changed last."""
    course = access_authored(course_id)
    return course_page(
        "authoring/course.html",
        course,
        "authoring.show_course",
        overview=course_overview(course),
        new_lesson=page_if("authoring.new_lesson", course_id=course_id),
    )


@bp.post("/authoring/<course_id>/outline")
def move_lesson(course_id: str) -> Response:
    """One place up or down. The lesson's folder stays, and so does everybody's work."""
    course = access_to_write(course_id)
    name, by = request.form.get("lesson", ""), {"up": -1, "down": 1}.get(request.form.get("move", ""))
    repository = services.repository_of(course)
    head = repository.head()
    files = repository.files(head)
    if by is None or name not in _lessons(files):
        raise NotFound
    changes = outline.moved(files, name, by)
    services.commit_files(course, current_person(), changes, head, f"Move the lesson {name}.")
    db.session.commit()
    return redirect(url_for(".show_course", course_id=course_id, _anchor=f"lesson-{name}"), 303)


@bp.route("/authoring/<course_id>/outline/<lesson>", methods=["GET", "POST"])
def lesson_folder(course_id: str, lesson: str) -> Response | tuple[str, int]:
    """Rename a lesson's folder, or remove the lesson; both are told before they are done."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    files = repository.files(head)
    names = _lessons(files)
    if lesson not in names:
        raise NotFound
    form = LessonNameForm(name=lesson)
    if request.method == "POST" and request.form.get("action") == "remove":
        if len(names) == 1:
            form.name.errors = [gettext("This is the only lesson. A course needs at least one.")]
        else:
            changes = outline.removed(files, lesson)
            services.commit_files(course, current_person(), changes, head, f"Remove the lesson {lesson}.")
            db.session.commit()
            flash(gettext("The lesson is removed. The history still has it."), "success")
            return redirect(url_for(".show_course", course_id=course_id), 303)
    elif form.validate_on_submit():
        new = form.name.data
        if new != lesson and any(path.startswith(f"{new}/") for path in files):
            form.name.errors = [gettext("Another lesson has this name.")]
        else:
            if new != lesson:
                changes = outline.renamed(files, lesson, new)
                message = f"Rename the lesson {lesson} to {new}."
                services.commit_files(course, current_person(), changes, head, message)
                db.session.commit()
            return redirect(url_for(".show_course", course_id=course_id, _anchor=f"lesson-{new}"), 303)
    page = course_page(
        "authoring/lesson_folder.html",
        course,
        "authoring.show_course",
        form=form,
        lesson=lesson,
        files=sorted(path for path in files if path.startswith(f"{lesson}/")),
        links=outline.links_to(files, lesson),
    )
    return page, 422 if form.errors or form.name.errors else 200


def _lessons(files: Files) -> list[str]:
    try:
        return outline.lesson_names(files, files.get(COURSE))
    except Unreadable:
        raise UnreadableCourse from None


class UnreadableCourse(PasserelleError):
    """A file that describes the course is broken, so that nothing can be changed by its forms."""

    status = 409
    code = "unreadable_course"

    def __init__(self, path: str = COURSE) -> None:
        super().__init__(
            gettext("The file %(path)s cannot be read. Take the change back that broke it.", path=path)
        )
