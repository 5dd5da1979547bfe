"""The catalogue as the other features use it: courses, rendered lessons, translations, pinned versions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError

from lms.catalog.highlight import highlight_code
from lms.catalog.links import Urls
from lms.catalog.markdown import Directive, read_markdown
from lms.catalog.model import Course, Exercise, Lesson, Quiz, State, Translated
from lms.catalog.models import ExerciseVersion
from lms.catalog.parse import read_course
from lms.catalog.quiz import QuizMark, mark
from lms.catalog.render import Labels, Part, RenderedTerm, Renderer
from lms.catalog.snapshot import exercise_from_json, exercise_to_json
from lms.catalog.translation import Catalogue, file_version, po_path, read_catalogue
from lms.core.db import db
from lms.core.kept import Kept

CACHE_SIZE = 1000
ENGLISH = Labels()

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RenderedLesson:
    """A lesson ready for the page. Percent, draft and stale speak of the texts on this page."""

    title: Translated
    parts: tuple[Part, ...]
    terms: tuple[RenderedTerm, ...]
    translated_percent: int
    draft: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class RenderedExercise:
    """An exercise's texts ready for the page; `checks` are the names, in the exercise's order.

    `criteria` are what a person looks at who reads the work.
    """

    title: Translated
    statement: Markup
    checks: tuple[Markup, ...]
    criteria: tuple[Markup, ...]
    terms: tuple[RenderedTerm, ...]
    translated_percent: int
    draft: bool
    stale: bool


_cache = Kept(CACHE_SIZE)
_loaded: dict[Path, tuple[tuple[object, ...], dict[str, Course]]] = {}


def load_courses(directory: Path, *, reload: bool = False) -> dict[str, Course]:
    """The courses in a folder by slug; read once, or anew after changes with `reload` (in debug).

    A course that cannot be read is left out and its faults are logged: the others stay open.
    """
    known = _loaded.get(directory)
    if known is not None and not reload:
        return known[1]
    mark = tuple(_file_marks(directory))
    if known is not None and known[0] == mark:
        return known[1]
    courses: dict[str, Course] = {}
    for file in sorted(directory.glob("*/course.toml")):
        source = read_course(file.parent)
        for fault in source.faults:
            logger.warning("course %s: %s", file.parent.name, fault)
        if source.course is not None:
            courses[source.course.slug] = source.course
    _loaded[directory] = (mark, courses)
    return courses


def get_course(directory: Path, slug: str, *, reload: bool = False) -> Course | None:
    """A course by its slug."""
    return load_courses(directory, reload=reload).get(slug)


def get_lesson(course: Course, slug: str) -> Lesson | None:
    """A lesson of a course by its slug."""
    return course.lesson(slug)


def get_exercise(directory: Path, key: str, *, reload: bool = False) -> Exercise | None:
    """An exercise by its key "<course>/<lesson>/<slug>"."""
    course_slug, _, rest = key.partition("/")
    lesson_slug, _, slug = rest.partition("/")
    course = get_course(directory, course_slug, reload=reload)
    lesson = course.lesson(lesson_slug) if course else None
    return lesson.exercise(slug) if lesson else None


def image_path(course: Course, relative: str) -> Path | None:
    """The file of a picture that belongs to the course, and of nothing else."""
    return course.path / relative if relative in course.images else None


def reader_labels() -> Labels:
    """The words inside rendered lessons in the language of this request."""
    return Labels(gettext("Note"), gettext("Tip"), gettext("Warning"), gettext("Important"))


def translate(course: Course, lang: str, msgid: str) -> Translated:
    """One text in a language, with the language it is really in; Markdown stays Markdown."""
    if lang == course.language:
        return Translated(msgid.strip(), lang, State.SOURCE)
    return _catalogue(course, lang).look_up(msgid.strip(), course.language)


def render_text(course: Course, lang: str, text: str) -> Markup:
    """One text, such as a check's name or a hint, as inline HTML in the reader's language."""
    key = ("text", course.version, course.path, lang, _po_version(course, lang), text)
    return _cache.get(
        key, lambda: _renderer(course, lang, "", _urls(course, None, None), ENGLISH).inline(text)
    )


def mark_quiz(course: Course, quiz: Quiz, lang: str, given: Sequence[str]) -> QuizMark:
    """Mark an answer; a short answer may be written in the reader's language or the source's."""
    marked = mark(quiz, given)
    if quiz.kind != "short" or marked.chosen or lang == course.language:
        return marked
    options = tuple(
        replace(option, text=translate(course, lang, option.text).text) for option in quiz.options
    )
    return mark(replace(quiz, options=options), given)


def render_lesson(
    course: Course,
    lesson: Lesson,
    lang: str,
    *,
    course_url: str | None = None,
    image_url: str | None = None,
    labels: Labels = ENGLISH,
) -> RenderedLesson:
    """A lesson in a language, from the cache if nothing it depends on has changed.

    `course_url` and `image_url` are prefixes ending in `/`: of lesson pages, and of the route that
    serves `image_path`. Left out they are `/courses/<course>/` and `/courses/<course>/files/`.
    """
    urls = _urls(course, course_url, image_url)
    key = ("lesson", course.version, lesson.key, course.path, lang, _po_version(course, lang), urls, labels)
    return _cache.get(key, lambda: _render_lesson(lesson, _renderer(course, lang, lesson.slug, urls, labels)))


def render_unsaved(
    course: Course, lesson: Lesson, lang: str, *, course_url: str, image_url: str, labels: Labels
) -> RenderedLesson:
    """A lesson whose text nobody has saved yet: rendered like any other, and not kept."""
    urls = _urls(course, course_url, image_url)
    return _render_lesson(lesson, _renderer(course, lang, lesson.slug, urls, labels))


def render_unsaved_statement(
    course: Course, folder: str, text: str, lang: str, *, course_url: str, image_url: str, labels: Labels
) -> tuple[Markup, tuple[RenderedTerm, ...]]:
    """The statement of an exercise in this folder that nobody has saved yet, and the words that it explains."""
    renderer = _renderer(course, lang, folder, _urls(course, course_url, image_url), labels)
    return renderer.blocks(text), renderer.terms()


def render_exercise(
    course: Course,
    exercise: Exercise,
    lang: str,
    *,
    course_url: str | None = None,
    image_url: str | None = None,
    labels: Labels = ENGLISH,
) -> RenderedExercise:
    """An exercise's title, statement and check names in a language; cached like `render_lesson`."""
    urls = _urls(course, course_url, image_url)
    version = _po_version(course, lang)
    key = (
        "exercise",
        course.version,
        exercise.key,
        exercise.version,
        course.path,
        lang,
        version,
        urls,
        labels,
    )
    folder = exercise.key.partition("/")[2]
    return _cache.get(key, lambda: _render_exercise(exercise, _renderer(course, lang, folder, urls, labels)))


def remember_version(exercise: Exercise) -> ExerciseVersion:
    """The row of this version of the exercise, made if it is new; safe to call at the same time twice."""
    known = db.session.get(ExerciseVersion, exercise.version)
    if known is not None:
        return known
    course, lesson, slug = exercise.key.split("/")
    row = ExerciseVersion(
        hash=exercise.version, course=course, lesson=lesson, slug=slug, content=exercise_to_json(exercise)
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # another request was quicker; its row says the same
        return db.session.get_one(ExerciseVersion, exercise.version)
    return row


def exercise_of_version(version: str) -> Exercise | None:
    """The exercise as it was in a version that somebody handed in work for."""
    row = db.session.get(ExerciseVersion, version)
    return exercise_from_json(row.content) if row is not None else None


def _render_lesson(lesson: Lesson, renderer: Renderer) -> RenderedLesson:
    document = read_markdown(lesson.source, f"{lesson.slug}/lesson.md")
    title = renderer.translate(lesson.title)
    parts: list[Part] = []
    prose = document.tokens[3:]  # without the title, which the page shows
    start = 0
    for index, token in enumerate([*prose, None]):
        if token is not None and token.type not in {"cell", "exercise", "quiz"}:
            continue
        if index > start:
            parts.append(Part("html", renderer.tokens(prose[start:index], document.env)))
        start = index + 1
        part = _part(lesson, token.type, token.meta["directive"], renderer) if token else None
        if part is not None:
            parts.append(part)
    tally = renderer.tally
    terms = renderer.terms()
    return RenderedLesson(title, tuple(parts), terms, tally.percent, tally.draft, tally.stale)


def _part(lesson: Lesson, kind: str, directive: Directive, renderer: Renderer) -> Part | None:
    if kind == "cell":
        cell = lesson.cell(directive.options.get("id", ""))
        return Part("cell", highlight_code(cell.code, cell.language), cell=cell) if cell else None
    if kind == "quiz":
        quiz = lesson.quiz(directive.argument)
        return Part("quiz", quiz=renderer.quiz(quiz)) if quiz else None
    exercise = lesson.exercise(directive.argument)
    return Part("exercise", exercise=exercise, title=renderer.translate(exercise.title)) if exercise else None


def _render_exercise(exercise: Exercise, renderer: Renderer) -> RenderedExercise:
    title = renderer.translate(exercise.title)
    statement = renderer.blocks(exercise.statement)
    names = [check.name for check in exercise.checks]
    names += [test.name for test in exercise.suite.shown] if exercise.suite is not None else []
    checks = tuple(renderer.inline(name) for name in names)
    asked = exercise.review.criteria if exercise.review is not None else ()
    criteria = tuple(renderer.inline(criterion) for criterion in asked)
    tally = renderer.tally
    return RenderedExercise(
        title, statement, checks, criteria, renderer.terms(), tally.percent, tally.draft, tally.stale
    )


def _renderer(course: Course, lang: str, folder: str, urls: Urls, labels: Labels) -> Renderer:
    catalogue = _catalogue(course, lang)
    return Renderer(
        lang=lang,
        source_lang=course.language,
        look_up=lambda msgid: catalogue.look_up(msgid, course.language),
        glossary=course.glossary,
        urls=urls,
        folder=folder,
        labels=labels,
    )


def _urls(course: Course, course_url: str | None, image_url: str | None) -> Urls:
    prefix = f"/courses/{course.slug}/"
    versions = {path: digest[:12] for path, digest in course.images.items()}
    return Urls(course_url or prefix, image_url or f"{prefix}files/", versions)


def _catalogue(course: Course, lang: str) -> Catalogue:
    version = _po_version(course, lang)
    if not version:
        return Catalogue(lang, "", {})
    path = po_path(course.path, lang)
    return _cache.get(("po", path, version), lambda: read_catalogue(path, lang))


def _po_version(course: Course, lang: str) -> str:
    """Also keeps a language tag that is not one of the course's from becoming part of a path."""
    if lang == course.language or lang not in course.languages:
        return ""
    return file_version(po_path(course.path, lang))


def _file_marks(directory: Path) -> list[object]:
    return [(str(path), path.stat().st_mtime_ns) for path in sorted(directory.rglob("*")) if path.is_file()]


def render_for_elsewhere(
    course: Course, lesson: Lesson, lang: str, urls: Urls, labels: Labels
) -> tuple[RenderedLesson, dict[str, RenderedExercise]]:
    """A lesson and its exercises with addresses of another place, such as files that are read offline. Not cached."""
    exercises = {
        exercise.slug: _render_exercise(
            exercise, _renderer(course, lang, exercise.key.partition("/")[2], urls, labels)
        )
        for exercise in lesson.exercises
    }
    return _render_lesson(lesson, _renderer(course, lang, lesson.slug, urls, labels)), exercises
