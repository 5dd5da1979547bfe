"""What the other suites prove on SQLite holds on PostgreSQL too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(600)]

# These use no database, or a system of their own; every other folder of tests is a suite that must pass.
WITHOUT = {"attacks", "browser", "catalog", "compose", "faults", "grading", "postgres", "sandbox", "split"}
SUITES = sorted(
    folder.name
    for folder in (ROOT / "tests").iterdir()
    if (folder / "__init__.py").is_file() and folder.name not in WITHOUT
)
ELSEWHERE = "not docker and not broker and not postgres and not browser"


@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_passes_on_postgresql(suite: str, database_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", ELSEWHERE,
            f"--basetemp={tmp_path / 'base'}", f"tests/{suite}",
        ],
        cwd=ROOT, env={**os.environ, "PASSERELLE_TEST_DATABASE_URL": database_url},
        timeout=580, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"\b(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 5
