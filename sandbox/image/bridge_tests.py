"""The checker: runs an author's unittest and pytest files in a container that never holds a student's code.

`main` waits for the relay. Each run is a fresh process, forked from one in which pytest is already loaded, and
ends with its report. Whatever a test may do, what is reported of it comes from pytest's own hooks here.
"""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any

import bridge_guard
import bridge_wire
import pytest
from bridge_checker import CheckerLink, Line, Surface
from bridge_link import Over
from bridge_names import ROOT
from bridge_patches import Finder, Patches, install
from bridge_values import CrossingError, Unbridged
from bridge_wire import END, JOB, REFERENCE, REPORT, STUDENT, Wire, WireError

TESTS = "/tmp/tests"  # noqa: S108  (the container's own tmpfs)
TEXT_CAP = 4_000
PRINTED_CAP = 10_000
# The terminal's reporter stays on, though nobody reads it: without it assertions are not explained.
_OPTIONS = [
    "--capture=sys", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:stepwise",
    "-p", "no:junitxml", "-p", "no:pastebin", "-p", "no:doctest", "-p", "no:setuponly", "-p", "no:setupplan",
    "--strict-markers",
]  # fmt: skip
_ADVICE = "\n  Use -v to get more diff"
MARKS = (
    "hidden: students see only the name, the outcome and the hint of this test",
    "points(number): what this test is worth; 1 if left out",
    "hint(text): shown when this test does not pass",
    "task(taskno): of Exercism, which part of its exercise a test belongs to; it changes nothing",
)


def main(path: str) -> None:
    """Serve the relay for ever, one run after another, each in a process of its own."""
    listener = bridge_wire.listen(path)
    _warm_up()
    while True:
        connection, _ = listener.accept()
        child = os.fork()
        if child == 0:
            listener.close()
            code = 1
            try:
                run(Wire(connection))
                code = 0
            finally:
                os._exit(code)
        connection.close()
        os.waitpid(child, 0)
        for folder in (ROOT, TESTS):
            shutil.rmtree(folder, ignore_errors=True)


def _warm_up() -> None:
    """Load what pytest loads with its first run."""
    Path(TESTS).mkdir(parents=True, exist_ok=True)
    file = Path(TESTS, "test_warm.py")
    file.write_text(
        "import unittest, unittest.mock, pytest\n"
        "@pytest.mark.parametrize('x', [1])\n"
        "def test_warm(x, tmp_path, capsys, monkeypatch):\n    assert x == 1\n"
    )
    child = os.fork()
    if child == 0:
        os._exit(int(pytest.main([*_OPTIONS, str(file)])))
    os.waitpid(child, 0)
    pytest.main([*_OPTIONS, "--collect-only", str(file)])
    sys.modules.pop("test_warm", None)
    shutil.rmtree(TESTS, ignore_errors=True)


def run(wire: Wire, *, root: str = ROOT, tests: str = TESTS) -> None:
    """Do one job from the relay to its end."""
    try:
        kind, data = wire.receive()
        if kind != JOB:
            raise CrossingError("not a job")  # noqa: TRY301
        _Runner(wire, json.loads(data), root, tests).go()
    except (Exception, Over) as error:  # noqa: BLE001  (whatever broke, the relay is told)
        detail = "".join(traceback.format_exception(error))[-TEXT_CAP:]
        _send(wire, END, {"r": "fault", "detail": detail})


def _send(wire: Wire, kind: bytes, report: dict[str, Any]) -> None:
    try:
        wire.send(kind, json.dumps(report).encode())
    except WireError:
        os._exit(1)


class _Runner:
    """One run: the tests' files, the way to the student's program, and what is reported."""

    def __init__(self, wire: Wire, job: dict[str, Any], root: str, tests: str) -> None:
        self.wire = wire
        self.job = job
        self.root = root
        self.tests = tests
        self.own_folder = f"{root}/tmp"  # noqa: S108  (the container's own tmpfs)
        self.line = Line(wire)
        self.surface = Surface(job["surface"])
        self.student = CheckerLink(self.line, STUDENT, self.surface, root)
        self.reports: dict[str, dict[str, Any]] = {}
        self.load_error: Any = None

    def go(self) -> None:
        self._lay_out()
        modules: list[str] = self.job["modules"]
        links = {name: (self.student, name) for name in modules}
        others = [self.student]
        if self.job.get("reference"):
            reference = CheckerLink(self.line, REFERENCE, Surface(None), self.root + "-reference")
            links["reference"] = (reference, modules[0])
            others.append(reference)
        for link in others:
            link.world.start()
        data = [[f"{self.root}/work/{name}", text] for name, text in self.job["data"].items()]
        self.student.request("data", data)
        patches = Patches()
        install(self.student, modules, [f"{name.replace('.', '/')}.py" for name in modules])
        own = [text for name, text in self.job["files"].items() if name.endswith(".py")]
        bridge_guard.watch(self.tests, own)
        patches = Patches()
        patches.noticed.install()
        self.student.before_request = patches.sync
        sys.meta_path.insert(0, Finder(links))
        # After the end pytest itself may still ask something of the program, for a report that nobody reads.
        with contextlib.suppress(Over):
            self._run_pytest()
            self.student.request("ping")  # whatever the other side sent too much is met here
        problem = self.line.problem or ("collection" if self.load_error else None)
        if self.line.problem == "fault":
            _send(self.wire, END, {"r": "fault", "detail": self.line.detail})
            return
        used = {name: sorted(operators) for name, operators in sorted(self.surface.used.items())}
        _send(self.wire, END, {
            "r": "end", "surface": used, "calls": self.student.calls, "problem": problem,
            "detail": self.line.detail or str(self.load_error or "")[:TEXT_CAP],
        })  # fmt: skip

    def _lay_out(self) -> None:
        work = Path(self.root, "work")
        Path(self.own_folder).mkdir(parents=True, exist_ok=True)
        work.mkdir(exist_ok=True)
        for name, text in self.job["files"].items():
            file = Path(self.tests, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            if not name.endswith(".py"):
                beside = work / name
                beside.parent.mkdir(parents=True, exist_ok=True)
                beside.write_text(text, encoding="utf-8")
        for name, text in self.job["data"].items():
            for folder in (Path(self.tests), work):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
        os.chdir(work)
        os.environ.update(TMPDIR=self.own_folder, HOME=self.own_folder)
        tempfile.tempdir = None  # what was found before this folder was made
        sys.path[:] = [part for part in sys.path if part]
        sys.dont_write_bytecode = True

    def _run_pytest(self) -> None:
        plugin = _Plugin(self)
        options = [*_OPTIONS, f"--rootdir={self.tests}", f"--basetemp={self.own_folder}/pytest", self.tests]
        null = open(os.devnull, "w")  # noqa: SIM115, PTH123  (what pytest itself says goes nowhere)
        sys.stdout, sys.stderr = null, null
        sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123
        pytest.main(options, plugins=[plugin])

    def report(self, report: dict[str, Any]) -> None:
        _send(self.wire, REPORT, report)


def _name_of(item: pytest.Item) -> str:
    function = getattr(item, "function", None)
    lines = (getattr(function, "__doc__", None) or "").strip().splitlines()
    name = lines[0].strip() if lines else item.nodeid.rpartition("::")[2]
    return name[:200]


class _Plugin:
    """Watches pytest and reports; tests have no way to it."""

    def __init__(self, runner: _Runner) -> None:
        self._runner = runner
        self._order: list[pytest.Item] = []
        self._begun = 0.0
        self._now: dict[str, Any] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    @pytest.fixture
    def seed(self, request: pytest.FixtureRequest) -> int:
        """A number that is new for each attempt and the same for each run of one attempt."""
        return random.Random(f"{self._runner.job['seed']} {request.node.nodeid}").getrandbits(48)  # noqa: S311

    @pytest.fixture
    def rng(self, seed: int) -> random.Random:
        """A source of random values for this attempt."""
        return random.Random(seed)  # noqa: S311  (values of a test, no secret of the system)

    def _is_hidden(self, item: pytest.Item) -> bool:
        patterns = self._runner.job["hidden"]
        return item.get_closest_marker("hidden") is not None or any(
            fnmatch.fnmatchcase(item.nodeid, pattern) for pattern in patterns
        )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=self._is_hidden)
        self._order = list(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        rows = []
        for item in session.items:
            points, hint = item.get_closest_marker("points"), item.get_closest_marker("hint")
            rows.append({
                "id": item.nodeid, "name": _name_of(item), "hidden": self._is_hidden(item),
                "points": points.args[0] if points is not None and points.args else 1,
                "hint": str(hint.args[0])[:500] if hint is not None and hint.args else None,
            })  # fmt: skip
        self._runner.report({"r": "collected", "tests": rows})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self._runner.load_error is None:
            self._runner.load_error = str(report.longrepr)[-TEXT_CAP:]

    def pytest_exception_interact(self, call: pytest.CallInfo[Any], report: Any) -> None:
        if isinstance(report, pytest.CollectReport) and call.excinfo is not None:
            info = _information(call.excinfo.value)
            if info is not None:
                self._runner.report({"r": "load", "error": info})

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._runner.surface.test = nodeid
        self._begun = time.monotonic()
        bridge_guard.refused.clear()
        self._now = {"outcome": "passed", "cause": "none", "error": None, "detail": "", "printed": ""}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = self._now
        if report.skipped:
            now["outcome"] = "xfailed" if hasattr(report, "wasxfail") else "skipped"
        elif report.failed and now["outcome"] in {"passed", "skipped", "xfailed"}:
            now["outcome"] = "failed" if report.when == "call" else "error"
            now.update(self._why(call))
        elif report.passed and report.when == "call" and hasattr(report, "wasxfail"):
            now.update(outcome="failed", cause="assert", detail="the test was expected to fail")
        now["printed"] = report.capstdout[:PRINTED_CAP]
        return report

    def _why(self, call: pytest.CallInfo[Any]) -> dict[str, Any]:
        error = call.excinfo.value if call.excinfo is not None else None
        problem = self._runner.line.problem
        detail = "" if error is None else f"{error}".replace(_ADVICE, "").rstrip()
        if problem:
            return {
                "cause": "malformed" if problem == "malformed" else "gone",
                "detail": self._runner.line.detail,
            }
        unbridged = _find(error, Unbridged)
        if unbridged is not None or bridge_guard.refused:
            said = bridge_guard.refused[0] if unbridged is None else str(unbridged)
            return {"cause": "unbridged", "detail": said[:TEXT_CAP]}
        info = _information(error)
        if info is None and isinstance(error, _OUR_MISTAKES) and _made_here(error):
            self._runner.line.over("fault", "".join(traceback.format_exception(error))[-TEXT_CAP:])
            return {"cause": "gone", "detail": ""}
        if isinstance(error, AssertionError) or type(error).__module__.startswith("_pytest"):
            return {"cause": "assert", "detail": detail[:TEXT_CAP], "error": info}
        named = f"{type(error).__name__}: {detail}" if error is not None else ""
        return {"cause": "assert" if info is None else "student", "detail": named[:TEXT_CAP], "error": info}

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        runner = self._runner
        runner.surface.test = ""
        problem = runner.line.problem
        if problem and self._now["outcome"] in {"passed", "skipped", "xfailed"}:
            # A test may swallow or even expect an exception; the run is over all the same.
            cause = "malformed" if problem == "malformed" else "gone"
            self._now.update(outcome="failed", cause=cause, detail=runner.line.detail)
        runner.report(
            {
                "r": "test",
                "id": nodeid,
                **self._now,
                "duration_ms": round((time.monotonic() - self._begun) * 1000),
            }
        )
        runner.student.let_go(runner.student.forget())

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        if self._runner.line.problem:
            item.session.shouldstop = self._runner.line.problem
            return True
        return None


_OUR_MISTAKES = (NameError, KeyError, IndexError, UnicodeError, AssertionError)


def _made_here(error: BaseException) -> bool:
    """Whether an error came up in the bridge itself, not in a test or in the program."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and os.path.basename(trace.tb_frame.f_code.co_filename).startswith("bridge_")  # noqa: PTH119


def _find(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """The exception of a kind among an exception and what it came from."""
    for _ in range(20):
        if error is None or isinstance(error, kind):
            return error
        error = error.__cause__ or error.__context__
    return None


def _information(error: BaseException | None) -> Any:
    """The student side's description of an error of the program, if the error came from there."""
    if error is None:
        return None
    return object.__getattribute__(error, "__dict__").get("_bridge_info")


if __name__ == "__main__":
    main(sys.argv[1])
