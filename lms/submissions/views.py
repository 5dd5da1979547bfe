"""Handing in, the page and the stream of a hand-in, and the live cells of a lesson."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import format_datetime, gettext
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.access import current_person
from lms.accounts.models import User
from lms.catalog.services import remember_version
from lms.core.db import db, utcnow
from lms.core.errors import NotFound, wants_json
from lms.core.i18n import current_language
from lms.submissions import cells, pages, services
from lms.submissions.access import access_exercise, access_lesson, access_submission
from lms.submissions.bell import ring
from lms.submissions.events import event_lines
from lms.submissions.forms import json_object, read_hand_in, text_of
from lms.submissions.readiness import sandbox_readiness

LONGEST_INPUT = 10_000

bp = Blueprint("submissions", __name__, template_folder="templates")


@bp.post("/courses/<course>/<lesson>/<exercise>/submissions")
def hand_in(course: str, lesson: str, exercise: str) -> BaseResponse:
    """Take a hand-in: 201 (200 when it was here already) with its addresses, or on to its page."""
    _, found, cohort_id = access_exercise(course, lesson, exercise)
    sent = read_hand_in(request, found.files)
    person = current_person()
    remember_version(found)
    submission, is_new = services.receive_submission(
        user_id=person.id,
        cohort_id=cohort_id,
        exercise_key=found.key,
        exercise_version=found.version,
        wanted=found.files,
        files=sent.files,
        client_key=sent.client_key,
    )
    number, public_id = submission.id, submission.public_id
    db.session.commit()
    if is_new:
        ring(number)
    url = url_for(".show", public_id=public_id)
    if not wants_json():
        return redirect(url, 303)
    answer = jsonify({"id": public_id, "url": url, "events": url_for(".events", public_id=public_id)})
    answer.status_code = 201 if is_new else 200
    return answer


@bp.get("/submissions/<public_id>")
def show(public_id: str) -> str:
    """A hand-in and what became of it; the page loads itself again until there is a verdict."""
    submission = access_submission(public_id)
    course_slug, lesson_slug, slug = submission.exercise_key.split("/")
    course = pages.course_of(submission)
    lesson = course.lesson(lesson_slug) if course else None
    exercise = lesson.exercise(slug) if lesson else None
    presenter = pages.Presenter(submission, course)
    owner = db.session.get_one(User, submission.user_id)
    age = (utcnow() - submission.received_at).total_seconds()
    return render_template(
        "submissions/show.html",
        submission=submission,
        title=presenter.text(exercise.title if exercise else slug).striptags(),
        exercise_url=url_for("learning.exercise", course=course_slug, lesson=lesson_slug, exercise=slug),
        number=services.attempt_number(submission),
        received=format_datetime(submission.received_at),
        owner=owner.name,
        mine=owner.id == current_person().id,
        pending=submission.is_pending,
        # Quick at first, when a verdict is seconds away; a wait that lasts must not cost prepaid data.
        refresh_seconds=2 if age < 20 else 15,
        result=pages.result_fragments(submission, course),
    )


@bp.get("/submissions/<public_id>/events")
def events(public_id: str) -> Response:
    """The hand-in's way to its verdict as lines of JSON; `?after=` continues a stream that broke."""
    submission = access_submission(public_id)
    after = request.args.get("after", -1, type=int)
    lines = event_lines(
        submission.id, after=max(after, -1), grader_is_here=not current_app.config["BROKER_URL"]
    )
    return _streamed(lines)


@bp.post("/cells/<course>/<lesson>/run")
def run_cell(course: str, lesson: str) -> Response:
    """Run a cell in the person's live kernel for this lesson and stream what comes of it."""
    _, found, _ = access_lesson(course, lesson)
    body = json_object(request)
    cell = found.cell(text_of(body, "cell", 200))
    if cell is None:
        raise NotFound
    code = text_of(body, "code", services.MAX_FILE_BYTES)
    key = cells.session_key(current_person().id, found.key)
    db.session.commit()
    language = cells.language_of_cells(found)
    session, anew = cells.open_live(key, language)
    below = cell is not found.cells[0]
    return _streamed(cells.cell_lines(session, code, language, lacks_above=anew and below))


@bp.post("/cells/<course>/<lesson>/input")
def cell_input(course: str, lesson: str) -> Response:
    """Answer the running cell's input()."""
    cells.reply(_live_key(course, lesson), text_of(json_object(request), "text", LONGEST_INPUT))
    return jsonify({"sent": True})


@bp.post("/cells/<course>/<lesson>/interrupt")
def interrupt_cell(course: str, lesson: str) -> Response:
    """Stop the running cell; what earlier cells made stays."""
    cells.interrupt(_live_key(course, lesson))
    return jsonify({"sent": True})


@bp.post("/cells/<course>/<lesson>/restart")
def restart_cells(course: str, lesson: str) -> Response:
    """Throw the live kernel away; the next cell starts a new one."""
    _, found, _ = access_lesson(course, lesson)
    old = cells.replace_session(current_person().id, found.key)
    db.session.commit()
    if old is not None:
        cells.end(old)
    words = gettext(
        "%(language)s was restarted. Run the cells again from the top.",
        language=cells.language_of_cells(found).title,
    )
    return jsonify({"words": words})


@bp.get("/healthz/sandbox")
def sandbox_health() -> tuple[Response, int]:
    """Whether student code can run now: 200, or 503 with the reason in one word."""
    ready = sandbox_readiness()
    return jsonify(asdict(ready)), 200 if ready.sandbox == "ok" else 503


def _live_key(course: str, lesson: str) -> str:
    _, found, _ = access_lesson(course, lesson)
    key = cells.known_session(current_person().id, found.key)
    if key is None:
        raise cells.NothingRuns
    return key


def _streamed(lines: Iterator[str]) -> Response:
    current_language()  # chosen now: while the stream runs, the person is no longer bound to a session
    response = Response(stream_with_context(lines), mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
