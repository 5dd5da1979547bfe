"""Commands try again where the sandbox had no room for them or broke."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from lms.grading import patience
from lms.grading.outcome import Outcome
from lms.grading.patience import grade_patiently
from sandbox.client import SandboxBusy, SandboxClient
from tests.grading.exercises import call, exercise
from tests.grading.local import LocalClient, LocalSession

DOUBLE = exercise(call(0, "double(3)", "6"))


class BusyClient(LocalClient):
    """Has no room for the first so many."""

    def __init__(self, folder: Path, refusals: int) -> None:
        super().__init__(folder)
        self.refusals = refusals
        self.asked = 0

    def open(self, **more: object) -> LocalSession:
        self.asked += 1
        if self.asked <= self.refusals:
            raise SandboxBusy("every place is taken")
        return super().open(**more)


@pytest.mark.parametrize(
    ("refusals", "asked", "outcome"),
    [(0, 1, Outcome.PASSED), (2, 3, Outcome.PASSED), (9, 3, Outcome.OUR_FAULT)],
)
def test_a_fault_of_ours_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: int, asked: int, outcome: Outcome
) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0.0, 0.0))
    client = BusyClient(tmp_path, refusals)
    files = {DOUBLE.files[0]: "def double(x):\n    return x * 2\n"}
    assert grade_patiently(DOUBLE, files, cast("SandboxClient", client)).outcome is outcome
    assert client.asked == asked


def test_a_wrong_answer_is_not_tried_again(tmp_path: Path) -> None:
    client = BusyClient(tmp_path, 0)
    files = {DOUBLE.files[0]: "def double(x):\n    return x\n"}
    assert grade_patiently(DOUBLE, files, cast("SandboxClient", client)).outcome is Outcome.FAILED
    assert client.asked == 1
