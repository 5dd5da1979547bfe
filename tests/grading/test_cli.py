"""`passerelle try`: one hand-in, and many through --batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.catalog.parse import read_exercise
from lms.grading import cli, service
from lms.grading.dynamic import check_exercise
from tests.grading.local import LocalClient

TOML = """
title = "Double a number"

[[checks]]
name = "Doubling 3 gives 6"
kind = "call"
call = "double(3)"
returns = "6"

[[checks]]
name = "Works for numbers below zero"
kind = "call"
call = "double(-4)"
returns = "-8"
hidden = true

[[mistakes]]
sample = "prints"
hint = "Use return."
value = "None"

[[mistakes]]
sample = "positive"
hint = "Think of numbers below zero."
check = 2
value = "8"
"""
FILES = {
    "exercise.toml": TOML,
    "statement.md": "Write `double`.\n",
    "starter.py": "def double(x):\n    pass\n",
    "solution.py": "def double(x):\n    return x * 2\n",
    "wrong/prints.py": "def double(x):\n    print(x * 2)\n",
    "wrong/positive.py": "def double(x):\n    return abs(x) * 2\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise that can be published."""
    folder = tmp_path / "double"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def without_docker(monkeypatch: pytest.MonkeyPatch, local: LocalClient) -> None:
    @contextmanager
    def client() -> Iterator[LocalClient]:
        yield local

    monkeypatch.setattr(cli, "sandbox_client", client)


def _run(*args: object) -> Result:
    return CliRunner().invoke(cli.try_command, [str(arg) for arg in args])


def test_a_hand_in_that_passes(folder: Path) -> None:
    result = _run(folder, folder / "solution.py")
    assert result.exit_code == 0
    assert "✓ Doubling 3 gives 6" in result.output
    assert "Passed: 2 of 2 tests" in result.output


def test_a_hand_in_that_does_not_pass(folder: Path) -> None:
    result = _run(folder, folder / "wrong/prints.py")
    assert result.exit_code == 1
    assert "Your code shows the right value but does not return it." in result.output
    assert "Hint: Use return." in result.output


def test_json(folder: Path) -> None:
    result = _run(folder, folder / "wrong/positive.py", "--json")
    verdict = json.loads(result.output)
    assert verdict["outcome"] == "failed"
    assert verdict["hints"] == ["Think of numbers below zero."]


def test_misuse_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert _run().exit_code == 2
    assert _run(folder).exit_code == 2
    result = _run(empty, folder / "solution.py")
    assert result.exit_code == 2
    assert "Error:" in result.output
    result = _run(folder, folder / "solution.py", folder / "starter.py")
    assert result.exit_code == 2
    assert "starter.py is not a file of this exercise" in result.output


def test_batch_answers_every_line_in_order(folder: Path, tmp_path: Path) -> None:
    solution = {"solution.py": FILES["solution.py"]}
    lines = [
        {"id": 1, "exercise": str(folder), "files": solution},
        {"id": "two", "exercise": str(folder), "files": {"solution.py": "x ="}},
        "not json",
        {"id": 4, "exercise": str(tmp_path / "nowhere"), "files": solution},
        {"id": 5, "exercise": str(folder), "files": {"solution.py": 5}},
        [1],
        {"id": 7, "exercise": str(folder), "files": solution},
    ]
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n")
    result = _run("--batch", pairs, "--jobs", 3)
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "two", None, 4, 5, None, 7]
    shown = [answer["verdict"]["outcome"] if "verdict" in answer else "refused" for answer in answers]
    assert shown == ["passed", "error", "refused", "refused", "refused", "refused", "passed"]
    assert result.exit_code == 2


def test_a_publishable_exercise_has_no_faults(folder: Path, local: LocalClient) -> None:
    exercise, faults = read_exercise(folder)
    assert exercise is not None
    assert not faults
    assert list(check_exercise(exercise, local, repeat=2)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("solution.py", "def double(x):\n    return 6\n", "The solution does not pass: failed in check 2"),
        ("starter.py", FILES["solution.py"], "The starter passes all checks."),
        ("wrong/prints.py", FILES["solution.py"], "The wrong/prints passes all checks."),
        (
            "wrong/prints.py",
            "def double(x):\n    return 1\n",
            "The sample wrong/prints does not show its hint",
        ),
        (
            "solution.py",
            "import random\ndef double(x):\n    return random.random()\n",
            "different verdicts in 2 runs",
        ),
    ],
)
def test_faults_that_only_running_shows(
    folder: Path, local: LocalClient, file: str, text: str, words: str
) -> None:
    (folder / file).write_text(text, encoding="utf-8")
    exercise, _ = read_exercise(folder)
    assert exercise is not None
    found = [str(fault) for fault in check_exercise(exercise, local, repeat=2)]  # type: ignore[arg-type]
    assert any(words in fault for fault in found), found


def test_without_a_service_at_the_address_the_message_says_so(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "sandbox_client", service.sandbox_client)
    monkeypatch.setenv("PASSERELLE_SANDBOX_URL", f"unix:{tmp_path / 'none.sock'}")
    result = _run(folder, folder / "solution.py")
    assert result.exit_code == 2
    assert "No sandbox service answers at unix:" in result.output
