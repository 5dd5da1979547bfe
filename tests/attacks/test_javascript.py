"""Hostile JavaScript against the real service, in the manner of `test_attacks`."""

from __future__ import annotations

import time
import uuid

import pytest

from lms.grading.outcome import Outcome
from sandbox.client import SandboxClient
from sandbox.messages import Done, Result
from tests.attacks import cells, checks, javascript
from tests.attacks.conftest import Row
from tests.attacks.test_attacks import attempt, held
from tests.grading.exercises import call, exercise

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]

CANARY = checks.CANARY
DOUBLE = exercise(
    call(0, "double(3)", "6"),
    call(1, "double(0)", "0"),
    call(2, f"double({CANARY})", str(2 * CANARY), name="Large", hidden=True, hint="Try large numbers too."),
    kernel="javascript",
    files=("solution.js",),
)


@pytest.mark.parametrize("name", javascript.ATTACKS)
def test_hand_ins_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    attack = javascript.ATTACKS[name]
    shown = held("js", name, attack, DOUBLE, javascript.HONEST, service, table)
    for secret in (str(CANARY), str(2 * CANARY), format(CANARY, "x")):
        assert secret not in shown.replace(" ", "")
    assert "root:x:0" not in shown


@pytest.mark.parametrize("name", javascript.CELLS)
def test_live_cells_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    """A cell cannot harm what comes after it: another live session, and a graded run."""
    cell = javascript.CELLS[name]
    begun = time.monotonic()
    key = f"attack-{name}-{uuid.uuid4().hex}"
    with service.open(profile="javascript", limits="live", session=key) as session:
        said = list(session.execute(cell.source, time_limit=5.0))
    seconds = time.monotonic() - begun
    done = said[-1]
    assert isinstance(done, Done)
    with service.open(profile="javascript", limits="live", session=f"{key}-after") as session:
        answers = [part for part in session.execute(javascript.HEALTHY) if isinstance(part, Result)]
    after, _ = attempt(DOUBLE, javascript.HONEST, service)
    well = [part.data["text/plain"] for part in answers] == [javascript.ANSWER]
    healthy = well and after.outcome is Outcome.PASSED
    table.append(Row("js cells", name, done.outcome, False, healthy, seconds))
    assert done.outcome in cell.outcomes, done
    assert healthy
    shown = "".join(repr(part) for part in said)
    assert not any(mark in shown for mark in cells.NEVER)
