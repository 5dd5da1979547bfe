"""Hostile hand-ins against the real service: none passes, none tells a hidden input, the next run is healthy."""

from __future__ import annotations

import dataclasses
import json
import time
import uuid

import pytest

from lms.catalog.model import Exercise, Place, Rules, Suite
from lms.grading.outcome import Outcome
from lms.grading.record import record_suite
from lms.grading.runner import grade
from lms.grading.verdict import TestResult, Verdict, verdict_to_json
from sandbox.client import SandboxClient
from sandbox.messages import Done, Result
from tests.attacks import cells, checks, suites
from tests.attacks.checks import Attack
from tests.attacks.conftest import Row
from tests.grading.exercises import call, exercise

pytestmark = pytest.mark.docker

CANARY = checks.CANARY
DOUBLE = exercise(
    call(0, "double(3)", "6"),
    call(1, "double(0)", "0"),
    call(2, f"double({CANARY})", str(2 * CANARY), name="Large", hidden=True, hint="Try large numbers too."),
)
TOTAL = Exercise(
    slug="total", key="attacks/01/total", title="Total", kernel="python", files=("solution.py",),
    starter={"solution.py": ""}, solution={"solution.py": suites.HONEST}, wrong={}, checks=(), rules=Rules(),
    mistakes=(), statement="", version="1", place=Place("", 1),
    suite=Suite({"test_solution.py": suites.TESTS}, (), (), reference=False),
)  # fmt: skip


@pytest.fixture(scope="session")
def total(service: SandboxClient) -> Exercise:
    """The exercise with ordinary tests, recorded."""
    return dataclasses.replace(TOTAL, suite=record_suite(TOTAL, service))


def attempt(exercise: Exercise, source: str, service: SandboxClient) -> tuple[Verdict, str]:
    """The verdict, and all that a student could be shown of it."""
    seen: list[TestResult] = []
    verdict = grade(exercise, {"solution.py": source}, service, seen.append)
    return verdict, json.dumps(verdict_to_json(verdict)) + "".join(map(repr, seen))


def held(  # noqa: PLR0917  (one call in two tests)
    group: str, name: str, attack: Attack, exercise: Exercise, honest: str, service: SandboxClient,
    table: list[Row],
) -> str:  # fmt: skip
    """Run an attack and an honest hand-in after it; what was shown of the attack."""
    begun = time.monotonic()
    verdict, shown = attempt(exercise, attack.source, service)
    seconds = time.monotonic() - begun
    after, said = attempt(exercise, honest, service)
    passed, healthy = verdict.outcome is Outcome.PASSED, after.outcome is Outcome.PASSED
    table.append(Row(group, name, verdict.outcome, passed, healthy, seconds))
    assert verdict.outcome in attack.outcomes, shown[:3000]
    assert len(verdict.tests) == exercise.test_count
    assert not all(test.outcome is Outcome.PASSED for test in verdict.tests)
    assert healthy, said[:3000]
    return shown


@pytest.mark.parametrize("name", checks.ATTACKS)
def test_checks_as_data_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    shown = held("checks", name, checks.ATTACKS[name], DOUBLE, checks.HONEST, service, table).replace(" ", "")
    for secret in (str(CANARY), str(2 * CANARY), format(CANARY, "x")):
        assert secret not in shown


@pytest.mark.parametrize("name", suites.ATTACKS)
def test_ordinary_tests_hold(service: SandboxClient, total: Exercise, table: list[Row], name: str) -> None:
    shown = held("suites", name, suites.ATTACKS[name], total, suites.HONEST, service, table)
    assert suites.CANARY not in shown
    assert "k7Qz" not in shown


@pytest.mark.parametrize("name", cells.ATTACKS)
def test_live_cells_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    """A cell cannot harm what comes after it: another live session, and a graded run."""
    cell = cells.ATTACKS[name]
    begun = time.monotonic()
    key = f"attack-{name}-{uuid.uuid4().hex}"
    with service.open(limits="live", session=key) as session:
        said = list(session.execute(cell.source, time_limit=5.0))
    seconds = time.monotonic() - begun
    done = said[-1]
    assert isinstance(done, Done)
    with service.open(limits="live", session=f"{key}-after") as session:
        answer = [part for part in session.execute(cells.HEALTHY) if isinstance(part, Result)]
    after, _ = attempt(DOUBLE, checks.HONEST, service)
    healthy = [part.data["text/plain"] for part in answer] == [
        cells.ANSWER
    ] and after.outcome is Outcome.PASSED
    table.append(Row("cells", name, done.outcome, False, healthy, seconds))
    assert done.outcome in cell.outcomes, done
    assert healthy
    shown = "".join(repr(part) for part in said)
    assert not any(mark in shown for mark in cells.NEVER)
