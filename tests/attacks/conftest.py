"""The service the attacks are run against, and the table that `make attacks` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lms.grading.service import sandbox_client
from sandbox.client import SandboxClient


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


@pytest.fixture(scope="session")
def service() -> Iterator[SandboxClient]:
    """The service that runs here, or one started for these tests; an error without Docker."""
    with sandbox_client() as client:
        yield client


@pytest.fixture(scope="session")
def table() -> list[Row]:
    """Rows for the table at the end."""
    return ROWS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table where all attacks were run (`make attacks`)."""
    if not ROWS or not terminalreporter.config.getoption("attack_table"):
        return
    write = terminalreporter.write_line
    write(f"{'group':8} {'attack':34} {'outcome':14} {'verdict':8} {'next run':9} {'s':>5}")
    for row in sorted(ROWS, key=lambda row: (row.group, row.name)):
        passed, healthy = "PASSED" if row.passed else "held", "healthy" if row.healthy else "SICK"
        write(f"{row.group:8} {row.name:34} {row.outcome:14} {passed:8} {healthy:9} {row.seconds:5.1f}")
    bad, sick = sum(row.passed for row in ROWS), sum(not row.healthy for row in ROWS)
    write(f"{len(ROWS)} attacks: {bad} passed, {sick} unhealthy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--attack-table", action="store_true", help="print what each attack came to")
