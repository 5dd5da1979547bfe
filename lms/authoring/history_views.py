"""What happened to a course: its history, that of one file, one step of it, and how a step is taken back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import services
from lms.authoring.access import access_authored, access_to_write
from lms.authoring.differences import MOST_FILES, FileDiff, conflict_diffs, file_diffs
from lms.authoring.merging import Conflict
from lms.authoring.models import AuthoredCourse
from lms.authoring.pages import course_page
from lms.authoring.paths import safe_path
from lms.authoring.repository import Commit, Repository
from lms.authoring.views import bp
from lms.core.db import db

PAGE = 30


@bp.get("/authoring/<course_id>/history")
def history(course_id: str) -> str:
    """The steps of the draft, newest first; with `path`, those of one file."""
    course = access_authored(course_id)
    path = request.args.get("path") or None
    if path is not None:
        safe_path(path)
    commits = services.repository_of(course).history(
        path=path, limit=PAGE + 1, after=request.args.get("after")
    )
    return course_page(
        "authoring/history.html",
        course,
        "authoring.history",
        commits=commits[:PAGE],
        more=commits[PAGE - 1].id if len(commits) > PAGE else None,
        path=path,
    )


@bp.get("/authoring/<course_id>/history/<commit>")
def show_commit(course_id: str, commit: str) -> str:
    """One step: who, when, and what changed."""
    course = access_authored(course_id)
    return _commit_page(course, services.repository_of(course), commit)


@bp.post("/authoring/<course_id>/history/<commit>/revert")
def revert(course_id: str, commit: str) -> Response | tuple[str, int]:
    """Take back what this step changed, and nothing that came after it."""
    course = access_to_write(course_id)
    repository = services.repository_of(course)
    undone, before = repository.get(commit), repository.head()
    message = f"Take back: {undone.subject}"
    try:
        made = repository.revert(commit, author=services.author_of(current_person()), message=message)
    except Conflict as conflict:
        return _commit_page(course, repository, commit, conflict_diffs(conflict)), 409
    services.note_change(course, repository)
    db.session.commit()
    if made.id != before and made.message == message:
        flash(gettext("The change is taken back. This is a new step of the history."), "success")
    else:
        flash(gettext("Nothing of this change is left to take back."))
    return redirect(url_for(".show_commit", course_id=course_id, commit=made.id), 303)


def _commit_page(
    course: AuthoredCourse, repository: Repository, commit: str, conflicts: list[FileDiff] | None = None
) -> str:
    shown: Commit = repository.get(commit)
    changes = repository.changes(shown.parents[0] if shown.parents else None, commit)
    return course_page(
        "authoring/commit.html",
        course,
        "authoring.history",
        commit=shown,
        diffs=file_diffs(changes[:MOST_FILES]) if shown.parents else [],
        names=[change.path for change in changes],
        more=max(len(changes) - MOST_FILES, 0),
        conflicts=conflicts or [],
    )
