"""Hostile JavaScript against the real service, in the manner of `test_attacks`."""

from __future__ import annotations

import time
import uuid

import pytest

from lms.grading.outcome import Outcome
from sandbox.client import SandboxClient
from sandbox.messages import Done, Result
from tests.attacks import cells, javascript
from tests.attacks.conftest import Row
from tests.attacks.test_attacks import DOUBLING, Hold, Target, attempt
from tests.grading.exercises import exercise

pytestmark = [pytest.mark.docker, pytest.mark.timeout(120)]

DOUBLE = exercise(*DOUBLING.exercise.checks, kernel="javascript", files=("solution.js",))
TARGET = Target("js", DOUBLE, javascript.HONEST, (*DOUBLING.secrets, "root:x:0"))


@pytest.mark.parametrize("name", javascript.ATTACKS)
def test_hand_ins_hold(service: SandboxClient, hurried: SandboxClient, table: list[Row], name: str) -> None:
    Hold(service, hurried, table)(TARGET, name, javascript.ATTACKS[name])


@pytest.mark.parametrize("name", javascript.CELLS)
def test_live_cells_hold(service: SandboxClient, table: list[Row], name: str) -> None:
    """A cell cannot harm what comes after it: another live session, and a graded run."""
    cell = javascript.CELLS[name]
    begun = time.monotonic()
    key = f"attack-{name}-{uuid.uuid4().hex}"
    with service.open(profile="javascript", limits="live", session=key) as session:
        said = list(session.execute(cell.source, time_limit=5.0))
        seconds = time.monotonic() - begun
        after, _ = attempt(DOUBLE, javascript.HONEST, service)  # while the attacker's session is still there
    done = said[-1]
    assert isinstance(done, Done)
    with service.open(profile="javascript", limits="live", session=f"{key}-after") as session:
        answers = [part for part in session.execute(javascript.HEALTHY) if isinstance(part, Result)]
    well = [part.data["text/plain"] for part in answers] == [javascript.ANSWER]
    healthy = well and after.outcome is Outcome.PASSED
    table.append(Row("js cells", name, done.outcome, False, healthy, seconds))
    assert done.outcome in cell.outcomes, done
    assert healthy
    shown = "".join(repr(part) for part in said)
    assert not any(mark in shown for mark in cells.NEVER)
