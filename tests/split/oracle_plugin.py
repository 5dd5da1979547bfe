"""A pytest plugin: writes the outcome of every test to the file that PASSERELLE_ORACLE names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

OUTCOMES: dict[str, str] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Know the marks that authors may set."""
    for mark in ("hidden", "points(number)", "hint(text)"):
        config.addinivalue_line("markers", f"{mark}: of a course")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A file that cannot be collected makes the whole run an error."""
    if report.failed:
        OUTCOMES[""] = "error"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Of setup, call and teardown the first that is not "passed" decides."""
    outcome: str = report.outcome
    if outcome == "skipped" and hasattr(report, "wasxfail"):
        outcome = "xfailed"
    elif outcome == "failed" and report.when != "call":
        outcome = "error"
    if (outcome != "passed" or report.when == "call") and OUTCOMES.get(report.nodeid, "passed") == "passed":
        OUTCOMES[report.nodeid] = outcome


def pytest_sessionfinish() -> None:
    """Write what was seen."""
    Path(os.environ["PASSERELLE_ORACLE"]).write_text(json.dumps(OUTCOMES), encoding="utf-8")
