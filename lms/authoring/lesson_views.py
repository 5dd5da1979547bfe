"""The lesson editor: the text, what is put into it, its preview, and saving it without losing anybody's words."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from flask import Response as FlaskResponse
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import editing, parts, services
from lms.authoring.access import access_to_write
from lms.authoring.coursefile import COURSE, GLOSSARY, Unreadable, read_document, terms_in
from lms.authoring.differences import conflict_diffs
from lms.authoring.lesson_forms import LessonForm, NewLessonForm, Part
from lms.authoring.merging import Conflict
from lms.authoring.models import AuthoredCourse
from lms.authoring.outline import lesson_names
from lms.authoring.pages import course_page, page_if
from lms.authoring.parts import Around, make_part, part_forms
from lms.authoring.preview import (
    LONGEST_TEXT,
    TooLong,
    reader_language,
    unsaved_lesson,
    unsaved_statement,
)
from lms.authoring.repository import Repository
from lms.authoring.starting import lesson_folder
from lms.authoring.views import UnreadableCourse, bp
from lms.catalog.model import Fault
from lms.catalog.services import reader_labels
from lms.core.db import db
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import language_of, use_language
from lms.core.web import POLICY
from lms.learning import pages as learning_pages
from lms.submissions.cells import language_of_cells

SANDBOXED = f"{POLICY}; sandbox allow-same-origin"
"""A preview runs no script, sends no form and opens no window; its pictures still come with her session."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A lesson on somebody's desk."""

    course: AuthoredCourse
    repository: Repository
    head: str
    lesson: str

    @property
    def path(self) -> str:
        """The lesson's file."""
        return f"{self.lesson}/lesson.md"

    def stored(self, commit: str) -> str | None:
        """The text at a commit."""
        content = self.repository.read(commit, self.path)
        return content.decode(errors="replace") if content is not None else None


@bp.route("/authoring/<course_id>/lessons/new", methods=["GET", "POST"])
def new_lesson(course_id: str) -> Response | tuple[str, int]:
    """A lesson with a title, at the end of the course."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    listing = repository.listing(head)
    form = NewLessonForm()
    try:
        names = lesson_names(listing, repository.read(head, COURSE))
        if form.validate_on_submit():
            name = form.name.data or lesson_folder(form.title.data, names)
            if name == "new" or any(path.startswith(f"{name}/") for path in listing):
                form.name.errors = [gettext("Another lesson has this name.")]
            else:
                _begin(course, repository, head, name, form)
                return redirect(url_for(".edit_lesson", course_id=course_id, lesson=name), 303)
    except Unreadable:
        raise UnreadableCourse from None
    page = course_page("authoring/lesson_new.html", course, "authoring.show_course", form=form)
    return page, 422 if request.method == "POST" else 200


@bp.route("/authoring/<course_id>/lessons/<lesson>", methods=["GET", "POST"])
def edit_lesson(course_id: str, lesson: str) -> FlaskResponse | Response | tuple[str, int]:
    """Write a lesson: save it, or put something in; whatever is answered, the text that was sent comes back."""
    desk = _desk(access_to_write(course_id), lesson)
    if request.method == "GET":
        return _page(desk, _form(desk)), 200
    form = LessonForm()
    action = request.form.get("action", "")
    if len(form.text.data or "") > LONGEST_TEXT:
        form.text.errors = [_too_long()]
        return _page(desk, form, unsaved=True), 422
    if action.startswith("insert-") and action.removeprefix("insert-") in parts.PARTS:
        return _insert(desk, form, action.removeprefix("insert-"))
    if action != "save":
        return _page(desk, form, unsaved=True), 200
    return _save(desk, form)


@bp.post("/authoring/<course_id>/preview")
def preview(course_id: str) -> FlaskResponse:
    """A text that is not saved, as a student will read it: a page of its own or, for the script, with its faults."""
    course = access_to_write(course_id)
    place = request.form.get("lesson", "")
    text = request.form.get(
        "text", request.form.get("statement", "")
    )  # the workbench sends all of its fields
    lesson, _, exercise = place.partition("/")
    if not editing.is_slug(lesson) or (exercise and not editing.is_slug(exercise)):
        raise NotFound
    if len(text) > LONGEST_TEXT:
        raise TooLong(_too_long())
    text = editing.as_stored(text)
    if exercise:
        faults, document = _statement_preview(course, place, text)
    else:
        faults, document = _lesson_preview(course, lesson, text)
    if wants_json():
        answer = jsonify(faults=faults, document=document)
    else:
        answer = make_response(document)
        answer.headers["Content-Security-Policy"] = SANDBOXED
    return answer


def _lesson_preview(course: AuthoredCourse, slug: str, text: str) -> tuple[str, str]:
    unsaved = unsaved_lesson(course, slug, text)
    faults = _faults_html(unsaved.faults, text, f"{slug}/lesson.md")
    lang = reader_language(unsaved.course, _direction(unsaved.course.language))
    use_language(lang)
    rendered = unsaved.render(lang, **_prefixes(course), labels=reader_labels())
    quizzes = [part.quiz for part in rendered.parts if part.quiz is not None]
    return faults, render_template(
        "authoring/preview.html",
        course=unsaved.course,
        title=rendered.title,
        parts=rendered.parts,
        terms=learning_pages.glossary_entries(unsaved.course, rendered.terms),
        translation=learning_pages.translation_note(rendered),
        states={},
        quizzes=learning_pages.asked_quizzes(unsaved.course, unsaved.lesson, quizzes, {}, {}),
        exercise_url=lambda exercise: f"#exercise-{exercise}",
        cell_language=language_of_cells(unsaved.lesson),
        phone=request.form.get("width") == "phone",
    )


def _statement_preview(course: AuthoredCourse, folder: str, text: str) -> tuple[str, str]:
    unsaved = unsaved_statement(course, folder, text)
    faults = _faults_html(unsaved.faults, text, f"{folder}/statement.md")
    lang = reader_language(unsaved.course, _direction(unsaved.course.language))
    use_language(lang)
    statement, terms = unsaved.render(lang, **_prefixes(course), labels=reader_labels())
    return faults, render_template(
        "authoring/preview_statement.html",
        course=unsaved.course,
        statement=statement,
        terms=learning_pages.glossary_entries(unsaved.course, terms),
        phone=request.form.get("width") == "phone",
    )


def _direction(language: str) -> str:
    asked = request.form.get("dir", "")
    return asked if asked in {"ltr", "rtl"} else language_of(language).dir


def _prefixes(course: AuthoredCourse) -> dict[str, str]:
    return {
        "course_url": url_for(".show_course", course_id=course.public_id) + "/lessons/",
        "image_url": url_for(".draft_picture", course_id=course.public_id, path="x").removesuffix("x"),
    }


def _faults_html(faults: tuple[Fault, ...], text: str, path: str) -> str:
    return render_template("authoring/_faults.html", faults=faults, lines=text.split("\n"), path=path)


def _desk(course: AuthoredCourse, lesson: str) -> Desk:
    """The lesson as it is now; or as the form's page was made from, so that what was typed finds its way back."""
    if not editing.is_slug(lesson):
        raise NotFound
    repository = services.repository_of(course)
    desk = Desk(course, repository, repository.head(), lesson)
    if desk.stored(desk.head) is None:
        base = request.form.get("base", "")
        if not base or not (desk.stored(base) is not None or request.form.get("again")):
            raise NotFound
    return desk


def _form(desk: Desk) -> LessonForm:
    return LessonForm(
        formdata=None,
        base=desk.head,
        text=desk.stored(desk.head),
        minutes=_stored_minutes(desk, desk.head),
    )


def _stored_minutes(desk: Desk, commit: str) -> int | None:
    try:
        return editing.minutes_at(desk.repository, commit, desk.lesson)
    except Unreadable:
        return None


def _around(desk: Desk, text: str) -> Around:
    listing = desk.repository.listing(desk.head)
    folders = sorted(
        path.split("/")[1]
        for path in listing
        if path.startswith(f"{desk.lesson}/") and path.endswith("/exercise.toml") and path.count("/") == 2
    )
    try:
        words = terms_in(desk.repository.read(desk.head, GLOSSARY))
    except Unreadable:
        words = []
    return Around(
        lesson=desk.lesson,
        text=text,
        exercises=tuple((name, name) for name in folders),
        words=tuple((word.key, word.term) for word in words),
        files=listing,
    )


def _page(
    desk: Desk,
    form: LessonForm,
    *,
    unsaved: bool = False,
    forms: dict[str, Part] | None = None,
    opened: str = "",
    conflict: Conflict | None = None,
) -> str:
    text = form.text.data or ""
    around = _around(desk, text)
    short = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT]
    found = unsaved_lesson(desk.course, desk.lesson, short, desk.head)
    theirs = desk.stored(desk.head) if conflict is not None else None
    return course_page(
        "authoring/lesson.html",
        desk.course,
        "authoring.show_course",
        form=form,
        lesson=desk.lesson,
        title=found.lesson.title,
        source=language_of(found.course.language),
        faults=found.faults,
        lines=short.split("\n"),
        path=desk.path,
        unsaved=unsaved,
        saved=request.args.get("saved", ""),
        parts=forms or part_forms(around),
        opened=opened,
        new_exercise=page_if("authoring.new_exercise", course_id=desk.course.public_id, lesson=desk.lesson),
        longest=LONGEST_TEXT,
        conflicts=conflict_diffs(conflict) if conflict is not None else [],
        theirs=theirs,
        store=f"lesson:{current_person().public_id}:{desk.course.public_id}:{desk.lesson}",
    )


def _insert(desk: Desk, form: LessonForm, kind: str) -> FlaskResponse | tuple[str, int]:
    around = _around(desk, form.text.data or "")
    forms = part_forms(around)
    made = make_part(kind, forms[kind], around)
    if made is not None and made.files:
        services.commit_files(
            desk.course, current_person(), made.files, desk.head, f"Add a picture to {desk.lesson}."
        )
        db.session.commit()
        desk = replace(desk, head=desk.repository.head())
        around = _around(desk, around.text)
    if made is not None:
        forms = part_forms(around, sent=kind)
    if wants_json():
        panel = _panel(desk, kind, forms[kind])
        if made is None:
            return jsonify(panel=panel), 422  # type: ignore[return-value]  # Flask takes a pair of these too
        return jsonify(panel=panel, text=made.insert.text, inline=made.insert.inline)
    if made is None:
        return _page(desk, form, unsaved=True, forms=forms, opened=kind), 422
    form.text.data = editing.put_in(around.text, form.at.data, made.insert)
    form.at.raw_data, form.at.data = None, None
    return _page(desk, form, unsaved=True, forms=forms), 200


def _panel(desk: Desk, kind: str, form: Part) -> str:
    return render_template(
        "authoring/_panel.html",
        kind=kind,
        part=form,
        new_exercise=page_if("authoring.new_exercise", course_id=desk.course.public_id, lesson=desk.lesson),
    )


def _save(desk: Desk, form: LessonForm) -> Response | tuple[str, int]:
    form.text.data = editing.as_stored(form.text.data or "")
    if not form.validate():
        return _page(desk, form, unsaved=True), 422
    content, base = form.text.data, form.base.data
    message = form.note.data or f"Write {desk.lesson}."
    try:
        made = services.commit_files(
            desk.course, current_person(), {desk.path: content.encode()}, base, message
        )
        _save_minutes(desk, base, form.minutes.data)
    except Conflict as found:
        db.session.rollback()
        desk = replace(desk, course=access_to_write(desk.course.public_id), head=found.head)
        form.base.data, form.again.data = found.head, "1"
        return _page(desk, form, unsaved=True, conflict=found), 409
    db.session.commit()
    flash(_saved_words(merged=desk.stored(made.id) != content), "success")
    return redirect(
        url_for(".edit_lesson", course_id=desk.course.public_id, lesson=desk.lesson, saved=made.id[:12]), 303
    )


def _save_minutes(desk: Desk, base: str, minutes: int | None) -> None:
    """A change of its own, made from the course.toml of now: what others have changed there is not touched.

    A course.toml that cannot be read is told on the overview; the text is saved all the same.
    """
    head = desk.repository.head()
    with suppress(Unreadable):
        if minutes != editing.minutes_at(desk.repository, base, desk.lesson):
            content = editing.with_minutes(desk.repository.read(head, COURSE), desk.lesson, minutes)
            message = f"Set the minutes of {desk.lesson}."
            services.commit_files(desk.course, current_person(), {COURSE: content}, head, message)


def _saved_words(*, merged: bool) -> str:
    if merged:
        return str(
            gettext("Saved. Somebody else changed this lesson meanwhile: both changes are in the text now.")
        )
    return str(gettext("Saved. Classes see it once the course is published."))


def _too_long() -> str:
    return str(
        gettext(
            "This text is too long: a lesson has at most %(count)s characters. Make two lessons of it.",
            count=LONGEST_TEXT,
        )
    )


def _begin(course: AuthoredCourse, repository: Repository, head: str, name: str, form: NewLessonForm) -> None:
    files: dict[str, bytes | None] = {f"{name}/lesson.md": f"# {form.title.data}\n".encode()}
    read_document(repository.read(head, COURSE))
    if form.minutes.data is not None:
        files[COURSE] = editing.with_minutes(repository.read(head, COURSE), name, form.minutes.data)
    services.commit_files(course, current_person(), files, head, f"Begin the lesson {name}.")
    db.session.commit()
    flash(gettext("The lesson has begun. Write its text now."), "success")
