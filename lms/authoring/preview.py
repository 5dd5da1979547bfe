"""A text that nobody has saved yet, as a student will read it, and what is not right in it.

The text stands in for the one of the draft; everything around it (exercises, pictures, words, translations) is the
draft's. It is rendered and cleaned by what renders published lessons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from markupsafe import Markup

from lms.authoring import services
from lms.authoring.models import AuthoredCourse
from lms.catalog.check import document_faults
from lms.catalog.lesson import LessonParts, placing_faults
from lms.catalog.markdown import Document, line_of, read_markdown
from lms.catalog.model import Course, Fault, Lesson, Term
from lms.catalog.parse import placed_exercises
from lms.catalog.render import Labels, RenderedTerm
from lms.catalog.services import RenderedLesson, render_unsaved, render_unsaved_statement
from lms.catalog.source import CourseSource, LessonSource
from lms.core.errors import PasserelleError
from lms.core.i18n import language_of, languages

LONGEST_TEXT = 80_000
"""Characters of a lesson or a statement: a long lesson has 20,000."""
MOST_FAULTS = 50

Direction = Literal["ltr", "rtl"]


class TooLong(PasserelleError):
    """The text is longer than a lesson may be."""

    status = 413
    code = "too_long"


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A course's draft in which one lesson has a text that is not saved."""

    course: Course
    lesson: Lesson
    faults: tuple[Fault, ...]

    def render(self, lang: str, *, course_url: str, image_url: str, labels: Labels) -> RenderedLesson:
        """The lesson as somebody reads it in this language."""
        return render_unsaved(
            self.course, self.lesson, lang, course_url=course_url, image_url=image_url, labels=labels
        )


@dataclass(frozen=True, slots=True)
class UnsavedStatement:
    """The statement of an exercise that is not saved."""

    course: Course
    folder: str
    text: str
    faults: tuple[Fault, ...]

    def render(
        self, lang: str, *, course_url: str, image_url: str, labels: Labels
    ) -> tuple[Markup, tuple[RenderedTerm, ...]]:
        """The statement as somebody reads it in this language, and the words that it explains."""
        return render_unsaved_statement(
            self.course,
            self.folder,
            self.text,
            lang,
            course_url=course_url,
            image_url=image_url,
            labels=labels,
        )


def unsaved_lesson(authored: AuthoredCourse, slug: str, text: str, commit: str | None = None) -> Unsaved:
    """The lesson in this folder of the draft with another text. A lesson that is not there yet has no exercises."""
    _check_length(text)
    source = services.draft_source(authored, commit)
    was = next((lesson for lesson in source.lessons if lesson.slug == slug), None)
    exercises = was.exercises if was is not None else {}
    document = read_markdown(text, f"{slug}/lesson.md")
    parts = LessonParts(document)
    places = {name: found.toml.path for name, found in exercises.items()}
    placing = tuple(placing_faults(parts, places))
    if parts.fatal:  # shown under the name of its folder until it has a title
        parts = LessonParts(read_markdown(f"# {slug}\n\n{text}", document.path))
    lesson = parts.lesson(
        authored.slug, slug, placed_exercises(parts.placed, exercises), minutes=None, version=""
    )
    here = LessonSource(slug, document, parts.placed, exercises, lesson)
    others = [other for other in source.lessons if other.slug != slug]
    with_text = replace(source, lessons=[*others, here])
    course = _course_around(with_text, authored)
    faults = [*document.faults, *placing, *document_faults(with_text, document, slug)]
    return Unsaved(course, lesson, _sorted(faults, document))


def unsaved_statement(
    authored: AuthoredCourse, folder: str, text: str, commit: str | None = None
) -> UnsavedStatement:
    """The statement of the exercise in this folder ("<lesson>/<exercise>") with another text."""
    _check_length(text)
    source = services.draft_source(authored, commit)
    document = read_markdown(text, f"{folder}/statement.md")
    for token in document.tokens:
        if token.type in {"cell", "exercise", "quiz"}:
            document.fault(
                line_of(token), f"A statement cannot hold a {token.type}.", "Move it to lesson.md."
            )
    faults = [*document.faults, *document_faults(source, document, folder)]
    return UnsavedStatement(_course_around(source, authored), folder, text, _sorted(faults, document))


def reader_language(course: Course, direction: str) -> str:
    """The language of a reader who reads in this direction: the course's own, one of its translations, or another."""
    known = {language.tag for language in languages()}
    wanted = [course.language, *course.languages, *sorted(known)]
    fitting = [tag for tag in wanted if language_of(tag).dir == direction]
    return next((tag for tag in fitting if tag in known), fitting[0] if fitting else course.language)


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise TooLong


def _sorted(faults: list[Fault], document: Document) -> tuple[Fault, ...]:
    here = sorted(set(faults), key=lambda fault: (fault.path != document.path, fault.line, fault.message))
    return tuple(here[:MOST_FAULTS])


def _course_around(source: CourseSource, authored: AuthoredCourse) -> Course:
    """The draft as a course, also where its other files leave none: its words, pictures and languages."""
    values: Mapping[str, Any] = source.toml.values
    language = values.get("language")
    language = language if isinstance(language, str) else "en"
    tags = values.get("languages")
    lessons = tuple(lesson.lesson for lesson in source.lessons if lesson.lesson is not None)
    return Course(
        slug=authored.slug,
        title=authored.title,
        summary="",
        level="beginner",
        language=language,
        languages=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (language,),
        hours=1,
        skills=(),
        licence="",
        authors=(),
        lessons=lessons,
        glossary=dict(_terms(source)),
        version="",
        path=source.path,
        images=source.images,
    )


def _terms(source: CourseSource) -> Iterator[tuple[str, Term]]:
    for key, entry in source.glossary.values.items():
        if isinstance(entry, dict) and {"term", "definition"} <= entry.keys():
            yield key, Term(key, str(entry["term"]), str(entry["definition"]))
