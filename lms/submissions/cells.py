"""Live cells: a person's kernel for one lesson, relayed line by line. Nothing here commits."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.catalog.languages import PYTHON, CodeLanguage, language_of
from lms.catalog.model import Lesson
from lms.core.db import db, utcnow
from lms.core.errors import Conflict, Unavailable
from lms.core.text import clean_output
from lms.submissions.models import LiveSession
from lms.submissions.pages import explained
from sandbox.client import SandboxBusy, SandboxClient, SandboxError, SandboxUnavailable, Session
from sandbox.messages import Display, Done, Downward, InputRequest, KernelError, Result, Stream

MAX_IMAGE_CHARS = 3 * 1024 * 1024
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_MOVED_PLACE = re.compile(r" ?\(?<anonymous>:\d+:\d+\)?")
"""Where in a cell Deno saw an error: it had written the cell anew, so the line is not the person's."""
TEXT_KINDS = ("text/plain", "text/markdown", "text/html")


class CellsAway(Unavailable):
    """There is no sandbox to run cells in."""

    code = "cells_away"
    sentence = lazy_gettext(
        "Code cannot run at the moment, and it is our fault. You can read on; try again in a minute."
    )


class CellsBusy(Unavailable):
    """No room for another kernel, or this one is at work."""

    code = "cells_busy"
    sentence = lazy_gettext(
        "Many people run code now, or another cell of yours still runs. Try again in a moment."
    )


class NothingRuns(Conflict):
    """There is no running cell to answer or to stop."""

    code = "nothing_runs"
    sentence = lazy_gettext("No cell is running.")


DONE_WORDS = {
    "time_limit": lazy_gettext("Your code took too long and was stopped. Is there a loop that never ends?"),
    "memory_limit": lazy_gettext(
        "Your code used too much memory and was stopped. %(language)s was restarted."
    ),
    "output_limit": lazy_gettext("Your code printed too much and was stopped."),
    "interrupted": lazy_gettext("Stopped."),
    "died": lazy_gettext("%(language)s ended. Run the cells again from the top."),
    "our_fault": CellsAway.sentence,
}
"""What the page says at the end of a cell; "ok" and "error" need no words, the output has them."""
STARTED_ANEW = lazy_gettext(
    "%(language)s has started anew, so what the cells above made is not there. Run the cells again from the top."
)
"""What it says when a name is missing that a cell above may have made."""
MISSING_NAME = frozenset({"NameError", "ReferenceError"})


class _Running:
    """The sessions whose cells run in this process: input and stop come by other requests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sessions: dict[str, Session] = {}

    def get(self, key: str) -> Session | None:
        with self._lock:
            return self._sessions.get(key)

    def put(self, key: str, session: Session) -> None:
        with self._lock:
            self._sessions[key] = session

    def drop(self, key: str, session: Session) -> None:
        with self._lock:
            if self._sessions.get(key) is session:
                del self._sessions[key]


_running = _Running()


def session_key(user_id: int, lesson_key: str) -> str:
    """The secret name of this person's kernel for this lesson, made when there is none."""
    row = _row(user_id, lesson_key)
    if row is None:
        row = LiveSession(user_id=user_id, lesson_key=lesson_key, session=_new_key(), used_at=utcnow())
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # her other tab was quicker
            row = _row(user_id, lesson_key)
            if row is None:
                raise
    row.used_at = utcnow()
    return row.session


def known_session(user_id: int, lesson_key: str) -> str | None:
    """The name of her kernel for this lesson, if she ever had one."""
    row = _row(user_id, lesson_key)
    return row.session if row is not None else None


def replace_session(user_id: int, lesson_key: str) -> str | None:
    """Give her another kernel from now on; the name of the one to end."""
    row = _row(user_id, lesson_key)
    if row is None:
        return None
    old, row.session, row.used_at = row.session, _new_key(), utcnow()
    return old


def language_of_cells(lesson: Lesson) -> CodeLanguage:
    """The language of a lesson's cells: they share one kernel."""
    return language_of(lesson.cells[0].language if lesson.cells else None)


def open_live(key: str, language: CodeLanguage) -> tuple[Session, bool]:
    """Her kernel, and whether it was started now; CellsAway or CellsBusy."""
    client, anew = _client(), False
    try:
        try:
            session = client.attach(key)
        except SandboxUnavailable:
            # It ended after its idle time, made way for others, or never was. A service that is away says so again.
            session, anew = client.open(profile=language.kernel, limits="live", session=key), True
    except SandboxBusy as error:
        raise CellsBusy from error
    except SandboxError as error:
        raise CellsAway from error
    _running.put(key, session)
    return session, anew


def cell_lines(
    session: Session, code: str, language: CodeLanguage = PYTHON, *, lacks_above: bool = False
) -> Iterator[str]:
    """What running the code gives, as lines of JSON; the last one says how it ended.

    `lacks_above` says that the cells above this one have not run in this kernel.
    """
    ended = missing = False
    try:
        for message in session.execute(code, allow_stdin=True):
            ended = isinstance(message, Done)
            missing = missing or (isinstance(message, KernelError) and message.ename in MISSING_NAME)
            if isinstance(message, Done) and message.outcome == "error" and missing and lacks_above:
                yield _end("error", str(STARTED_ANEW) % {"language": language.title})
            elif (fields := _fields(message, language)) is not None:
                yield json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"
    except SandboxBusy:
        yield _end("our_fault", str(CellsBusy.sentence))
    except SandboxError:
        yield _end("our_fault", str(CellsAway.sentence))
    finally:
        _running.drop(session.session, session)
        with contextlib.suppress(SandboxError):
            if not ended:  # the page went away; a loop must not run on for nobody
                session.interrupt()
        session.disconnect()


def reply(key: str, text: str) -> None:
    """Answer the open input()."""
    with _session_of(key) as session:
        session.reply(text)


def interrupt(key: str) -> None:
    """Stop the running cell."""
    with _session_of(key) as session:
        session.interrupt()


@contextlib.contextmanager
def _session_of(key: str) -> Iterator[Session]:
    """The session whose cell runs, in this process or, over a line of its own, in another one."""
    session = _running.get(key)
    try:
        if session is not None:
            yield session
            return
        try:
            session = _client().attach(key)
        except SandboxUnavailable as error:
            raise NothingRuns from error
        try:
            yield session
        finally:
            session.disconnect()
    except SandboxError as error:
        raise CellsAway from error


def end(key: str) -> None:
    """Destroy a kernel that is not wanted any more; one that is gone already is fine."""
    with contextlib.suppress(SandboxError):
        session = _running.get(key) or _client().attach(key)
        session.close()


def _client() -> SandboxClient:
    return SandboxClient(current_app.config["SANDBOX_URL"], current_app.config["SANDBOX_TOKEN"])


def _row(user_id: int, lesson_key: str) -> LiveSession | None:
    return db.session.scalars(
        select(LiveSession).where(LiveSession.user_id == user_id, LiveSession.lesson_key == lesson_key)
    ).first()


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _fields(message: Downward, language: CodeLanguage) -> dict[str, Any] | None:
    match message:
        case Stream():
            return {"type": "stream", "name": message.name, "text": clean_output(message.text)}
        case Display() | Result():
            return shown_data(message.data)
        case KernelError():
            return {"type": "error", "html": _error_html(message)}
        case InputRequest():
            return {"type": "input", "prompt": clean_output(message.prompt), "password": message.password}
        case Done():
            words = str(DONE_WORDS.get(message.outcome, "")) % {"language": language.title}
            return _end_fields(message.outcome, words)
    return None


def shown_data(data: Mapping[str, str]) -> dict[str, Any] | None:
    """An image whose bytes are one, else text; HTML is shown as the text it is."""
    for kind, signature in SIGNATURES.items():
        if kind in data and (encoded := _image(data[kind], signature)) is not None:
            return {"type": "display", "image": f"data:{kind};base64,{encoded}", "alt": _alt(data)}
    text = next((data[kind] for kind in TEXT_KINDS if kind in data), None)
    return {"type": "display", "text": clean_output(text)} if text is not None else None


def _image(encoded: str, signature: bytes) -> str | None:
    if len(encoded) > MAX_IMAGE_CHARS:
        return None
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(content).decode("ascii") if content.startswith(signature) else None


def _alt(data: Mapping[str, str]) -> str:
    return clean_output(data.get("text/plain", ""))[:200] or gettext("A picture made by your code")


def _error_html(error: KernelError) -> str:
    traceback = clean_output(_MOVED_PLACE.sub("", "\n".join(error.traceback)))
    return render_template(
        "submissions/_cell_output.html",
        headline=clean_output(f"{error.ename}: {error.evalue}" if error.evalue else error.ename),
        explanation=explained(error.ename, error.evalue, traceback),
        traceback=traceback,
    )


def _end_fields(outcome: str, words: str) -> dict[str, Any]:
    return {"type": "done", "outcome": outcome, "words": words}


def _end(outcome: str, words: str) -> str:
    return json.dumps(_end_fields(outcome, words), ensure_ascii=False, separators=(",", ":")) + "\n"
