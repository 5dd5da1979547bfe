"""Try with the real sandbox: every start of a new exercise is as it should be, and a slip is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from lms.authoring.exercise_starts import STARTS
from lms.authoring.jobs import start_authors
from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient
from tests.authoring.conftest import Writer
from tests.authoring.test_workbench import fields_of
from tests.conftest import Browser
from tests.factories import make_authored, make_school

pytestmark = pytest.mark.docker

LONGEST = 180.0


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxClient]:
    """The running service, or one of this module's own; without an engine this fails and says why."""
    with sandbox_client() as client:
        yield client


@pytest.fixture
def lesson(threaded_app: Flask, sandbox: SandboxClient) -> Iterator[tuple[Writer, str]]:
    """Ada, and the address of a lesson whose exercises are tried."""
    threaded_app.test_client_class = Browser
    school = make_school()
    address = f"/authoring/{make_authored(school).public_id}/lessons/01-first/exercises"
    writer = Writer(threaded_app, school.ada)
    worker = start_authors(threaded_app, sandbox)
    try:
        yield writer, address
    finally:
        worker.stop()


def begun(writer: Writer, address: str, start: str) -> str:
    answer = writer.post(f"{address}/new", title="Double it", start=start, name=f"with-{start}")
    assert answer.status_code == 303
    return f"{address}/with-{start}"


def tried(writer: Writer, exercise: str, **changes: str) -> str:
    """The table of a try, once it has ended."""
    answer = writer.post(exercise, **{**fields_of(writer.page(exercise)), **changes}, do="try")
    assert answer.status_code == 303
    end = time.monotonic() + LONGEST
    while 'data-open="1"' in (page := writer.page(answer.location)):
        assert time.monotonic() < end, "the try does not end"
        time.sleep(0.3)
    return unescape(page)


@pytest.mark.parametrize("start", STARTS)
def test_what_a_new_exercise_begins_with_can_be_published(lesson: tuple[Writer, str], start: str) -> None:
    writer, address = lesson
    page = tried(writer, begun(writer, address, start))
    assert "This exercise can be published." in page
    assert page.count("10 of 10 runs") == page.count("As it should be") == 4


def test_what_is_wrong_is_told_at_its_row(lesson: tuple[Writer, str]) -> None:
    writer, address = lesson
    exercise = begun(writer, address, "function")
    page = tried(writer, exercise, **{"solution-0": "def double(number):\n    return number + 3\n"})
    assert "The solution must pass." in page
    assert page.count("As it should be") == 3
    page = tried(
        writer,
        exercise,
        **{
            "solution-0": "def double(n):\n    return 2 * n\n",
            "starter-0": "def double(n):\n    return 2 * n\n",
        },
    )
    assert "The starter passes already." in page
