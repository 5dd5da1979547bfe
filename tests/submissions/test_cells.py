"""How what a kernel sends becomes lines for the page. A scripted session sends the hostile messages."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask

from lms.catalog.languages import LANGUAGES
from lms.core.db import db
from lms.submissions import cells
from lms.submissions.models import LiveSession
from sandbox.client import SandboxUnavailable, Session
from sandbox.messages import Display, Done, Downward, InputRequest, KernelError, Result, Stream
from tests.factories import make_user

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()


class Scripted:
    """Sends these messages, then breaks if `breaks`."""

    session = "key"

    def __init__(self, messages: list[Downward], *, breaks: bool = False) -> None:
        self.messages, self.breaks = messages, breaks
        self.calls: list[str] = []

    def execute(self, code: str, *, allow_stdin: bool = False) -> Iterator[Downward]:
        self.calls.append(f"execute {code} {allow_stdin}")
        yield from self.messages
        if self.breaks:
            raise SandboxUnavailable("gone")

    def interrupt(self) -> None:
        self.calls.append("interrupt")

    def disconnect(self) -> None:
        self.calls.append("disconnect")


def _lines(app: Flask, *messages: Downward, breaks: bool = False) -> list[dict[str, object]]:
    session = Scripted(list(messages), breaks=breaks)
    with app.test_request_context("/"):
        lines = [json.loads(line) for line in cells.cell_lines(cast("Session", session), "1")]
    assert session.calls[-1] == "disconnect"
    return lines


def _done(outcome: str = "ok") -> Done:
    return Done("r", outcome, "", 1.0, 1)  # type: ignore[arg-type]


def test_output_is_clean_text(app: Flask) -> None:
    lines = _lines(app, Stream("stdout", "\x1b[31mred\x1b[0m \u202eback \ud800\0"), _done())
    text = str(lines[0]["text"])
    assert text.startswith("red ")
    assert not set(text) & {"\x1b", "\u202e", "\ud800", "\0"}
    assert lines[-1] == {"type": "done", "outcome": "ok", "words": ""}


def test_html_is_shown_as_text_and_plain_text_is_preferred(app: Flask) -> None:
    lines = _lines(
        app, Display({"text/html": "<b>x</b>"}), Result({"text/html": "<i>", "text/plain": "7"}), _done()
    )
    assert lines[0] == {"type": "display", "text": "<b>x</b>"}
    assert lines[1] == {"type": "display", "text": "7"}


def test_an_image_is_an_image_only_if_its_bytes_are(app: Flask) -> None:
    lines = _lines(
        app,
        Display({"image/png": PNG, "text/plain": "<Figure>"}),
        Display({"image/png": base64.b64encode(b"<svg onload=alert(1)>").decode(), "text/plain": "no"}),
        Display({"image/png": "not base64!", "text/plain": "no"}),
        Display({"image/svg+xml": "<svg/>"}),
        _done(),
    )
    assert lines[0] == {"type": "display", "image": f"data:image/png;base64,{PNG}", "alt": "<Figure>"}
    assert [line.get("text") for line in lines[1:3]] == ["no", "no"]
    assert len(lines) == 4  # the drawing in SVG is dropped


def test_an_error_keeps_its_english_line_and_is_explained(app: Flask) -> None:
    error = KernelError("NameError", "name '<b>pirnt</b>' is not defined", ("\x1b[31mTraceback\x1b[0m",))
    html = str(_lines(app, error, _done("error"))[0]["html"])
    assert "NameError: name &#39;&lt;b&gt;pirnt&lt;/b&gt;&#39; is not defined" in html
    assert "Is it spelled right?" in html
    assert "<b>" not in html
    assert "\x1b" not in html


def test_a_missing_name_in_a_kernel_that_started_anew_says_where_to_begin(app: Flask) -> None:
    def words(*messages: Downward, lacks_above: bool = True) -> object:
        session = Scripted([*messages, _done("error")])
        with app.test_request_context("/"):
            given = cells.cell_lines(cast("Session", session), "1", lacks_above=lacks_above)
            return [json.loads(line) for line in given][-1]["words"]

    missing = KernelError("NameError", "name 'total' is not defined", ("Traceback",))
    assert "Run the cells again from the top" in str(words(missing))
    assert words(missing, lacks_above=False) == ""
    assert words(KernelError("ZeroDivisionError", "division by zero", ("Traceback",))) == ""


def test_input_is_asked_for(app: Flask) -> None:
    assert _lines(app, InputRequest("Name? ", False), _done())[0] == {
        "type": "input",
        "prompt": "Name? ",
        "password": False,
    }


@pytest.mark.parametrize(
    "outcome", ["time_limit", "memory_limit", "output_limit", "died", "interrupted", "our_fault"]
)
def test_every_end_but_the_plain_ones_has_words(app: Flask, outcome: str) -> None:
    assert str(_lines(app, _done(outcome))[-1]["words"]).endswith((".", "?"))


def test_a_sandbox_that_breaks_is_our_fault(app: Flask) -> None:
    lines = _lines(app, Stream("stdout", "a"), breaks=True)
    assert lines[-1]["outcome"] == "our_fault"


def test_a_page_that_goes_away_stops_its_cell(app: Flask) -> None:
    session = Scripted([Stream("stdout", "a"), Stream("stdout", "b"), _done()])
    with app.test_request_context("/"):
        lines = cells.cell_lines(cast("Session", session), "1")
        next(lines)
        lines.close()  # type: ignore[attr-defined]  # it is a generator
    assert session.calls[1:] == ["interrupt", "disconnect"]


def test_the_kernels_name_is_the_persons_and_the_lessons(app: Flask) -> None:
    ben, dina = make_user("Ben"), make_user("Dina")
    mine = cells.session_key(ben.id, "course/one")
    assert cells.session_key(ben.id, "course/one") == mine
    assert len({mine, cells.session_key(ben.id, "course/two"), cells.session_key(dina.id, "course/one")}) == 3
    assert cells.replace_session(ben.id, "course/one") == mine
    assert cells.session_key(ben.id, "course/one") != mine
    db.session.commit()
    assert db.session.query(LiveSession).count() == 3


def test_cells_in_javascript_have_its_name_and_no_lines_that_are_not_the_persons(app: Flask) -> None:
    trace = "TypeError: Cannot read properties of undefined (reading 'b')"
    error = KernelError(
        "TypeError",
        "Cannot read properties of undefined (reading 'b')",
        (trace, "    at f (<anonymous>:2:12)", "    at <anonymous>:4:1"),
    )
    session = Scripted([error, _done("died")])
    with app.test_request_context("/"):
        lines = [
            json.loads(line)
            for line in cells.cell_lines(cast("Session", session), "1", LANGUAGES["javascript"])
        ]
    html = str(lines[0]["html"])
    assert "has nothing named" in html
    assert "anonymous" not in html
    assert "    at f\n" in html
    assert lines[-1]["words"] == "JavaScript ended. Run the cells again from the top."


def test_a_lessons_cells_run_in_its_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    class Client:
        def attach(self, _key: str) -> None:
            raise SandboxUnavailable("no session")

        def open(self, **wanted: object) -> Scripted:
            asked.append(wanted)
            return Scripted([])

    monkeypatch.setattr(cells, "_client", Client)
    with app.test_request_context("/"):
        _, anew = cells.open_live("key", LANGUAGES["javascript"])
    assert anew
    assert asked == [{"profile": "javascript", "limits": "live", "session": "key"}]
