"""Processes are killed in the middle of commits: the repository stays sound and nothing accepted is lost.

One after the other dies at every single step on the disk, and dozens at random moments. That what is accepted is
on the disk too, and not only in the system's memory, is read off the order of the calls.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit
from dulwich.repo import Repo

from lms.authoring.repository import Author, Repository

ADA = Author("Ada", "ada-mark")
FILES = {"course.toml": b"title = 'x'\n", "01-a/lesson.md": b"# A\n", "01-a/b/statement.md": b"B\n"}
MANY = {f"02-b/{n}/statement.md": b"%d" % n for n in range(60)}
STEPS = ("open", "replace", "rename", "mkdir", "fsync", "utime")

pytestmark = pytest.mark.slow


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "repositories" / "abc", FILES, ADA, "Begin.")


def assert_sound(repository: Repository) -> None:
    """Every object can be read and is what its name says; all that a branch needs is there."""
    repo = Repo(str(repository.path))
    try:
        store = repo.object_store
        for sha in store:
            assert store[sha].id == sha
        waiting = [sha for ref, sha in repo.refs.as_dict().items() if ref != b"HEAD"]
        seen = set()
        while waiting:
            sha = waiting.pop()
            if sha in seen:
                continue
            seen.add(sha)
            commit = store[sha]
            assert isinstance(commit, Commit)
            waiting += commit.parents
            for entry in iter_tree_contents(store, commit.tree):
                assert isinstance(store[entry.sha], Blob)
    finally:
        repo.close()


def in_a_process(act: Callable[[], None]) -> int:
    """Start a process that does this and nothing else."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return child


def die_at(step: int) -> None:
    """From now on this process counts what it does on the disk, and dies just before the given step."""
    done = 0

    def counted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def act(*args: object, **kwargs: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return act

    for name in STEPS:
        setattr(os, name, counted(name))


@pytest.mark.parametrize("many", [False, True], ids=["few files", "many files"])
def test_killed_at_every_step_of_a_commit(repository: Repository, many: bool) -> None:
    more = MANY if many else {}
    killed = 0
    for step in range(1, 200):
        before = repository.head()
        new = {f"0-{step}.md": b"x", **{path: content + b"%d" % step for path, content in more.items()}}

        def commit(step: int = step, new: dict[str, bytes] = new, base: str = before) -> None:
            die_at(step)
            repository.commit(new, base=base, author=ADA, message=f"Step {step}.")

        _, status = os.waitpid(in_a_process(commit), 0)
        head = repository.head()
        assert_sound(repository)
        assert head == before or repository.get(head).parents == (before,)
        # Whoever comes next is not held up, and writes the very same objects.
        repository.commit(new, base=before, author=ADA, message=f"Step {step}.")
        assert repository.read(repository.head(), f"0-{step}.md") == b"x"
        if not os.WIFSIGNALED(status):
            break
        killed += 1
    assert 10 < killed < 199


def test_killed_while_a_repository_is_made(tmp_path: Path) -> None:
    for step in range(1, 400, 6):
        path = tmp_path / str(step) / "abc"
        path.parent.mkdir()

        def make(step: int = step, path: Path = path) -> None:
            die_at(step)
            Repository.create(path, FILES, ADA, "Begin.")

        _, status = os.waitpid(in_a_process(make), 0)
        if path.exists():
            assert Repository.open(path).files(Repository.open(path).head()) == FILES
        else:
            Repository.create(path, FILES, ADA, "Begin.")
        assert_sound(Repository.open(path))
        if not os.WIFSIGNALED(status):
            break
    assert 10 < step < 390


def test_killed_at_random_moments(repository: Repository, tmp_path: Path) -> None:
    chance = random.Random(20261128)  # noqa: S311  # moments, no secrets
    accepted, base = tmp_path / "accepted", repository.head()
    accepted.touch()

    def write_on_and_on() -> None:
        with accepted.open("a") as log:
            for turn in range(100_000):
                files = {f"{os.getpid()}-{turn % 7}.md": os.urandom(2000)}
                made = repository.commit(files, base=repository.head(), author=ADA, message="On.")
                log.write(made.id + "\n")
                log.flush()

    began = time.monotonic()
    os.waitpid(
        in_a_process(lambda: repository.commit({"0.md": b"x"}, base=base, author=ADA, message="One.")), 0
    )
    one = time.monotonic() - began  # however busy the machine is, a round has time for some
    for _ in range(24):
        children = [in_a_process(write_on_and_on) for _ in range(2)]
        time.sleep(chance.uniform(0, 2 * one))
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        repository.commit({"next.md": os.urandom(9)}, base=repository.head(), author=ADA, message="Next.")
    assert_sound(repository)
    known = {commit.id for commit in repository.history(limit=100_000)}
    logged = accepted.read_text().split()
    assert len(logged) > 5
    assert set(logged) <= known


def test_several_processes_commit_at_once(repository: Repository) -> None:
    base = repository.head()

    def write() -> None:
        for turn in range(5):
            repository.commit({f"{os.getpid()}-{turn}.md": b"x"}, base=base, author=ADA, message="On.")

    children = [in_a_process(write) for _ in range(4)]
    for child in children:
        os.waitpid(child, 0)
    assert len(repository.history(limit=100)) == 21
    assert len(repository.listing(repository.head())) == len(FILES) + 20
    assert_sound(repository)


@pytest.mark.parametrize("many", [False, True], ids=["few files", "many files"])
def test_what_is_accepted_is_on_the_disk(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    """The content of each file is brought down before its name, and each name before the branch moves."""
    calls: list[tuple[str, str]] = []
    real = {"fsync": os.fsync, "replace": os.replace, "rename": os.rename}

    def fsync(handle: int) -> None:
        calls.append(("safe", str(Path(f"/proc/self/fd/{handle}").readlink())))
        real["fsync"](handle)

    def renamed(name: str) -> Callable[[object, object], None]:
        def act(old: object, new: object) -> None:
            calls.append(("named", f"{os.fsdecode(old)} {os.fsdecode(new)}"))  # type: ignore[arg-type]
            real[name](old, new)

        return act

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", renamed("replace"))
    monkeypatch.setattr(os, "rename", renamed("rename"))
    new = {"03-c/lesson.md": b"# C\n", **(MANY if many else {})}
    repository.commit(new, base=repository.head(), author=ADA, message="C.")
    names = [(at, *what.split(" ")) for at, (kind, what) in enumerate(calls) if kind == "named"]
    [moved] = [at for at, _, name in names if name.endswith("refs/heads/draft")]
    assert len(names) >= 3
    for at, old, name in names:
        assert ("safe", old) in calls[:at], f"{name} got its name before its content was safe"
        until = len(calls) if at == moved else moved
        assert ("safe", str(Path(name).parent)) in calls[at:until], f"the name {name} was not safe in time"
