"""What the grader sends into a container: the harness's requests, packed into one line of its language."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from lms.catalog.literals import Call, Name, names_in
from lms.catalog.model import Check, Step
from lms.grading import jscodec
from sandbox.codec import encode


def load_request(files: Mapping[str, str], main: str, *, run: bool) -> dict[str, object]:
    """Compile the main file and, with `run`, run it as a module."""
    return {"op": "load", "files": dict(files), "main": main, "run": run}


def rules_request(files: Mapping[str, str], constructs: Sequence[str]) -> dict[str, object]:
    """Find constructs in the text."""
    return {"op": "rules", "files": dict(files), "constructs": list(constructs)}


class CallOf(Protocol):
    """Reads the text of a call and gives its data as the harness reads it."""

    def __call__(self, text: str, *, names: bool) -> dict[str, object]:
        """With `names`, arguments may be names of objects made earlier."""


def checks_request(checks: Sequence[Check], call: CallOf) -> dict[str, object]:
    """Inputs only: nothing here says what is expected."""
    return {"op": "checks", "checks": [_check(check, call) for check in checks]}


def bridge_request(files: Mapping[str, str], main: str, modules: Sequence[str]) -> dict[str, object]:
    """Serve the checker with these files until it hangs up."""
    return {"op": "bridge", "files": dict(files), "main": main, "modules": list(modules)}


def code_for(request: Mapping[str, object], channel: str) -> str:
    """The line that has the harness for Python do a request."""
    text = json.dumps({**request, "channel": channel}, ensure_ascii=False)
    return f'__import__("passerelle_harness").serve("{_packed(text.encode("utf-8", "surrogatepass"))}")'


def javascript_code_for(request: Mapping[str, object], channel: str) -> str:
    """The line that has the harness for JavaScript do a request."""
    return f'await __passerelle.serve("{_packed(json.dumps({**request, "channel": channel}).encode())}")'


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def python_call(call: Call) -> dict[str, object]:
    """A call for the harness for Python."""
    return {
        "function": call.function,
        "args": [_argument(value) for value in call.args],
        "kwargs": {key: _argument(value) for key, value in call.kwargs.items()},
    }


def javascript_call(call: Call) -> dict[str, object]:
    """A call for the harness for JavaScript."""
    return {"function": call.function, "args": [jscodec.encode(value) for value in call.args]}


def _check(check: Check, call: CallOf) -> dict[str, object]:
    wired: dict[str, object] = {"index": check.index, "kind": check.kind}
    if check.kind == "script":
        return wired | {"steps": [_step(step, call) for step in check.steps]}
    wired["stdin"] = check.stdin
    if check.kind == "call":
        wired["call"] = call(check.call or "", names=False)
    elif check.kind == "variable":
        wired["variable"] = check.variable
    return wired


def _step(step: Step, call: CallOf) -> dict[str, object]:
    return {
        "do": step.do,
        "as": step.name,
        "on": step.on,
        "attribute": step.attribute,
        "call": None if step.call is None else call(step.call, names=True),
        "keep": step.do != "new",  # an object made for later steps stays inside
    }


def _argument(value: object) -> dict[str, object]:
    """A value, or the structure around names of objects that live in the container."""
    if isinstance(value, Name):
        return {"name": value.id}
    if not names_in(value):
        return {"value": encode(value)}
    if isinstance(value, dict):
        return {"dict": [[_argument(key), _argument(item)] for key, item in value.items()]}
    assert isinstance(value, list | tuple | set | frozenset)  # noqa: S101  (nothing else can hold names)
    return {type(value).__name__: [_argument(item) for item in value]}
