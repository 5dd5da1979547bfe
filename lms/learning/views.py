"""A student's way through a course: courses, lessons, questions, exercises, drafts."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import format_datetime
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.catalog.languages import language_of
from lms.catalog.model import Course, Exercise, Lesson, Translated
from lms.catalog.render import RenderedQuiz
from lms.catalog.services import (
    RenderedLesson,
    reader_labels,
    render_exercise,
    render_lesson,
    translate,
)
from lms.core.db import db
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import current_language
from lms.grading.outcome import Outcome
from lms.learning import pages, services
from lms.learning.access import (
    access_course,
    access_courses,
    access_exercise,
    access_lesson,
    access_picture,
    is_lent,
)
from lms.learning.quizzes import BadAnswer, read_answer
from lms.learning.reviewing import reviewing
from lms.submissions.cells import language_of_cells
from lms.submissions.pages import result_fragments
from lms.submissions.services import attempts

bp = Blueprint("learning", __name__, template_folder="templates")

A_WEEK = 7 * 24 * 3600


@bp.app_template_filter("moment")
def moment(at: datetime) -> str:
    """A moment in words: weekday, day, month by name, 24 hours; the script moves it to the device's zone."""
    return str(format_datetime(at, "EEEE d MMMM, HH:mm"))


@bp.get("/courses")
def courses() -> str:
    """Her courses, each with its progress."""
    found = access_courses()
    cards = [
        {
            "course": way.course,
            "title": _said(way.course, way.course.title),
            "summary": _said(way.course, way.course.summary),
            "progress": way,
        }
        for way in services.course_progress(current_person().id, found)
    ]
    return render_template(
        "learning/courses.html", cards=cards, notice=reviewing().notice(current_person().id)
    )


@bp.get("/courses/<course>")
def course(course: str) -> str:
    """A course: its lessons, what is done, where to go on."""
    found = access_course(course)
    way = services.course_progress(current_person().id, [found])[0]
    title, summary = _said(found, found.title), _said(found, found.summary)
    titles = {lesson.key: _said(found, lesson.title) for lesson in found.lessons}
    return render_template(
        "learning/course.html",
        course=found,
        way=way,
        title=title,
        summary=summary,
        titles=titles,
        translation=pages.translation_note_of([title, summary, *titles.values()], current_language().tag),
    )


@bp.get("/courses/<course>/files/<path:path>")
def picture(course: str, path: str) -> Response:
    """A picture of a course; its address carries a mark of its content."""
    response = send_file(access_picture(course, path), max_age=A_WEEK)
    response.cache_control.private = True
    return response


@bp.get("/courses/<course>/<lesson>")
def lesson(course: str, lesson: str) -> str:
    """A lesson; opening it is remembered."""
    found, opened = access_lesson(course, lesson)
    if services.note_visit(current_person().id, opened):
        db.session.commit()
    return _lesson_page(found, opened)


@bp.post("/courses/<course>/<lesson>/quiz/<quiz_id>")
def quiz(course: str, lesson: str, quiz_id: str) -> Response | str | tuple[str, int]:
    """Answer a question: back to it in its lesson or, for the script, the question alone."""
    found, opened = access_lesson(course, lesson)
    asked = opened.quiz(quiz_id)
    if asked is None:
        raise NotFound
    try:
        marked = read_answer(found, asked, current_language().tag, request.form)
    except BadAnswer as error:
        if wants_json():
            raise
        return _lesson_page(found, opened, problems={quiz_id: str(error.sentence)}), 422
    answer = services.keep_answer(current_person().id, opened, asked, marked)
    db.session.commit()
    if not wants_json():
        back = url_for("learning.lesson", course=course, lesson=lesson, _anchor=f"quiz-{quiz_id}")
        return redirect(back, 303)
    rendered = next(item for item in _quizzes(_rendered(found, opened)) if item.id == quiz_id)
    html = render_template("learning/_quiz.html", asked=pages.asked_quiz(found, opened, rendered, answer))
    return jsonify(right=marked.mark.right, html=html)


@bp.get("/courses/<course>/<lesson>/<exercise>")
def exercise(course: str, lesson: str, exercise: str) -> str:
    """An exercise: what to do, her draft, and her earlier attempts."""
    return _exercise_page(*access_exercise(course, lesson, exercise))


@bp.route("/courses/<course>/<lesson>/<exercise>/draft", methods=["PUT", "POST"])
def draft(course: str, lesson: str, exercise: str) -> Response | tuple[Response, int]:
    """Keep what she has written so far; 409 with the kept text when another tab was quicker."""
    _, _, found = access_exercise(course, lesson, exercise)
    posted = request.get_json(silent=True)
    if not isinstance(posted, dict) or type(posted.get("version")) is not int or posted["version"] < 0:
        raise services.BadDraft
    files = services.check_files(found, posted.get("files"))
    try:
        version = services.save_draft(current_person().id, found, files, posted["version"])
    except services.DraftConflict as conflict:
        kept = conflict.draft
        return jsonify(error=conflict.code, files=kept.files, version=kept.version), 409
    db.session.commit()
    return jsonify(version=version)


def _said(course: Course, text: str) -> Translated:
    return translate(course, current_language().tag, text)


def _rendered(course: Course, lesson: Lesson) -> RenderedLesson:
    return render_lesson(course, lesson, current_language().tag, labels=reader_labels())


def _quizzes(rendered: RenderedLesson) -> list[RenderedQuiz]:
    return [part.quiz for part in rendered.parts if part.quiz is not None]


def _lesson_page(course: Course, lesson: Lesson, problems: dict[str, str] | None = None) -> str:
    person = current_person()
    rendered = _rendered(course, lesson)
    answers = services.quiz_answers(person.id, lesson) if lesson.quizzes else {}
    place = course.lessons.index(lesson)
    before = course.lessons[place - 1] if place else None
    after = course.lessons[place + 1] if place + 1 < len(course.lessons) else None
    return render_template(
        "learning/lesson.html",
        course=course,
        course_title=_said(course, course.title),
        lesson=lesson,
        title=rendered.title,
        number=place + 1,
        parts=rendered.parts,
        terms=pages.glossary_entries(course, rendered.terms),
        translation=pages.translation_note(rendered),
        states=services.exercise_states(person.id, lesson),
        exercise_url=partial(url_for, "learning.exercise", course=course.slug, lesson=lesson.slug),
        quizzes=pages.asked_quizzes(course, lesson, _quizzes(rendered), answers, problems or {}),
        before=before,
        before_title=_said(course, before.title) if before else None,
        after=after,
        after_title=_said(course, after.title) if after else None,
        cells_url=f"{request.script_root}/cells/{lesson.key}",
        cell_language=language_of_cells(lesson),
    )


def _exercise_page(course: Course, lesson: Lesson, exercise: Exercise) -> str:
    person = current_person()
    rendered = render_exercise(course, exercise, current_language().tag, labels=reader_labels())
    kept = services.get_draft(person.id, exercise)
    handed_in = attempts(person.id, exercise.key)
    latest = handed_in[0] if handed_in else None
    waiting = latest is not None and latest.is_pending
    context: dict[str, Any] = {
        "course": course,
        "course_title": _said(course, course.title),
        "lent": is_lent(course),
        "lesson": lesson,
        "lesson_title": _said(course, lesson.title),
        "lesson_url": url_for("learning.lesson", course=course.slug, lesson=lesson.slug),
        "exercise": exercise,
        "title": rendered.title,
        "statement": rendered.statement,
        "terms": pages.glossary_entries(course, rendered.terms),
        "translation": pages.translation_note(rendered),
        "files": services.files_to_edit(exercise, kept, latest),
        "signs": language_of(exercise.kernel).signs,
        "starter": {name: exercise.starter.get(name, "") for name in exercise.files},
        "draft_version": kept.version if kept else 0,
        "draft_url": url_for(
            "learning.draft", course=course.slug, lesson=lesson.slug, exercise=exercise.slug
        ),
        "hand_in_url": f"{request.script_root}/courses/{exercise.key}/submissions",
        "store_key": f"draft:{person.public_id}:{exercise.key}",
        "client_key": secrets.token_urlsafe(18),
        "attempts": pages.listed_attempts(handed_in),
        "passed": any(attempt.outcome == Outcome.PASSED for attempt in handed_in),
        "review_box": reviewing().exercise_box(person.id, exercise, rendered)
        if exercise.review is not None
        else None,
        "last": result_fragments(latest, course) if latest is not None else None,
        "events_url": url_for("submissions.events", public_id=latest.public_id)
        if latest and waiting
        else None,
    }
    return render_template("learning/exercise.html", **context)
