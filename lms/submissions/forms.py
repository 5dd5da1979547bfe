"""What a page sends: the files of a hand-in, the code of a cell. Shapes only; services judge the content."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request

from lms.submissions.services import BadHandIn


@dataclass(frozen=True, slots=True)
class HandIn:
    """Files by name, and the key that makes sending them twice the same as once."""

    files: dict[str, str]
    client_key: str


def read_hand_in(request: Request, wanted: tuple[str, ...]) -> HandIn:
    """A hand-in from a form (`code` or `files[name]`) or from JSON (`code` or `files`)."""
    if request.is_json:
        body = json_object(request)
        files = body.get("files", {wanted[0]: body["code"]} if "code" in body else None)
        key = body.get("client_key")
    else:
        form = request.form
        files = (
            {wanted[0]: form["code"]}
            if "code" in form
            else {name: form[f"files[{name}]"] for name in wanted if f"files[{name}]" in form}
        )
        # Without a key, as a form saved to disk may come, every send is a hand-in of its own.
        key = form.get("client_key") or secrets.token_urlsafe(16)
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadHandIn
    if not isinstance(key, str):
        raise BadHandIn
    return HandIn({str(name): text for name, text in files.items()}, key)


def json_object(request: Request) -> Mapping[str, Any]:
    """The request's JSON object; BadHandIn for anything else."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadHandIn
    return body


def text_of(body: Mapping[str, Any], name: str, limit: int) -> str:
    """A text of the object, at most `limit` characters long; BadHandIn otherwise."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > limit:
        raise BadHandIn
    return value
