"""How students fare with a course: for those who write it, by exercise and by version."""

from __future__ import annotations

from flask import request

from lms.authoring import statistics
from lms.authoring.access import access_to_write
from lms.authoring.pages import course_page
from lms.authoring.views import bp
from lms.core.errors import NotFound

STATISTICS = "authoring.statistics"


@bp.get("/authoring/<course_id>/statistics", endpoint="statistics")
def course_statistics(course_id: str) -> str:
    """Where people stop, and how each exercise of a version goes."""
    course = access_to_write(course_id)
    return course_page(
        "authoring/statistics.html",
        course,
        STATISTICS,
        stops=statistics.stops_of(course),
        **statistics.overview(course, request.args.get("version", "")),
    )


@bp.get("/authoring/<course_id>/statistics/<lesson>/<exercise>")
def exercise_statistics(course_id: str, lesson: str, exercise: str) -> str:
    """How many attempts one exercise takes, what goes wrong in it, and for whom; `of` is one of its versions."""
    course = access_to_write(course_id)
    key = f"{course.slug}/{lesson}/{exercise}"
    found = statistics.exercise_page(course, key, request.args.get("of", ""))
    if found is None:
        raise NotFound
    return course_page("authoring/exercise_statistics.html", course, STATISTICS, **found)
