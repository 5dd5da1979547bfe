"""The pictures of a lesson: which there are, where they are used, a new one, and away with one."""

from __future__ import annotations

import io
import mimetypes
from pathlib import PurePosixPath

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import editing, services
from lms.authoring.access import access_authored, access_to_write
from lms.authoring.lesson_forms import PictureForm
from lms.authoring.pages import course_page
from lms.authoring.pictures import BadPicture, check_room, picture_path, pictures_of, read_picture
from lms.authoring.views import bp
from lms.catalog.parse import IMAGE_SUFFIXES
from lms.core.db import db
from lms.core.errors import NotFound


@bp.get("/authoring/<course_id>/pictures/<path:path>")
def draft_picture(course_id: str, path: str) -> Response:
    """A picture of the draft, for the pages of those who work on it."""
    course = access_authored(course_id)
    if PurePosixPath(path).suffix not in IMAGE_SUFFIXES or "/images/" not in path:
        raise NotFound
    repository = services.repository_of(course)
    content = repository.read(repository.head(), path)
    if content is None:
        raise NotFound
    kind = mimetypes.types_map.get(PurePosixPath(path).suffix, "image/webp")
    response = send_file(io.BytesIO(content), mimetype=kind)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@bp.route("/authoring/<course_id>/lessons/<lesson>/pictures", methods=["GET", "POST"])
def pictures(course_id: str, lesson: str) -> Response | tuple[str, int]:
    """The pictures of a lesson, and a new one."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    files = repository.files(head)
    if not editing.is_slug(lesson) or f"{lesson}/lesson.md" not in files:
        raise NotFound
    form = PictureForm()
    kept = pictures_of(lesson, files)
    if request.method == "POST":
        sent = form.file.data
        try:
            check_room(kept)
            picture = read_picture(sent.read() if sent else b"")
        except BadPicture as refused:
            form.file.errors = [refused.sentence]
        else:
            path = picture_path(lesson, sent.filename or "", picture.suffix, files)
            message = f"Add a picture to {lesson}."
            services.commit_files(course, current_person(), {path: picture.content}, head, message)
            db.session.commit()
            flash(gettext("The picture is kept with the lesson. Put it into the text there."), "success")
            return redirect(url_for(".pictures", course_id=course_id, lesson=lesson), 303)
    page = course_page(
        "authoring/pictures.html", course, "authoring.show_course", lesson=lesson, kept=kept, form=form
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/authoring/<course_id>/lessons/<lesson>/pictures/remove")
def remove_picture(course_id: str, lesson: str) -> Response:
    """A picture goes; the history keeps it. The texts that show it are told as faults."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    head = repository.head()
    path = f"{lesson}/images/{request.form.get('name', '')}"
    if path in repository.listing(head):
        message = f"Remove a picture from {lesson}."
        services.commit_files(course, current_person(), {path: None}, head, message)
        db.session.commit()
    flash(gettext("The picture is removed. The history still has it."), "success")
    return redirect(url_for(".pictures", course_id=course_id, lesson=lesson), 303)
