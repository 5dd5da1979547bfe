"""What a form brings in: a file, pasted text, or the link of a page of this very site. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import request

from lms.core.errors import NotFound
from lms.referral.envelope import LARGEST_PACKAGE
from lms.referral.forms import BringForm, ListForm
from lms.referral.models import Referral
from lms.referral.refusals import Refused, Why

_PAGE = re.compile(r".*/verify/([A-Za-z0-9-]{12,20})")


def read_package(form: BringForm | ListForm, find: Callable[[str], Referral] | None = None) -> str:
    """The text of the package; Refused for a file that cannot be one.

    `find` gives the referral behind the code of a page of this site, and counts the tries; without it none is.
    """
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        try:
            # One more than can be: what comes after it need not be read to see that it is too large.
            return sent.stream.read(LARGEST_PACKAGE + 1).decode("ascii")
        except UnicodeDecodeError as error:
            raise Refused(Why.UNREADABLE) from error
    text = (form.text.data or "").strip()
    code = _code_of_own_page(text)
    return text if find is None or not code else _token(code, find)


def _code_of_own_page(text: str) -> str:
    """The code in the link of a verification page, if the page is ours."""
    if len(text) > 500 or not text.startswith(("https://", "http://")):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    found = _PAGE.fullmatch(parts.path)
    if found is None or parts.netloc != request.host:
        return ""
    return found[1]


def _token(code: str, find: Callable[[str], Referral]) -> str:
    try:
        return find(code).token
    except NotFound as error:
        raise Refused(Why.PAGE_LINK) from error
