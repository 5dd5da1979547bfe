"""How much time a busy machine owes a run."""

from __future__ import annotations

import os

import pytest

from sandbox import load
from sandbox.load import Meter


def readings(monkeypatch: pytest.MonkeyPatch, worked: float | None, busy: float, could: float = 20.0) -> None:
    monkeypatch.setattr(load, "processor_seconds", lambda _: worked)
    monkeypatch.setattr(load, "machine_seconds", lambda: (busy, could))


@pytest.mark.parametrize(
    ("worked", "busy", "missing"),
    [
        (4.0, 20.0, 6.0),  # a busy machine gave it four of its ten seconds
        (9.5, 20.0, 0.0),  # it had its time
        (4.0, 10.0, 0.0),  # half of the machine was idle: it waited of its own accord
        (0.0, 20.0, 10.0),
        (None, 20.0, 0.0),  # nothing is known
    ],
)
def test_only_what_a_busy_machine_kept_back_is_missing(
    monkeypatch: pytest.MonkeyPatch, worked: float | None, busy: float, missing: float
) -> None:
    readings(monkeypatch, worked=0.0, busy=0.0, could=0.0)
    meter = Meter.start("some container")
    readings(monkeypatch, worked=worked, busy=busy)
    assert meter.missing(10.0) == pytest.approx(missing)


def test_the_machine_is_read() -> None:
    found = load.machine_seconds()
    assert found is not None
    worked, could = found
    assert 0 < worked <= could
    assert os.cpu_count()


def test_a_container_that_is_not_there_is_unknown() -> None:
    assert load.processor_seconds("no-such-container") is None
