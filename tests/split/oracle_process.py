"""Runs plain pytest on one folder after another, each in a child of this process, in which pytest is loaded.

A line of input is a JSON object: "folder" holds tests and program, "config" is pytest's settings file, and
"answers" is where the child writes {test id: outcome}. A line of output says that the child has ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import unittest.mock  # noqa: F401  (loaded once, for all children)
from importlib import import_module
from pathlib import Path

import pytest
from _pytest.config import default_plugins

SECONDS = 60


class Outcomes:
    """A pytest plugin: keeps the outcome of every test and writes them down at the end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._outcomes: dict[str, str] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        """Know the marks that authors may set."""
        for mark in ("hidden", "points(number)", "hint(text)"):
            config.addinivalue_line("markers", f"{mark}: of a course")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected makes the whole run an error."""
        if report.failed:
            self._outcomes[""] = "error"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Of setup, call and teardown the first that is not "passed" decides."""
        outcome: str = report.outcome
        if outcome == "skipped" and hasattr(report, "wasxfail"):
            outcome = "xfailed"
        elif outcome == "failed" and report.when != "call":
            outcome = "error"
        known = self._outcomes.get(report.nodeid, "passed")
        if (outcome != "passed" or report.when == "call") and known == "passed":
            self._outcomes[report.nodeid] = outcome

    def pytest_sessionfinish(self) -> None:
        """Write what was seen."""
        self._file.write_text(json.dumps(self._outcomes), encoding="utf-8")


def main() -> None:
    """Serve until the input ends."""
    for plugin in default_plugins:
        import_module(f"_pytest.{plugin}")
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                _child(job)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        sys.stdout.write("done\n")
        sys.stdout.flush()


def _child(job: dict[str, str]) -> None:
    os.setsid()
    signal.alarm(SECONDS)  # ends the child, whatever a program does
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    folder = job["folder"]
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv[:] = ["pytest"]
    options = ["-q", "-p", "no:cacheprovider", "-c", job["config"], "--rootdir", folder, folder]
    pytest.main(options, plugins=[Outcomes(Path(job["answers"]))])


if __name__ == "__main__":
    main()
