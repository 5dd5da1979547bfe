"""How the checker's side reads what a student's side sends: files, settings, values and names, each strictly."""

from __future__ import annotations

import base64
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import sandbox
import sandbox.codec

IMAGE = Path(sandbox.__file__).parent / "image"
TEXT = base64.b64encode(b"text").decode()


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports a module of the image by its name, as it is found in a container."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(IMAGE))
    monkeypatch.setitem(sys.modules, "codec", sandbox.codec)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if name.startswith("bridge_"):
            del sys.modules[name]


@pytest.fixture
def module(bridge: Any) -> ModuleType:
    found: ModuleType = bridge("bridge_world")
    return found


@pytest.fixture
def world(module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The checker's world below a folder of its own, with one file that is the tests' own."""
    root = tmp_path / "shared"
    (root / "work").mkdir(parents=True)
    (root / "own.txt").write_text("own")
    (root / "link").symlink_to(tmp_path)
    monkeypatch.chdir(root / "work")
    made = module.World(str(root), trusting=False)
    made.start()
    return made


def test_a_file_below_the_root_is_taken(world: Any) -> None:
    world.apply({"fi": [[f"{world.root}/new", "/"], [f"{world.root}/new/file", TEXT]]})
    assert Path(world.root, "new/file").read_text() == "text"
    world.apply({"fi": [[f"{world.root}/new/file", None], [f"{world.root}/new", None]]})
    assert not Path(world.root, "new").exists()


@pytest.mark.parametrize("content", [TEXT, "/", None], ids=["file", "folder", "removal"])
@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "{root}", "{root}/../outside", "{root}/a/../../outside", "{root}//double", "{root}-beside/x",
     "relative", "{root}/own.txt", "{root}/work", "{root}/link", "{root}/link/outside", 5, None, ["{root}/x"]],
    ids=repr,
)  # fmt: skip
def test_a_file_anywhere_else_ends_the_run(
    world: Any, module: ModuleType, tmp_path: Path, path: Any, content: str | None
) -> None:
    place = path.format(root=world.root) if isinstance(path, str) else path
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(module.CrossingError):
        world.apply({"fi": [[place, content]]})
    assert sorted(tmp_path.rglob("*")) == before
    assert Path(world.root, "own.txt").read_text() == "own"


@pytest.mark.parametrize(
    "changed",
    [None, [], {"fi": 5}, {"fi": [5]}, {"fi": [["x"]]}, {"fi": [["{root}/x", "no base64!"]]}, {"cd": "/tmp"}, {"cd": 5},
     {"cd": "{root}/../"}, {"cd": "{root}/missing"}, {"en": 5}, {"en": [["A"]]}, {"en": [["A", 5]]}],
    ids=repr,
)  # fmt: skip
def test_what_is_no_change_of_the_world_ends_the_run(world: Any, module: ModuleType, changed: Any) -> None:
    if isinstance(changed, dict):
        changed = {
            key: value.format(root=world.root)
            if isinstance(value, str)
            else [
                [part.format(root=world.root) if isinstance(part, str) else part for part in row]
                for row in value
            ]
            if isinstance(value, list) and all(isinstance(row, list) for row in value)
            else value
            for key, value in changed.items()
        }
    folder = Path.cwd()
    with pytest.raises(module.CrossingError):
        world.apply(changed)
    assert Path.cwd() == folder


def test_the_students_settings_steer_no_python_of_ours(
    world: Any, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "PYTHONPATH",
        "PYTEST_ADDOPTS",
        "LD_PRELOAD",
        "PATH",
        "HOME",
        "TMPDIR",
        "TEMP",
        "PASSERELLE_X",
        "PYTHONBREAKPOINT",
    )
    before = {name: os.environ.get(name) for name in names}
    arguments = list(sys.argv)
    monkeypatch.setenv("COLOUR", "red")
    world.apply({"en": [*[[name, "taken"] for name in names], ["COLOUR", "blue"]], "av": ["--collect-only"]})
    assert {name: os.environ.get(name) for name in names} == before
    assert os.environ["COLOUR"] == "blue"
    world.apply({"en": [*[[name, None] for name in names], ["COLOUR", None]]})
    assert {name: os.environ.get(name) for name in names} == before
    assert "COLOUR" not in os.environ
    assert sys.argv == arguments


def test_the_student_side_takes_all_settings_of_the_tests(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["before"])
    monkeypatch.setenv("PYTHONHASHSEED", "before")
    trusting = module.World(str(tmp_path), trusting=True)
    trusting.apply({"en": [["PYTHONHASHSEED", "5"]], "av": ["solution.py", "--name"]})
    assert (os.environ["PYTHONHASHSEED"], sys.argv) == ("5", ["solution.py", "--name"])


def test_files_that_are_too_many_or_too_large_do_not_cross(world: Any, module: ModuleType) -> None:
    for number in range(module.MAX_ENTRIES + 50):
        Path(world.root, f"f{number}").touch()
    assert len(world.changes()["fi"]) == module.MAX_ENTRIES
    for number in range(module.MAX_ENTRIES + 50):
        Path(world.root, f"f{number}").unlink()
    Path(world.root, "large").write_bytes(bytes(module.MAX_BYTES + 1))
    with pytest.raises(ValueError, match="too large"):
        world.changes()


def values(bridge: Any) -> Any:
    """A reader of values that has given away one list, under number 2."""
    made = bridge("bridge_values").Values(parity=0)
    made.encode(["own"])
    return made


def test_a_value_is_read_and_a_list_of_our_own_is_the_same_list(bridge: Any) -> None:
    reader = values(bridge)
    assert reader.decode(["t", [1, ["i", "-ff"], ["f", "nan"]]])[:2] == (1, -255)
    assert reader.decode(["s", 2]) is reader.shared[2]
    reader.take([[3, "list", [1], None], [2, "list", ["changed"], None]])
    assert (reader.shared[3], reader.shared[2]) == ([1], ["changed"])


def nested(depth: int) -> list[Any]:
    form: list[Any] = ["t", []]
    for _ in range(depth):
        form = ["t", [form]]
    return form


@pytest.mark.parametrize(
    "form",
    [[], {}, ["t"], ["t", 5], ["z", [["s", 2]]], ["s", 4], ["s", True], ["s", "2"], ["i", 5], ["i", "f" * 70_000],
     ["f", "x"], ["x", {"t": "list", "v": []}], ["x", {"t": "object", "class": "A", "repr": "a"}], ["c", "eval"],
     ["re", "(", 0], ["re", "a" * 3_000, 0], ["re", "a", "0"], ["p", "Popen", "x"], ["u", "x"], ["zd", 5, "UTC"],
     ["sl", [1, 2]], ["dv", "pop", []], ["mp", [[["s", 2], 1]]], [5], [["t"], []], nested(100)],
    ids=lambda form: repr(form)[:30],
)  # fmt: skip
def test_a_form_that_is_no_value_ends_the_run(bridge: Any, form: Any) -> None:
    reader = values(bridge)
    with pytest.raises((bridge("bridge_values").CrossingError, NotImplementedError)):
        reader.decode(form)


@pytest.mark.parametrize(
    "entry",
    [[2, "dict", [], None], [4, "list", [], None], [3, "object", [], None], [True, "list", [], None],
     [3, "list", {}, None], [3, "deque", [], -1], [3, "deque", [], True], [3, "dict", [[1]], None],
     [3, "set", [["s", 2]], None], [3, "bytearray", ["x"], None], [3, "bytearray", [], None], [3, "list"]],
    ids=repr,
)  # fmt: skip
def test_a_shared_container_of_a_wrong_form_ends_the_run(bridge: Any, entry: Any) -> None:
    reader = values(bridge)
    with pytest.raises(bridge("bridge_values").CrossingError):
        reader.take([entry])


def test_only_classes_of_values_cross_by_name(bridge: Any) -> None:
    names = bridge("bridge_names")
    for home, name in names.PLAIN_CLASSES:
        importlib.import_module(home)
        found = names.named(home, name)
        assert isinstance(found, type) or home == "typing", (home, name)
        assert not (isinstance(found, type) and issubclass(found, BaseException)), (home, name)
        assert home.partition(".")[0] not in {
            "os",
            "sys",
            "unittest",
            "_pytest",
            "pytest",
            "subprocess",
            "builtins_",
        }
    assert names.builtin_exception("ValueError") is ValueError
    for name in ("KeyboardInterrupt", "int", "print", "Skipped", "__import__", "__name__"):
        assert names.builtin_exception(name) is None


def test_no_frame_code_or_module_of_the_tests_is_given_away(bridge: Any, tmp_path: Path) -> None:
    checker = bridge("bridge_checker")
    link = checker.CheckerLink(checker.Line(None), b"1", checker.Surface({}), str(tmp_path))
    given = link.refer(lambda: None)
    assert (given[0], link.exports[given[1]].__name__) == ("r", "<lambda>")
    for value in (sys._getframe(), test_only_classes_of_values_cross_by_name.__code__, sys.modules[__name__]):
        with pytest.raises(bridge("bridge_values").Unbridged):
            link.refer(value)
    for value in (pytest.raises, checker.CheckerLink, bridge("bridge_values").Values):
        assert link.refer(value)[0] == "r"  # by reference, and never by a name that could be looked up


def test_a_program_prints_no_more_than_is_kept(bridge: Any) -> None:
    student = bridge("bridge_student")
    link = student.StudentLink(None, repr, [])
    for _ in range(10):
        link.print("o", 0, "x" * (student.PRINTED_CAP // 10))
    with pytest.raises(student.OutputLimitReached):
        link.print("o", 0, "x")


def test_no_test_catches_the_end_of_a_run_as_an_error_of_the_program(bridge: Any, tmp_path: Path) -> None:
    checker = bridge("bridge_checker")
    line = checker.Line(None)
    link = checker.CheckerLink(line, b"1", checker.Surface({}), str(tmp_path))
    line.over("malformed", "the first thing that was wrong")
    line.over("gone", "what came of it")
    with pytest.raises(bridge("bridge_link").Over, match="malformed"), contextlib.suppress(Exception):
        link.request("get", ["o", 1], "name")
    assert (line.problem, line.detail) == ("malformed", "the first thing that was wrong")


def test_a_nested_request_ends_as_a_recursion(bridge: Any) -> None:
    link = bridge("bridge_link")

    class Echo(link.Link):  # type: ignore[misc, name-defined]
        """Answers each request by asking the same."""

        def transmit(self, payload: bytes) -> None:
            self.sent = payload

        def receive(self) -> bytes:
            return b'{"q": ["again"], "i": 1}'

        def perform(self, request: list[Any]) -> Any:
            return self.request(*request)

        def exception_form(self, error: BaseException) -> Any:
            raise error

    echo = Echo(parity=0)
    with pytest.raises(RecursionError, match="over the bridge"):
        echo.request("again")
    assert echo.depth == 0
