"""Runs a student's files and answers what they gave: the part of the grader inside the container.

Loaded in the kernel before a student's code arrives. It holds no expected value and decides nothing: the
student's code runs in this process and may change all of this, so what comes out is only the student's word,
which the grader reads strictly and compares outside.

The grader calls `serve(packed)`. `packed` is base64 of zlib of JSON, an object with "op" and "channel":

    {"op": "load", "files": {name: text}, "main": name, "run": bool}
        -> one answer {"load": {"error": error|null, "printed": str, "overflow": bool}}
    {"op": "rules", "files": {name: text}, "constructs": [construct, ...]}      runs nothing of the student's
        -> one answer {"rules": {"found": [[construct, file, line], ...], "readable": bool}}
    {"op": "bridge", "files": {name: text}, "main": name, "modules": [name, ...]}
        -> no answer: serves the checker over the container's bridge until it hangs up (see bridge_student)
    {"op": "checks", "checks": [check, ...]}
        -> one answer per check, in order: {"check": index, "results": [result, ...]}

A check is {"index": int, "kind": "call"|"program"|"variable"|"script", ...}; see `_CHECKS`. A result is
{"value": tagged|null, "error": error|null, "problem": null|"missing"|"too_large", "name": str,
"printed": str, "overflow": bool}; an error {"class": str, "mro": [qualified names], "message": str,
"line": int|null, "file": str|null, "text": str|null, "traceback": str}.
"""

from __future__ import annotations

import asyncio
import base64
import builtins
import io
import json
import linecache
import os
import sys
import tempfile
import traceback
import types
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bridge_names
import bridge_student
import bridge_wire
import passerelle_rules

if TYPE_CHECKING:
    from sandbox import codec
else:
    import codec  # in the container it stands beside this file

MIME = "application/vnd.passerelle.answer+json"
PRINTED_CAP = 50_000
TRACEBACK_CAP = 6_000
MESSAGE_CAP = 1_000
MRO_CAP = 30

Json = dict[str, Any]
"""An object of a request: the grader, which made it, is trusted here; its shapes are in the text above."""


@dataclass
class _State:
    """The student's work as it was loaded last."""

    files: dict[str, str] = field(default_factory=dict)
    main: str = ""
    folder: str = ""
    modules: frozenset[str] = frozenset()
    code: types.CodeType | None = None
    module: types.ModuleType | None = None


_state = _State()


# The kernel starts without `site`, which is where a program's exit() and quit() come from.
for _name in ("exit", "quit"):
    if not hasattr(builtins, _name):
        setattr(builtins, _name, sys.exit)


class OutputLimitReached(BaseException):
    """Raised in the student's code when it has printed more than is kept."""


class _Printed(io.TextIOBase):
    """Collects what is printed, up to a cap."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0
        self.overflow = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.overflow or self.size + len(text) > PRINTED_CAP:
            self.parts.append(text[: max(0, PRINTED_CAP - self.size)])
            self.size = PRINTED_CAP
            self.overflow = True
            raise OutputLimitReached
        self.parts.append(text)
        self.size += len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.parts)


class _Input:
    """`input()` without an echo: the prompt is not part of what the program printed."""

    def __init__(self, text: str) -> None:
        self.stream = io.StringIO(text)

    def __call__(self, prompt: object = "", /) -> str:
        str(prompt)
        line = self.stream.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")


def serve(packed: str) -> None:
    """Do one request and publish its answers."""
    # The kernel runs this inside its event loop; the student's program must be able to run its own.
    loop = asyncio.events._get_running_loop()
    asyncio.events._set_running_loop(None)
    try:
        _serve(json.loads(zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass")))
    finally:
        asyncio.events._set_running_loop(loop)


def _serve(request: Json) -> None:
    channel = request["channel"]
    if request["op"] == "load":
        _publish(channel, {"load": _load(request["files"], request["main"], request["run"])})
        return
    if request["op"] == "rules":
        _publish(channel, {"rules": passerelle_rules.find(request["files"], request["constructs"])})
        return
    if request["op"] == "bridge":
        _bridge(request["files"], request["main"], request["modules"])
        return
    for check in request["checks"]:
        results = _CHECKS[check["kind"]](check)
        _publish(channel, {"check": check["index"], "results": results})


def _publish(channel: str, payload: object) -> None:
    from IPython import get_ipython  # noqa: PLC0415  (only a kernel has it; tests run this file without)

    get_ipython().display_pub.publish({MIME: {"channel": channel, "payload": payload}})


# ---- loading ----------------------------------------------------------------------------------------


def _load(files: dict[str, str], main: str, run: bool) -> dict[str, object]:
    folder = tempfile.mkdtemp(prefix="work-")
    for name, text in files.items():
        file = Path(folder, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    modules = frozenset({name.removesuffix(".py") for name in files} | {"__main__"})
    _state.files, _state.main, _state.folder, _state.modules = files, main, folder, modules
    _state.code = _state.module = None
    _remember_lines(main, files[main])
    stem = main.removesuffix(".py")
    with _Run("") as outcome:
        _state.code = compile(files[main], main, "exec", dont_inherit=True)
        if run:
            _state.module = _execute(stem)
    if outcome.error is None and _state.module is not None:
        sys.modules[stem] = _state.module
    return {"error": outcome.error, "printed": outcome.printed, "overflow": outcome.overflow}


def _bridge(files: dict[str, str], main: str, modules: list[str]) -> None:
    """Lay the student's files out below the folder that both sides of the bridge know, and serve."""
    folder = Path(bridge_names.ROOT, "work")
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
    Path(bridge_names.ROOT, "tmp").mkdir(exist_ok=True)
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    sys.argv[:] = [main]
    _state.files, _state.main, _state.folder, _state.modules = files, main, str(folder), frozenset(modules)
    wire = bridge_wire.accept()
    try:
        bridge_student.serve(wire, _describe_error, modules)
    finally:
        wire.close()


def _remember_lines(name: str, text: str) -> None:
    """Let tracebacks show the student's lines."""
    linecache.cache[name] = (len(text), None, io.StringIO(text).readlines(), name)


def _execute(name: str) -> types.ModuleType:
    """The main file, run from its first line in a namespace of its own."""
    code = _state.code
    if code is None:
        raise RuntimeError("no main file is loaded")
    module = types.ModuleType(name)
    module.__file__ = _state.main
    for helper in set(_state.files) - {_state.main}:
        sys.modules.pop(helper.removesuffix(".py"), None)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)  # noqa: S102  (this is what the container is for)
    finally:
        if before is not None:
            sys.modules[name] = before
    return module


# ---- running one piece of the student's code --------------------------------------------------------


class _Run:
    """Run a block with its own input and output; what it raises becomes `error`."""

    def __init__(self, stdin: str, *, exit_is_end: bool = False) -> None:
        self.input = _Input(stdin)
        self.out = _Printed()
        self.err = _Printed()
        self.exit_is_end = exit_is_end
        self.error: dict[str, object] | None = None
        self.overflow = False
        self.printed = ""

    def __enter__(self) -> _Run:
        self.before = (sys.stdin, sys.stdout, sys.stderr, builtins.input)
        sys.stdin, sys.stdout, sys.stderr, builtins.input = self.input.stream, self.out, self.err, self.input
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        sys.stdin, sys.stdout, sys.stderr, builtins.input = self.before
        self.printed = _clean(self.out.text(), PRINTED_CAP)
        self.overflow = self.out.overflow or self.err.overflow
        if error is None or isinstance(error, KeyboardInterrupt):
            return False  # an interrupt comes from the service: the whole request ends
        if not (self.exit_is_end and isinstance(error, SystemExit)):
            self.error = _describe_error(error)
        return True


def _describe_error(error: BaseException) -> dict[str, object]:
    trace = _student_trace(error)
    syntax = isinstance(error, SyntaxError)
    last = trace.stack[-1] if trace.stack else None
    return {
        "class": _clean(type(error).__name__, codec.MAX_CLASS_NAME),
        "mro": [_qualified(kind) for kind in type(error).__mro__[:MRO_CAP]],
        "message": _clean(_text_of(error), MESSAGE_CAP),
        "line": _line(trace.lineno if syntax else last.lineno if last else None),
        "file": _clean(trace.filename, 200) if syntax and trace.filename else last.filename if last else None,
        "text": _clean(trace.text, MESSAGE_CAP) if syntax and trace.text else None,
        "traceback": _clean("".join(trace.format(chain=False)), TRACEBACK_CAP),
    }


def _line(number: object) -> int | None:
    try:
        return int(str(number))
    except ValueError:
        return None


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  (the student's own __str__ may raise anything)
        return ""


def _qualified(kind: type) -> str:
    """`builtins.ValueError` only for that very class; a student's class of that name is `.ValueError`."""
    name = _clean(kind.__name__, codec.MAX_CLASS_NAME)
    home = sys.modules.get(kind.__module__)
    if kind.__module__ not in _state.modules and getattr(home, name, None) is kind:
        return f"{kind.__module__}.{name}"
    return f".{name}"


def _student_trace(error: BaseException) -> traceback.TracebackException:
    """The traceback with the student's own frames only, under the names of the student's files."""
    trace = traceback.TracebackException.from_exception(error)
    prefix = f"{_state.folder}{os.sep}"
    kept = []
    for frame in trace.stack:
        frame.filename = frame.filename.removeprefix(prefix)
        if frame.filename in _state.files:
            kept.append(frame)
    trace.stack = traceback.StackSummary.from_list(kept)
    if isinstance(error, SyntaxError) and trace.filename:
        trace.filename = trace.filename.removeprefix(prefix)
    return trace


def _clean(text: object, cap: int) -> str:
    """Plain text that JSON can carry, its middle cut out when it is too long."""
    plain = str(text).encode("utf-8", "replace").decode("utf-8")
    if len(plain) <= cap:
        return plain
    return plain[: cap // 2] + "\n…\n" + plain[-cap // 2 :]


# ---- checks -----------------------------------------------------------------------------------------


def _result(run: _Run, value: object = None, problem: str | None = None, name: str = "") -> dict[str, object]:
    return {
        "value": value,
        "error": run.error,
        "problem": problem,
        "name": name,
        "printed": run.printed,
        "overflow": run.overflow,
    }


class _Missing(LookupError):
    """A name that the check needs is not defined."""


class _TooLarge(ValueError):
    """The value is more than the codec carries."""


def _observe(
    action: Callable[[], object], stdin: str = "", *, exit_is_end: bool = False, keep: bool = True
) -> dict[str, object]:
    """Run `action` as the student's code and describe what came of it."""
    run = _Run(stdin, exit_is_end=exit_is_end)
    value: object = None
    problem: str | None = None
    name = ""
    with run:
        try:
            value = _encoded(action(), keep=keep)
        except _Missing as missing:
            problem, name = "missing", str(missing.args[0])
        except _TooLarge:
            problem = "too_large"
    return _result(run, value, problem, name)


def _encoded(value: object, *, keep: bool) -> object:
    if not keep:
        return None
    try:
        return codec.encode(value)
    except codec.CodecError as error:
        raise _TooLarge from error


def _lookup(names: dict[str, object], name: str) -> object:
    if name not in names:
        raise _Missing(name)
    return names[name]


def _argument(data: Json, names: dict[str, object]) -> object:
    """A new value each time, so that a change in place never reaches another check."""
    ((form, content),) = data.items()
    if form == "value":
        return codec.decode(content)
    if form == "name":
        return _lookup(names, content)
    if form == "dict":
        return {_argument(key, names): _argument(item, names) for key, item in content}
    items = [_argument(item, names) for item in content]
    return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[form](items)


def _call(function: Any, call: Json, names: dict[str, object]) -> object:
    args = [_argument(argument, names) for argument in call["args"]]
    kwargs = {key: _argument(argument, names) for key, argument in call["kwargs"].items()}
    return function(*args, **kwargs)


def _module_names() -> dict[str, object]:
    return vars(_state.module) if _state.module is not None else {}


def _check_call(check: Json) -> list[dict[str, object]]:
    call = check["call"]
    names = _module_names()
    return [_observe(lambda: _call(_lookup(names, call["function"]), call, {}), check["stdin"])]


def _check_program(check: Json) -> list[dict[str, object]]:
    return [_observe(lambda: _execute("__main__"), check["stdin"], exit_is_end=True, keep=False)]


def _check_variable(check: Json) -> list[dict[str, object]]:
    def value_after_run() -> object:
        try:
            names = vars(_execute("__main__"))
        except SystemExit as error:
            names = _names_at_exit(error)
        return _lookup(names, check["variable"])

    return [_observe(value_after_run, check["stdin"])]


def _names_at_exit(error: SystemExit) -> dict[str, object]:
    """The main file's names when it ended by `exit()`."""
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code is _state.code:
            return frame.tb_frame.f_globals
        frame = frame.tb_next
    return {}


def _check_script(check: Json) -> list[dict[str, object]]:
    objects: dict[str, object] = {}
    return [_observe(partial(_step, step, objects), keep=step["keep"]) for step in check["steps"]]


def _step(step: Json, objects: dict[str, object]) -> object:
    names = _module_names()
    target = _lookup(objects, step["on"]) if step["on"] is not None else None
    if step["do"] == "get":
        return getattr(target, step["attribute"])
    call = step["call"]
    name = call["function"]
    function = _lookup({**names, **objects}, name) if step["on"] is None else getattr(target, name)
    value = _call(function, call, {**names, **objects})
    if step["as"] is not None:
        objects[step["as"]] = value
    return value


_CHECKS: dict[str, Callable[[Json], list[dict[str, object]]]] = {
    "call": _check_call,
    "program": _check_program,
    "variable": _check_variable,
    "script": _check_script,
}
