"""A course in one language as pages that are read offline: no script, nothing from elsewhere, no answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import render_template
from flask_babel import force_locale
from markupsafe import Markup

from lms.authoring.package import pack
from lms.catalog.highlight import highlight_code
from lms.catalog.languages import language_of
from lms.catalog.links import Urls, is_external, resolve
from lms.catalog.model import Course, Exercise, Lesson
from lms.catalog.render import direction
from lms.catalog.services import reader_labels, render_for_elsewhere, translate
from lms.core import web
from lms.core.i18n import language_of as language_named

_SHEET = Path(web.__file__).parent / "static" / "app.css"


@dataclass(frozen=True)
class SiteUrls(Urls):
    """Addresses of files that lie beside one another."""

    def link(self, folder: str, href: str) -> str:
        """A lesson is a file; an exercise and a heading are places in it."""
        if is_external(href):
            return href
        target = resolve(folder, href)
        anchor = f"#h-{quote(target.anchor)}" if target.anchor else ""
        if not href.partition("#")[0]:
            return anchor or "#"
        lesson, _, rest = target.path.removesuffix("/lesson.md").removesuffix("/statement.md").partition("/")
        place = f"#exercise-{quote(rest)}" if rest else anchor
        return f"{quote(lesson)}.html{place}" if lesson else "index.html"

    def image(self, folder: str, path: str) -> str | None:
        """A picture lies in a folder of pictures, as it does in the course."""
        inside = resolve(folder, path).path
        return f"pictures/{quote(inside)}" if inside in self.image_versions else None


@dataclass(frozen=True, slots=True)
class StarterFile:
    """A file that students begin with, coloured."""

    name: str
    html: Markup


def course_site(course: Course, lang: str, files: Mapping[str, bytes], site_url: str) -> bytes:
    """The pages of the course and its pictures as one zip file."""
    urls = SiteUrls("", "pictures/", dict(course.images))
    pages: dict[str, bytes] = {f"pictures/{path}": files[path] for path in course.images if path in files}
    with force_locale(lang.replace("-", "_")):
        shared = {
            "course": course,
            "title": translate(course, lang, course.title),
            "summary": translate(course, lang, course.summary),
            "lang": lang,
            "dir": direction(lang),
            "language_name": language_named(lang).name,
            "site_url": site_url.rstrip("/"),
            "style": Markup(_SHEET.read_text(encoding="utf-8")),  # noqa: S704  # our own sheet
            "titles": {lesson.slug: translate(course, lang, lesson.title) for lesson in course.lessons},
        }
        pages["index.html"] = render_template("authoring/site_index.html", **shared).encode()
        for number, lesson in enumerate(course.lessons, start=1):
            pages[f"{lesson.slug}.html"] = _lesson_page(course, lesson, number, urls, shared)
    return pack(f"{course.slug}-{lang}", pages)


def _lesson_page(course: Course, lesson: Lesson, number: int, urls: Urls, shared: Mapping[str, Any]) -> bytes:
    rendered, exercises = render_for_elsewhere(course, lesson, shared["lang"], urls, reader_labels())
    beside = dict(enumerate(course.lessons, start=1))
    used = [rendered.terms, *(exercise.terms for exercise in exercises.values())]
    terms = {term.id: term for found in used for term in found}
    return render_template(
        "authoring/site_lesson.html",
        **shared,
        lesson=lesson,
        number=number,
        rendered=rendered,
        exercises=exercises,
        starters={exercise.slug: _starter(exercise) for exercise in lesson.exercises},
        terms=list(terms.values()),
        before=beside.get(number - 1),
        after=beside.get(number + 1),
    ).encode()


def _starter(exercise: Exercise) -> list[StarterFile]:
    kernel = language_of(exercise.kernel).kernel
    return [
        StarterFile(name, highlight_code(text, kernel))
        for name, text in exercise.starter.items()
        if text.strip()
    ]
