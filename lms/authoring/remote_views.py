"""A course's repository elsewhere: its address and key, and what is compared, brought here and sent there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.access import current_person
from lms.authoring import syncing
from lms.authoring.access import access_to_lead
from lms.authoring.differences import conflict_diffs
from lms.authoring.forms import RemoteForm
from lms.authoring.merging import Conflict, FileConflict, Settle, Settled
from lms.authoring.models import AuthoredCourse
from lms.authoring.pages import course_page, fault_words
from lms.authoring.remotes import RemoteFault, keys_of
from lms.authoring.services import author_of, repository_of
from lms.authoring.views import bp
from lms.core.db import db
from lms.core.errors import NotFound


@bp.get("/authoring/<course_id>/remote")
def remote(course_id: str) -> str:
    """The address, the key, and how both sides stand."""
    return _page(access_to_lead(course_id))


@bp.post("/authoring/<course_id>/remote")
def save_remote(course_id: str) -> Response | tuple[str, int]:
    """Another address or branch; empty for none."""
    course = access_to_lead(course_id)
    form = RemoteForm()
    if not form.validate_on_submit():
        return _page(course, form=form), 422
    try:
        syncing.set_remote(course, (form.url.data or "").strip(), form.branch.data)
    except RemoteFault as fault:
        form.url.errors = [fault_words(fault.stored)]
        return _page(course, form=form), 422
    db.session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for(".remote", course_id=course_id), 303)


@bp.post("/authoring/<course_id>/remote/key")
def make_key(course_id: str) -> Response:
    """A new key for this course."""
    course = access_to_lead(course_id)
    keys_of(course).make()
    flash(gettext("The key is made. Copy its public part to the server."), "success")
    return redirect(url_for(".remote", course_id=course_id, _anchor="key"), 303)


@bp.post("/authoring/<course_id>/remote/sync")
def sync(course_id: str) -> Response | tuple[str, int]:
    """Compare, bring here, or send there."""
    course = access_to_lead(course_id)
    if not course.remote_url:
        flash(gettext("Write an address first."), "warning")
        return redirect(url_for(".remote", course_id=course_id), 303)
    author = author_of(current_person())
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "compare": (lambda: syncing.compare(course), gettext("Compared with the other side.")),
        "pull": (
            lambda: syncing.pull(course, author),
            gettext("Everything from the other side is here now."),
        ),
        "whole": (
            lambda: syncing.take_whole(course, author),
            gettext("The course of the other side is here now."),
        ),
        "push": (lambda: syncing.push(course), gettext("The other side has everything now.")),
    }
    act, done = acts.get(request.form.get("act", ""), (None, ""))
    if act is None:
        raise NotFound
    try:
        act()
    except RemoteFault:
        db.session.commit()  # why it did not work is kept with the course
        return _page(course), 502
    except Conflict as conflict:
        db.session.commit()
        return _page(course, conflict=conflict), 409
    db.session.commit()
    flash(done, "success")
    return redirect(url_for(".remote", course_id=course_id), 303)


@bp.post("/authoring/<course_id>/remote/settle")
def settle(course_id: str) -> Response | tuple[str, int]:
    """Bring both sides together, file by file as was decided."""
    course = access_to_lead(course_id)
    choices = [
        _Choice(*chosen) for chosen in zip(*(request.form.getlist(name) for name in _FIELDS), strict=False)
    ]
    try:
        syncing.bring_together(course, author_of(current_person()), _decide_by(choices))
    except Conflict as conflict:
        db.session.commit()
        return _page(course, conflict=conflict), 409
    db.session.commit()
    flash(
        gettext("Both sides are together now. Send the course, so that the other side has it too."), "success"
    )
    return redirect(url_for(".remote", course_id=course_id), 303)


_FIELDS = ("path", "mark", "keep")


class _Choice(NamedTuple):
    """Of a file and exactly these two versions of it: which one stays."""

    path: str
    mark: str
    keep: str


def _decide_by(choices: list[_Choice]) -> Settle:
    known = {(choice.path, choice.mark): choice.keep for choice in choices}

    def decide(path: str, both: FileConflict) -> Settled | None:
        # The remote's commit is what is brought in: its side is "yours" to the merge.
        match known.get((path, both.mark)):
            case "ours":
                return Settled(both.theirs)
            case "theirs":
                return Settled(both.yours)
            case "both" if both.merged is not None:
                return Settled(both.merged)
            case _:
                return None

    return decide


def _page(course: AuthoredCourse, *, form: RemoteForm | None = None, conflict: Conflict | None = None) -> str:
    return course_page(
        "authoring/remote.html",
        course,
        "authoring.remote",
        form=form or RemoteForm(url=course.remote_url, branch=course.remote_branch),
        key=keys_of(course).public(),
        standing=syncing.standing_of(repository_of(course)) if course.remote_url else None,
        fault=fault_words(course.sync_fault) if course.sync_fault else "",
        conflicts=list(zip(conflict_diffs(conflict), _both(conflict), strict=True)) if conflict else [],
    )


def _both(conflict: Conflict) -> list[FileConflict]:
    return [both for _, both in sorted(conflict.paths.items())]
