"""A course to take away, as its draft is now: the package, a lesson as a notebook, pages to read offline."""

from __future__ import annotations

from flask import Response, current_app, request
from flask_babel import gettext

from lms.authoring import services
from lms.authoring.access import access_to_write
from lms.authoring.exporting import course_package, lesson_notebook
from lms.authoring.models import AuthoredCourse
from lms.authoring.package import is_course_file
from lms.authoring.pages import course_page, language_choices
from lms.authoring.site_export import course_site
from lms.authoring.views import bp
from lms.catalog.model import Course
from lms.core.errors import Conflict, NotFound

ZIP = "application/zip"
NOTEBOOK = "application/x-ipynb+json"


@bp.get("/authoring/<course_id>/export")
def export(course_id: str) -> str:
    """What can be taken away, and what each is good for."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    draft = services.draft_course(course, head)
    names = dict(language_choices(draft.languages)) if draft else {}
    return course_page(
        "authoring/export.html",
        course,
        "authoring.export",
        draft=draft,
        languages=[(tag, names[tag]) for tag in draft.languages] if draft else [],
        left=sorted(path for path in repository.listing(head) if not is_course_file(path)),
    )


@bp.get("/authoring/<course_id>/export/package")
def export_package(course_id: str) -> Response:
    """The whole course, to be imported somewhere else or to be kept."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    package = course_package(course.slug, repository.files(repository.head()))
    return _file(package, f"{course.slug}.zip", ZIP)


@bp.get("/authoring/<course_id>/export/notebook/<lesson>")
def export_notebook(course_id: str, lesson: str) -> Response:
    """One lesson as a Jupyter notebook, without answers."""
    course = access_to_write(course_id)
    draft, files = _draft(course)
    found = draft.lesson(lesson)
    if found is None:
        raise NotFound
    return _file(lesson_notebook(found, files), f"{course.slug}-{found.slug}.ipynb", NOTEBOOK)


@bp.get("/authoring/<course_id>/export/site")
def export_site(course_id: str) -> Response:
    """The course in one language as pages in a zip file, without answers."""
    course = access_to_write(course_id)
    draft, files = _draft(course)
    lang = request.args.get("lang", draft.language)
    if lang not in draft.languages:
        raise NotFound
    site = course_site(draft, lang, files, current_app.config["SITE_URL"])
    return _file(site, f"{course.slug}-{lang}.zip", ZIP)


def _draft(course: AuthoredCourse) -> tuple[Course, dict[str, bytes]]:
    repository = services.repository_of(course)
    head = repository.head()
    draft = services.draft_course(course, head)
    if draft is None:
        raise Conflict(
            gettext("The course has faults that must be mended first. The package can still be taken away.")
        )
    return draft, repository.files(head)


def _file(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
