"""Notices: what other features tell a person, kept as a kind and what it names, put into words when it is read.

A feature that has something to tell does two things:

1. In its `init_app` it says how its kinds read: `say(app, "review_approved", words)`. `words(params)` returns one
   whole sentence in the language of the reader, made with `gettext`; it runs at reading time, so that nobody reads
   a sentence in yesterday's language. It must answer for whatever was once stored, also when the exercise or class
   that `params` names is gone. Put a name into a sentence by `isolated(name)`: it may be of another direction.
2. In the service that decides, it calls `notify([user_id], "review_approved", {"exercise": key}, url)` and flushes:
   the notice is part of the same transaction, so it is there if and only if the decision is.

`params` holds strings only: keys, public ids and names, never sentences, never more about a person than the page
behind `url` shows her anyway. `url` is a path of this site (from `url_for`), or empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy import insert

from lms.accounts.models import new_public_id
from lms.announcements.models import ANNOUNCEMENT, Message
from lms.core.db import db, utcnow

LONGEST_KIND = 32
LONGEST_URL = 500
LONGEST_PARAM = 300
_KEY = "passerelle_notices"

Words = Callable[[Mapping[str, str]], str]


def say(app: Flask, kind: str, words: Words) -> None:
    """Let messages of this kind read as `words` says."""
    if kind == ANNOUNCEMENT or len(kind) > LONGEST_KIND:
        raise ValueError(f"{kind!r} cannot be a kind of notice")
    app.extensions.setdefault(_KEY, {})[kind] = words


def notify(user_ids: Iterable[int], kind: str, params: Mapping[str, str], url: str = "") -> int:
    """Tell these people; how many they were. See above for what the arguments mean; the caller commits."""
    if kind not in _known():
        raise ValueError(f"nobody has said how {kind!r} reads")
    if url and (not url.startswith("/") or url.startswith("//") or len(url) > LONGEST_URL):
        raise ValueError("a notice leads to a page of this site")
    kept = {name: value[:LONGEST_PARAM] for name, value in params.items()}
    rows = [
        {
            "public_id": new_public_id(),
            "user_id": user_id,
            "kind": kind,
            "params": kept,
            "url": url,
            "created_at": utcnow(),
        }
        for user_id in dict.fromkeys(user_ids)
    ]
    if rows:
        db.session.execute(insert(Message), rows)
    return len(rows)


def sentence(kind: str, params: Mapping[str, str]) -> str:
    """What a notice says, in the language of who reads it now."""
    words = _known().get(kind)
    return words(params) if words is not None else str(gettext("There is news for you."))


def isolated(name: str) -> str:
    """A name inside a sentence of any direction (UAX #9: first strong isolate)."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def _known() -> dict[str, Words]:
    return cast("dict[str, Words]", current_app.extensions.setdefault(_KEY, {}))
