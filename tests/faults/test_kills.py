"""kill -9 of each part in the middle of 20 hand-ins: each ends once, with the right verdict, within 60 seconds."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.faults.conftest import Engine
from tests.system import BENCH_EXERCISE, ROOT, Person, Site, demo_code, running_site

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(300)]

FOLDER = ROOT / "courses" / BENCH_EXERCISE
RIGHT = (FOLDER / "solution.py").read_text()
WRONG = sorted((FOLDER / "wrong").glob("*.py"))[0].read_text()
HAND_INS = 20
DEADLINE = 60.0


@pytest.fixture
def site(tmp_path: Path, own_engine: Engine) -> Iterator[Site]:
    """A site on the engine that may be killed; when it has stopped, no container is left."""
    with running_site(tmp_path / "instance", DOCKER_HOST=own_engine.host) as running:
        yield running
    assert own_engine.containers() == []


def hand_in_all(students: list[Person]) -> dict[str, tuple[Person, str]]:
    """20 hand-ins, right and wrong by turns; the client key makes a repeated send harmless. id: (person, expected)."""
    handed_in: dict[str, tuple[Person, str]] = {}
    lock = threading.Lock()

    def one(number: int) -> None:
        student = students[number % len(students)]
        expected = "failed" if number % 2 else "passed"
        key = uuid.uuid4().hex
        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                answer = student.hand_in(BENCH_EXERCISE, WRONG if number % 2 else RIGHT, key)
                break
            except httpx.HTTPError:
                # The site is down: the browser keeps the text and sends it again under the same key.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
        with lock:
            handed_in[answer["id"]] = (student, expected)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(HAND_INS)]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join(DEADLINE + 10)
    return handed_in


def outcome_of(student: Person, public_id: str, deadline: float) -> str:
    """The verdict, asked for again each time the link breaks."""
    while True:
        try:
            return str(student.verdict(f"/submissions/{public_id}/events")["outcome"])
        except (httpx.HTTPError, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def run_with_kill(site: Site, kill: Callable[[], None]) -> None:
    """Hand in, kill in the middle, and look at every verdict."""
    code = demo_code(site.environment)
    students = [Person(site.url, f"Fault {number} {uuid.uuid4().hex[:4]}") for number in range(5)]
    for student in students:
        student.join(code)
        student.get(f"/courses/{BENCH_EXERCISE}")
    timer = threading.Timer(0.8, kill)
    timer.start()
    begun = time.monotonic()
    handed_in = hand_in_all(students)
    timer.join()
    assert len(handed_in) == HAND_INS
    got = {
        public_id: outcome_of(student, public_id, begun + DEADLINE)
        for public_id, (student, _) in handed_in.items()
    }
    taken = time.monotonic() - begun
    assert got == {public_id: expected for public_id, (_, expected) in handed_in.items()}
    assert taken < DEADLINE
    for student in students:
        student.client.close()


def test_web_and_grader_killed(site: Site) -> None:
    run_with_kill(site, lambda: os.kill(site.children()["web"], signal.SIGKILL))


def test_sandbox_killed(site: Site) -> None:
    run_with_kill(site, lambda: os.kill(site.children()["sandbox"], signal.SIGKILL))


def test_engine_killed(site: Site, own_engine: Engine) -> None:
    def kill() -> None:
        own_engine.kill()
        time.sleep(3)
        own_engine.start()

    run_with_kill(site, kill)
