"""Only views, commands and jobs commit: a service that did would end a transaction that is not its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lms.core.config import ROOT

LMS = ROOT / "lms"
EDGES = ("views.py", "cli.py", "jobs.py")
# Views that are too long for one file stand in several: `<what>_views.py`. So do jobs that have nothing in common.
ENDINGS = tuple(f"_{edge}" for edge in EDGES)
# Modules that are edges under another name, each with its reason.
ALSO_EDGES = {
    "prepare.py": "a command",
    "migrations/env.py": "Alembic's own entry",
}


def commits(tree: ast.AST) -> Iterator[int]:
    """Where a transaction is ended: a commit to a course's repository has arguments, this one has none."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node.args or node.keywords:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield node.lineno


def offenders(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if path.name in EDGES or path.name.endswith(ENDINGS) or name in ALSO_EDGES:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{name}:{line} commits" for line in commits(tree)]
    return found


def test_only_edges_commit() -> None:
    assert offenders(LMS) == []


def test_every_exception_still_stands() -> None:
    assert [name for name in ALSO_EDGES if not (LMS / name).is_file()] == []


def test_a_service_that_commits_is_found(tmp_path: Path) -> None:
    (tmp_path / "services.py").write_text("def f(db):\n    db.session.commit()\n")
    (tmp_path / "views.py").write_text("def f(db):\n    db.session.commit()\n")
    assert offenders(tmp_path) == ["services.py:2 commits"]
