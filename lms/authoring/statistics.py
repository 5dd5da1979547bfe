"""What the pages of statistics show, from what `lms.authoring.counting` has counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lms.accounts.models import Cohort
from lms.announcements.notices import isolated
from lms.authoring.holding import running_classes
from lms.authoring.models import AuthoredCourse, CourseVersion, ExerciseStatistics
from lms.catalog.model import Course, Exercise
from lms.catalog.models import ExerciseVersion
from lms.catalog.services import render_text
from lms.catalog.shelf import find_course
from lms.core.db import db
from lms.core.i18n import current_language, language_of
from lms.grading.messages import OUTCOME_WORDS

MOST_CLASSES = 500
MOST_VERSIONS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a picture of numbers."""

    words: str
    people: int
    of: int

    @property
    def share(self) -> int:
        """In percent."""
        return round(100 * self.people / self.of)


@dataclass(frozen=True, slots=True)
class Line:
    """One exercise in the overview; a number that is held back is None."""

    title: str
    lesson: str
    slug: str
    people: int | None
    at_once: Bar | None
    not_passed: Bar | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """One common way not to pass."""

    words: str
    test: str
    got: str
    error: str
    people: int


def overview(course: AuthoredCourse, wanted: str) -> dict[str, Any]:
    """The exercises of one version of the course with what was counted of them; the published one, unless asked."""
    held = _held_versions(course)
    chosen = next((one for one in held if str(one.number) == wanted), None)
    shown = find_course(course.slug, chosen.version if chosen is not None else None)
    exercises = list(shown.exercises) if shown is not None else []
    rows = {
        row.exercise_version: row
        for row in db.session.scalars(
            select(ExerciseStatistics).where(
                ExerciseStatistics.course_id == course.id,
                ExerciseStatistics.exercise_version.in_([exercise.version for exercise in exercises]),
            )
        )
    }
    return {
        "published": shown is not None,
        "lines": [_line(shown, one, rows.get(one.version)) for one in exercises] if shown is not None else [],
        "versions": held,
        "chosen": chosen,
    }


def stops_of(course: AuthoredCourse) -> list[Bar]:
    """After which exercises people stopped, in the order of the course."""
    row = db.session.scalar(
        select(ExerciseStatistics).where(
            ExerciseStatistics.course_id == course.id, ExerciseStatistics.exercise_key == ""
        )
    )
    stops = row.shown.get("stops", []) if row is not None else []
    titles = _titles(find_course(course.slug))
    total = sum(stop["people"] for stop in stops)
    return [
        Bar(_between(titles.get(stop["from"], ""), titles.get(stop["to"], "")), stop["people"], total)
        for stop in stops
    ]


def exercise_page(course: AuthoredCourse, key: str, wanted: str) -> dict[str, Any] | None:
    """What the page of one exercise shows; None: nobody knows it, or not in that version."""
    published = find_course(course.slug)
    current = next(
        (one for one in (published.exercises if published is not None else ()) if one.key == key), None
    )
    versions = _versions(key)
    chosen = wanted or (current.version if current is not None else next(iter(versions), ""))
    if not chosen or (chosen not in versions and (current is None or chosen != current.version)):
        return None
    row = db.session.scalar(
        select(ExerciseStatistics).where(
            ExerciseStatistics.course_id == course.id,
            ExerciseStatistics.exercise_key == key,
            ExerciseStatistics.exercise_version == chosen,
        )
    )
    shown: Mapping[str, Any] = row.shown if row is not None else {}
    people = shown.get("people", 0)
    return {
        "title": _title(published, current) if current is not None else key.rpartition("/")[2],
        "place": key.split("/")[1:],
        "versions": versions,
        "chosen": chosen,
        "current": current.version if current is not None else "",
        "people": people,
        "counted_at": row.counted_at if row is not None else None,
        "steps": [Bar(_step_words(step), step["people"], people) for step in shown.get("steps", [])],
        "failures": [_wrong(published, failure) for failure in shown.get("failures", [])],
        "languages": shown.get("languages", {}).get("groups", []),
        "other_languages": shown.get("languages", {}).get("rest", 0),
        "language_name": language_name,
    }


def language_name(tag: str) -> str:
    """A language by its own name."""
    return language_of(tag).name if tag else str(gettext("Not chosen: as the browser says"))


def _held_versions(course: AuthoredCourse) -> list[CourseVersion]:
    """Earlier versions at which classes are held, the newest first."""
    pins = db.session.scalars(
        select(Cohort.course_pins).where(running_classes(course.slug)).limit(MOST_CLASSES)
    )
    held = {pin[course.slug] for pin in pins if pin and course.slug in pin}
    if not held:
        return []
    found = select(CourseVersion).where(CourseVersion.course_id == course.id, CourseVersion.version.in_(held))
    return list(db.session.scalars(found.order_by(CourseVersion.number.desc()).limit(MOST_VERSIONS)))


def _versions(key: str) -> dict[str, datetime]:
    """The versions of an exercise in which it was handed in, by when that first was, the newest first."""
    course, lesson, slug = key.split("/")
    rows = db.session.execute(
        select(ExerciseVersion.hash, ExerciseVersion.first_seen_at)
        .where(
            ExerciseVersion.course == course, ExerciseVersion.lesson == lesson, ExerciseVersion.slug == slug
        )
        .order_by(ExerciseVersion.first_seen_at.desc())
        .limit(MOST_VERSIONS)
    )
    return {row[0]: row[1] for row in rows}


def _line(course: Course, exercise: Exercise, row: ExerciseStatistics | None) -> Line:
    _, lesson, slug = exercise.key.split("/")
    shown: Mapping[str, Any] = row.shown if row is not None else {}
    people, steps = shown.get("people"), shown.get("steps", [])
    once = next((step["people"] for step in steps if step["from"] == 1 and step["to"] == 1), None)
    never = next((step["people"] for step in steps if step["from"] is None), None)
    if steps and not steps[-1]["open"]:
        never = 0  # the bars of the exercise's own page say so, too
    return Line(
        title=_title(course, exercise),
        lesson=lesson,
        slug=slug,
        people=people,
        at_once=Bar("", once, people) if once is not None and people else None,
        not_passed=Bar("", never, people) if never is not None and people else None,
        counted_at=row.counted_at if row is not None else None,
    )


def _title(course: Course | None, exercise: Exercise) -> str:
    if course is None:
        return exercise.title
    return str(render_text(course, current_language().tag, exercise.title).striptags())


def _titles(course: Course | None) -> dict[str, str]:
    return {one.key: _title(course, one) for one in course.exercises} if course is not None else {}


def _between(first: str, last: str) -> str:
    if first == last:
        return first
    return str(gettext("%(first)s to %(last)s", first=isolated(first), last=isolated(last)))


def _step_words(step: Mapping[str, Any]) -> str:
    low, high = step["from"], step["to"]
    if low is None:
        return str(gettext("Not passed so far"))
    if high is None:
        words = gettext("Passed at attempt %(from)s or later", **{"from": low})
    elif low == high:
        words = gettext("Passed at attempt %(number)s", number=low)
    else:
        words = gettext("Passed at attempts %(from)s to %(to)s", **{"from": low, "to": high})
    if step["open"]:
        words = gettext("%(passed)s, or not passed so far", passed=words)
    return str(words)


def _wrong(course: Course | None, failure: Mapping[str, Any]) -> Wrong:
    test = failure["test"]
    if test and course is not None:
        test = str(render_text(course, current_language().tag, test).striptags())
    words = gettext(OUTCOME_WORDS.get(failure["outcome"], "")) if failure["outcome"] in OUTCOME_WORDS else ""
    return Wrong(words, test, failure["got"], failure["error"], failure["people"])
