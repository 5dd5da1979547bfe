"""What plain pytest says of a program: tests and program in one process, without a bridge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.split.exercises import SplitExercise

PROCESS = Path(__file__).parent / "oracle_process.py"


class Oracle:
    """A process that has loaded pytest once and runs each program in a child of its own."""

    def __init__(self) -> None:
        environment = os.environ | {
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",
        }
        self._process = subprocess.Popen(
            [sys.executable, str(PROCESS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._one_at_a_time = threading.Lock()
        self._known: dict[str, dict[str, dict[str, str]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def programs(self, split: SplitExercise) -> dict[str, dict[str, str]]:
        """The outcomes of all programs of an exercise by their names; they are run once a session."""
        if split.slug not in self._known:
            self._known[split.slug] = {
                name: self.outcomes({**split.tests, **split.data}, program)
                for name, program in split.programs.items()
            }
        return self._known[split.slug]

    def outcomes(self, tests: Mapping[str, str], program: Mapping[str, str]) -> dict[str, str]:
        """Run `tests` (test files and their data) on `program`; both are texts by path.

        Returns {test id: passed | failed | error | skipped | xfailed}, and {"": "error"} when a test file cannot
        be collected, when the time is over or when the process ends before its report.
        """
        with tempfile.TemporaryDirectory(prefix="oracle-") as place:
            folder, answers = Path(place, "files"), Path(place, "answers.json")
            config = Path(place, "pytest.ini")
            for name, text in {**tests, **program}.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            config.write_text("[pytest]\n", encoding="utf-8")
            self._run({"folder": str(folder), "answers": str(answers), "config": str(config)})
            if not answers.exists():
                return {"": "error"}
            found: dict[str, str] = json.loads(answers.read_text(encoding="utf-8"))
            return {"": "error"} if "" in found else found

    def _run(self, job: dict[str, str]) -> None:
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        with self._one_at_a_time:
            asks.write(json.dumps(job) + "\n")
            asks.flush()
            if answers.readline() != "done\n":
                raise RuntimeError("the process that runs plain pytest has ended")
