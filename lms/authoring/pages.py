"""What the pages of authoring share: the tabs of a course, words for what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import gettext

from lms.accounts.access import current_person
from lms.authoring.access import may_lead, may_write
from lms.authoring.models import AuthoredCourse, CourseRole
from lms.authoring.remotes import Code
from lms.authoring.repository import Commit
from lms.authoring.services import draft_source, repository_of
from lms.catalog.model import Fault
from lms.catalog.source import LessonSource
from lms.core.i18n import current_language, language_of, languages

COMMON_LANGUAGES = (
    "fa-AF", "ti", "tr", "es", "de", "ps", "so", "fa", "ku", "ckb", "am", "ru", "pl", "pt", "it", "nl", "sw", "ur",
    "bn", "sq", "sr", "ro", "ka", "hy", "om", "ha", "my",
)  # fmt: skip
"""Those that people in such schools speak, and which may come to have a translation."""
MOST_FAULTS = 20
LAST_CHANGES = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a course, for the row of tabs at its top."""

    text: str
    url: str
    here: bool


def course_page(template: str, course: AuthoredCourse, endpoint: str, **context: Any) -> str:
    """A page of a course with its tabs; `endpoint` is the tab that the page belongs to."""
    person = current_person()
    leads = may_lead(person, course)
    writes = leads or may_write(person, course)
    return render_template(
        template,
        course=course,
        tabs=course_tabs(course, endpoint, writes=writes, leads=leads),
        may_write=writes,
        may_lead=leads,
        **context,
    )


def course_tabs(course: AuthoredCourse, endpoint: str, *, writes: bool, leads: bool) -> list[Tab]:
    """The pages of a course, in the order in which it is made. Pages that do not exist are left out."""
    pages = [
        ("authoring.show_course", gettext("Course"), True),
        ("authoring.settings", gettext("Settings"), writes),
        ("authoring.translations", gettext("Translations"), True),
        ("authoring.publish", gettext("Publish"), writes),
        ("authoring.versions", gettext("Versions"), True),
        ("authoring.statistics", gettext("Statistics"), writes),
        ("authoring.history", gettext("History"), True),
        ("authoring.people", gettext("People"), leads),
        ("authoring.remote", gettext("Git address"), leads),
        ("authoring.export", gettext("Export"), writes),
    ]
    return [
        Tab(text, url_for(name, course_id=course.public_id), name == endpoint)
        for name, text, shown in pages
        if shown and name in current_app.view_functions
    ]


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson in the overview, with the exercises that stand in it; an address is None where nothing leads."""

    slug: str
    title: str
    url: str | None
    exercises: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of a course shows."""

    lessons: tuple[LessonRow, ...]
    faults: tuple[Fault, ...]
    more_faults: int
    commits: tuple[Commit, ...]
    language: str


def course_overview(course: AuthoredCourse) -> Overview:
    """The draft as it is now: lessons, faults and the last changes."""
    repository = repository_of(course)
    head = repository.head()
    source = draft_source(course, head)
    language = source.toml.values.get("language")
    return Overview(
        lessons=tuple(_lesson_row(course, lesson) for lesson in source.lessons),
        faults=tuple(source.faults[:MOST_FAULTS]),
        more_faults=max(len(source.faults) - MOST_FAULTS, 0),
        commits=tuple(repository.history(limit=LAST_CHANGES)),
        language=language if isinstance(language, str) else "",
    )


def _lesson_row(course: AuthoredCourse, lesson: LessonSource) -> LessonRow:
    here = {"course_id": course.public_id, "lesson": lesson.slug}
    placed = [name for name, _ in lesson.placed if name in lesson.exercises]
    names = [*dict.fromkeys(placed), *(name for name in lesson.exercises if name not in placed)]
    exercises = tuple(
        (
            str(lesson.exercises[name].toml.values.get("title", name)),
            page_if("authoring.edit_exercise", **here, exercise=name),
        )
        for name in names
    )
    title = lesson.lesson.title if lesson.lesson is not None else lesson.slug
    return LessonRow(lesson.slug, title, page_if("authoring.edit_lesson", **here), exercises)


def page_if(endpoint: str, **values: str) -> str | None:
    """The address of a page, if this installation has it."""
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if known else None  # type: ignore[arg-type]  # names of addresses are all text


def role_words() -> dict[str, str]:
    """What somebody is in a course."""
    return {
        CourseRole.AUTHOR: gettext("Author"),
        CourseRole.TRANSLATOR: gettext("Translator"),
        CourseRole.REVIEWER: gettext("Reviewer of translations"),
    }


def level_words() -> dict[str, str]:
    """For whom a course is."""
    return {
        "beginner": gettext("Beginners"),
        "intermediate": gettext("People who know the basics"),
        "advanced": gettext("People with experience"),
    }


def language_choices(more: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Languages to choose from, by their own names: the interface's, and those that are used already."""
    tags = dict.fromkeys((current_language().tag, *(language.tag for language in languages()), *more))
    return [(tag, language_of(tag).name) for tag in tags]


def fault_words(stored: str) -> str:
    """Why nothing was brought from the remote or sent there, as a sentence; `stored` is `RemoteFault.stored`."""
    code, _, detail = stored.partition(":")
    words = {
        Code.ADDRESS: gettext("This address cannot be used. Write one that begins with https:// or ssh://."),
        Code.PASSWORD: gettext("An address holds no name and no password. Use ssh and the course's key."),
        Code.PRIVATE: gettext("This address leads into the network of this server. That is not allowed."),
        Code.UNREACHABLE: gettext("The server cannot be reached. Look at the address, or try again later."),
        Code.DEADLINE: gettext("The server took too long. Try again later."),
        Code.DENIED: gettext(
            "The server does not let us in. Give it the key below, with the right to write."
        ),
        Code.HOST_KEY: gettext(
            "The server shows another key than before, so it may be another server. "
            "Ask who runs it. If the change is right, save the address again."
        ),
        Code.NOT_FOUND: gettext("There is no repository at this address, or we may not see it."),
        Code.NO_BRANCH: gettext("The repository has no branch %(name)s.", name=detail),
        Code.EMPTY: gettext("The repository there is empty. Send the course to fill it."),
        Code.NO_COURSE: gettext("What is there is no course: it has no file course.toml at its top."),
        Code.TOO_LARGE: gettext(
            "What is there is larger than a course may be. %(name)s", name=detail
        ).strip(),
        Code.CONTENT: gettext(
            "What is there has a name or a content that no course may have: %(name)s", name=detail
        ),
        Code.LINK: gettext(
            "What is there holds a link to elsewhere, which no course may have: %(name)s", name=detail
        ),
        Code.MOVED: gettext("The other side has changes that are not here yet. Bring them here first."),
        Code.REJECTED: gettext("The server did not take it: %(reason)s", reason=detail),
        Code.PROTOCOL: gettext("The server's answer could not be understood."),
        Code.CONFLICT: gettext("Both sides changed the same place. Decide below which version stays."),
    }
    known = {str(known): sentence for known, sentence in words.items()}
    return str(known.get(code, known[Code.PROTOCOL]))


def more_languages() -> list[tuple[str, str]]:
    """Languages into which something can be translated, by their own names: the interface's first."""
    tags = dict.fromkeys((*(language.tag for language in languages()), *COMMON_LANGUAGES))
    return [(tag, language_of(tag).name) for tag in tags]
