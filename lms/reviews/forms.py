"""What the form of a review sends. Shapes only; services judge the content."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from lms.core.errors import PasserelleError
from lms.reviews.models import ReviewStatus
from lms.reviews.services import Written

_CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Action(StrEnum):
    """The buttons of the form."""

    COMMENT = "comment"
    KEEP = "keep"
    RELEASE = "release"
    APPROVE = "approve"
    NEEDS_WORK = "needs_work"


DECISIONS = {Action.APPROVE: ReviewStatus.APPROVED, Action.NEEDS_WORK: ReviewStatus.NEEDS_WORK}


class BadReviewForm(PasserelleError):
    """A form that our page did not make."""

    code = "bad_review_form"
    sentence = lazy_gettext("This page sent something we cannot read. Load the page again.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: what was written, which button sent it, and which remark is to be used or kept."""

    written: Written
    action: Action
    remark: int | None
    keep_remark: bool


def read_review(form: MultiDict[str, str], files: list[str]) -> Sent:
    """The form of a review; `files` are the names of the attempt's files in the order of the page."""
    try:
        action = Action(form.get("action") or Action.KEEP)
    except ValueError:
        raise BadReviewForm from None
    key = form.get("client_key") or secrets.token_urlsafe(16)
    if _CLIENT_KEY.fullmatch(key) is None:
        raise BadReviewForm
    file, line = _place(form.get("line", ""), files)
    version = _number(form.get("version", ""))
    if version is None:
        raise BadReviewForm
    written = Written(
        version=version,
        client_key=key,
        met=tuple(place for value in form.getlist("met") if (place := _number(value)) is not None),
        summary=form.get("summary", ""),
        comment=form.get("comment", ""),
        file=file,
        line=line,
        remove=_number(form.get("remove", "")),
    )
    return Sent(written, action, _number(form.get("remark", "")), "keep_remark" in form)


def _place(value: str, files: list[str]) -> tuple[str | None, int | None]:
    """`0:3` is line 3 of the first file; nothing is the whole program."""
    if not value:
        return None, None
    file, _, line = value.partition(":")
    place, number = _number(file), _number(line)
    if place is None or number is None or place >= len(files):
        raise BadReviewForm
    return files[place], number


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Why a decision is taken back, and the version at which it was seen."""

    version: int
    reason: str


def read_take_back(form: MultiDict[str, str]) -> TakeBack:
    """The form that takes a decision back."""
    version = _number(form.get("version", ""))
    if version is None:
        raise BadReviewForm
    return TakeBack(version, form.get("reason", ""))
