"""The service the attacks are run against, and the table that `make attacks` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient, Session
from sandbox.messages import Downward

SECONDS = 4.0
"""How long an attack may run: what waits for the end of its time shows as much in four seconds as in ten."""


@dataclass(frozen=True)
class Row:
    """What one attack came to."""

    group: str
    name: str
    outcome: str
    passed: bool
    healthy: bool
    seconds: float


ROWS: list[Row] = []


class _HurriedSession(Session):
    """A session whose every run has less time than its limits would give it."""

    def execute(self, code: str, **options: Any) -> Iterator[Downward]:
        return super().execute(code, **{"time_limit": SECONDS, **options})

    def bridge(self, suite: str, code: str, **options: Any) -> Iterator[Downward]:
        return super().bridge(suite, code, **{"time_limit": SECONDS, **options})


class HurriedClient(SandboxClient):
    """Opens hurried sessions."""

    def open(self, *arguments: Any, **options: Any) -> Session:
        session = super().open(*arguments, **options)
        session.__class__ = _HurriedSession
        return session


@pytest.fixture(scope="session")
def service() -> Iterator[SandboxClient]:
    """The service that runs here, or one started for these tests; an error without Docker."""
    with sandbox_client() as client:
        yield client


@pytest.fixture(scope="session")
def hurried(service: SandboxClient) -> SandboxClient:
    """A client of the same service, for the attacks themselves."""
    return HurriedClient(service._url, service._token)


@pytest.fixture(scope="session")
def table() -> list[Row]:
    """Rows for the table at the end."""
    return ROWS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table where all attacks were run (`make attacks`)."""
    if not ROWS or not terminalreporter.config.getoption("attack_table"):
        return
    write = terminalreporter.write_line
    write(f"{'group':8} {'attack':38} {'outcome':14} {'verdict':8} {'next run':9} {'s':>5}")
    for row in sorted(ROWS, key=lambda row: (row.group, row.name)):
        passed, healthy = "PASSED" if row.passed else "held", "healthy" if row.healthy else "SICK"
        write(f"{row.group:8} {row.name:38} {row.outcome:14} {passed:8} {healthy:9} {row.seconds:5.1f}")
    bad, sick = sum(row.passed for row in ROWS), sum(not row.healthy for row in ROWS)
    write(f"{len(ROWS)} attacks: {bad} passed, {sick} unhealthy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--attack-table", action="store_true", help="print what each attack came to")
