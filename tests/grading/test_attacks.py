"""Hostile hand-ins against the real service: none passes or tells a hidden input; the next run is healthy."""

from __future__ import annotations

import json

import pytest

from lms.grading.outcome import Outcome
from lms.grading.runner import grade
from lms.grading.verdict import TestResult, verdict_to_json
from sandbox.client import SandboxClient
from tests.grading.attacks import ATTACKS, CANARY, HONEST
from tests.grading.exercises import call, exercise

pytestmark = pytest.mark.docker

DOUBLE = exercise(
    call(0, "double(3)", "6"),
    call(1, "double(0)", "0"),
    call(2, f"double({CANARY})", str(2 * CANARY), name="Large", hidden=True, hint="Try large numbers too."),
)


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_does_not_pass(service: SandboxClient, name: str) -> None:
    attack = ATTACKS[name]
    seen: list[TestResult] = []
    verdict = grade(DOUBLE, {"solution.py": attack.source}, service, seen.append)
    shown = json.dumps(verdict_to_json(verdict)) + "".join(map(repr, seen))
    shown_without_time = shown.replace(" ", "")
    assert verdict.outcome in attack.outcomes, shown[:2000]
    assert str(CANARY) not in shown_without_time
    assert str(2 * CANARY) not in shown_without_time
    assert format(CANARY, "x") not in shown_without_time
    assert {test.index for test in verdict.tests} == {0, 1, 2}
    assert not all(test.outcome is Outcome.PASSED for test in verdict.tests)
    honest = grade(DOUBLE, {"solution.py": HONEST}, service)
    assert honest.outcome is Outcome.PASSED, verdict_to_json(honest)
