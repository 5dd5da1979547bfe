"""The marks of a class on a page, and as a file to take away."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, request
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from lms.accounts.access import access_cohort, access_person
from lms.accounts.models import Cohort
from lms.catalog.model import Lesson
from lms.catalog.services import translate
from lms.core.i18n import current_language
from lms.core.sheets import Table, download
from lms.gradebook import services
from lms.gradebook.services import Filter, MarksPage
from lms.learning.reviewing import ReviewState
from lms.programmes.pages import class_page, lesson_titles
from lms.programmes.services import courses_of

bp = Blueprint("gradebook", __name__, template_folder="templates")


@bp.get("/classes/<cohort_id>/marks")
def show_marks(cohort_id: str) -> str:
    """Students by lessons, or one lesson by its exercises; who fits the filter."""
    cohort = access_cohort(cohort_id)
    wanted = Filter(
        lesson=request.args.get("lesson", ""),
        name=request.args.get("name", "")[:60],
        only_late="late" in request.args,
        only_open="open" in request.args,
    )
    after = access_person(cohort, request.args["after"]).id if request.args.get("after") else None
    courses = courses_of(cohort)
    page = services.marks_page(cohort, courses, wanted, after)
    return class_page(
        "gradebook/marks.html",
        cohort,
        "gradebook.show_marks",
        page=page,
        wanted=wanted,
        one=page.lessons[0] if len(page.lessons) == 1 and wanted.lesson else None,
        lessons=services.lessons_of(courses, ""),
        titles=lesson_titles([cohort]),
        exercise_titles=_exercise_titles(cohort),
        first_page=after is None,
    )


@bp.get("/classes/<cohort_id>/marks.<any(csv, xlsx):kind>")
def export_marks(cohort_id: str, kind: str) -> Response:
    """The whole class as a file for a spreadsheet."""
    cohort = access_cohort(cohort_id)
    page = services.all_marks(cohort, courses_of(cohort))
    locale = get_locale()
    table = Table(
        cohort.name,
        _header(cohort, page),
        _rows(page),
        rtl=locale is not None and locale.text_direction == "rtl",
    )
    return download(table, kind, f"marks-{cohort.name}")


def _exercise_titles(cohort: Cohort) -> dict[str, str]:
    tag = current_language().tag
    return {
        exercise.key: translate(course, tag, exercise.title).text
        for course in courses_of(cohort)
        for exercise in course.exercises
    }


def _header(cohort: Cohort, page: MarksPage) -> list[str]:
    titles = lesson_titles([cohort])
    words = [
        gettext("Name"),
        gettext("Exercises passed"),
        gettext("Of"),
        gettext("Late"),
        *_states().values(),
    ]
    for lesson in page.lessons:
        title = titles.get(lesson.key, lesson.slug)
        words.append(title)
        if _is_read(lesson):
            words.append(gettext("%(lesson)s: read by a person", lesson=title))
    return words


def _rows(page: MarksPage) -> Iterator[list[str | int]]:
    states = _states()
    for line in page.lines:
        row: list[str | int] = [line.user.name, line.passed, line.exercises, line.late]
        row += [line.reviews(state) for state in states]
        for one in line.lessons:
            row.append(one.passed)
            if _is_read(one.lesson):
                counts = ((words, one.reviews(state)) for state, words in states.items())
                row.append("; ".join(f"{words}: {count}" for words, count in counts if count))
        yield row


def _states() -> dict[ReviewState, str]:
    """How work can stand with the people who read it, as the heads of the columns say it."""
    return {
        ReviewState.APPROVED: gettext("Approved"),
        ReviewState.WAITING: gettext("Waiting for a person"),
        ReviewState.NEEDS_WORK: gettext("Needs work"),
    }


def _is_read(lesson: Lesson) -> bool:
    return any(exercise.review is not None for exercise in lesson.exercises)
