"""What plain pytest says of a program: tests and program in one process, without a bridge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

SECONDS = 60
HERE = Path(__file__).parent


def oracle(tests: Mapping[str, str], program: Mapping[str, str]) -> dict[str, str]:
    """Run `tests` (test files and their data) on `program`; both are texts by path.

    Returns {test id: passed | failed | error | skipped | xfailed}, and {"": "error"} when a test file cannot be
    collected, when the time is over or when the process ends before its report.
    """
    with tempfile.TemporaryDirectory(prefix="oracle-") as place:
        folder, answers = Path(place, "files"), Path(place, "answers.json")
        for name, text in {**tests, **program}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        Path(place, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "oracle_plugin"]
        command += ["-c", str(Path(place, "pytest.ini")), "--rootdir", str(folder), str(folder)]
        environment = os.environ | {
            "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",
            "PASSERELLE_ORACLE": str(answers),
        }
        try:
            subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return {"": "error"}
        if not answers.exists():
            return {"": "error"}
        outcomes: dict[str, str] = json.loads(answers.read_text(encoding="utf-8"))
        return {"": "error"} if "" in outcomes else outcomes
