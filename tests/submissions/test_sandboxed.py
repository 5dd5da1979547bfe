"""The whole line with the real sandbox: hand in, be graded, follow the stream, run cells."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from lms.catalog.services import load_courses
from lms.grading.service import sandbox_client
from lms.submissions import cells
from lms.submissions.jobs import start_grader
from sandbox.client import SandboxClient
from tests.submissions.conftest import Place

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    """The running service, or one of this module's own; without an engine this fails and says why."""
    with sandbox_client() as client:
        yield client


@pytest.fixture
def graded(threaded_app: Flask, threaded_place: Place, sandbox: SandboxClient) -> Iterator[Place]:
    """A place whose hand-ins are graded, and whose cells run."""
    threaded_app.config["SANDBOX_URL"] = sandbox._url
    handle = start_grader(threaded_app, 2, sandbox)
    try:
        yield threaded_place
    finally:
        handle.stop()


def _stream(place: Place, code: str, key: str) -> list[dict[str, object]]:
    answer = place.hand_in(code, key)
    assert answer.json is not None
    text = place.client.get(answer.json["events"]).get_data(as_text=True)
    return [json.loads(line) for line in text.splitlines()]


def test_a_right_answer_passes_and_a_wrong_one_does_not(graded: Place) -> None:
    name = graded.exercise.files[0]
    lines = _stream(graded, graded.exercise.solution[name], "right-key-1")
    assert lines[-1]["outcome"] == "passed"
    assert len([line for line in lines if line["type"] == "test"]) >= len(graded.exercise.checks)
    assert (
        _stream(graded, graded.exercise.starter[name] or "pass", "starter-key-1")[-1]["outcome"] != "passed"
    )
    assert _stream(graded, "while True:\n    pass\n", "endless-key-1")[-1]["outcome"] == "time_limit"


def _cells(place: Place) -> tuple[str, str]:
    course, lesson, _ = place.exercise.key.split("/")
    found = load_courses(place.client.application.config["COURSES_DIR"])[course].lesson(lesson)
    assert found is not None
    return f"/cells/{course}/{lesson}", found.cells[0].id


def _run(place: Place, code: str) -> list[dict[str, object]]:
    url, cell = _cells(place)
    answer = place.client.post(
        f"{url}/run", json={"cell": cell, "code": code}, headers={"X-CSRFToken": place.token}
    )
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


def test_cells_share_their_names_until_python_is_restarted(graded: Place) -> None:
    url, _ = _cells(graded)
    assert _run(graded, "x = 20")[-1]["outcome"] == "ok"
    lines = _run(graded, "print(x + 1)")
    assert [line.get("text") for line in lines[:-1]] == ["21\n"]
    assert (
        graded.client.post(f"{url}/restart", json={}, headers={"X-CSRFToken": graded.token}).status_code
        == 200
    )
    lines = _run(graded, "x")
    assert lines[-1]["outcome"] == "error"
    assert "NameError" in str(lines[0]["html"])


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_cell_asks_and_is_answered_and_can_be_stopped(
    graded: Place, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    if elsewhere:  # as when another web process takes the answer
        monkeypatch.setattr(cells._running, "get", lambda _key: None)
    url, _ = _cells(graded)
    app = graded.client.application
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in graded.client._cookies.values())
    headers = {"X-CSRFToken": graded.token, "Cookie": cookies}

    def later(path: str, body: dict[str, str]) -> None:
        for _ in range(50):
            time.sleep(0.2)
            if (
                app.test_client(use_cookies=False).post(url + path, json=body, headers=headers).status_code
                == 200
            ):
                return

    helper = threading.Thread(target=later, args=("/input", {"text": "Amal"}))
    helper.start()
    lines = _run(graded, "print('Hello', input('Name? '))")
    helper.join()
    assert [line["type"] for line in lines] == ["input", "stream", "done"]
    assert lines[1]["text"] == "Hello Amal\n"
    helper = threading.Thread(target=later, args=("/interrupt", {}))
    helper.start()
    lines = _run(graded, "while True: pass")
    helper.join()
    assert lines[-1]["outcome"] in {"interrupted", "error"}
