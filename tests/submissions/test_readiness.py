"""What /healthz/sandbox says in each state of the sandbox service."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from lms.submissions import readiness
from sandbox.client import SandboxClient
from sandbox.messages import HealthReport

WELL = HealthReport(
    healthy=True, engine=True, doctor="ok", failing=(), pool=2, running=0, waiting=0, images={}
)  # fmt: skip


@pytest.fixture(autouse=True)
def forget() -> None:
    readiness._asked.cache_clear()


def test_without_a_service_it_is_away(client: FlaskClient) -> None:
    answer = client.get("/healthz/sandbox")
    assert answer.status_code == 503
    assert answer.json == {"sandbox": "away", "detail": "no sandbox service"}


@pytest.mark.parametrize(
    ("report", "status", "word"),
    [
        (WELL, 200, "ok"),
        (replace(WELL, healthy=False, doctor="pending"), 503, "pending"),
        (replace(WELL, healthy=False, doctor="failed", failing=("network",)), 503, "failed"),
        (replace(WELL, healthy=False, engine=False), 503, "away"),
    ],
)
def test_each_state_has_its_word(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, report: HealthReport, status: int, word: str
) -> None:
    monkeypatch.setattr(SandboxClient, "health", lambda _self, _timeout: report)
    answer = client.get("/healthz/sandbox")
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["sandbox"] == word
    assert ("network" in answer.json["detail"]) is bool(report.failing)


def test_many_who_ask_cost_one_question(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def health(_self: SandboxClient, timeout: float) -> HealthReport:
        asked.append(timeout)
        return WELL

    monkeypatch.setattr(SandboxClient, "health", health)
    monkeypatch.setattr(readiness.time, "monotonic", lambda: 5.0)
    for _ in range(3):
        assert client.get("/healthz/sandbox").status_code == 200
    assert asked == [readiness.LONGEST_WAIT]
