"""The sandbox service's protocol: every message, how it is framed, and a strict decoder.

A conversation runs over one stream socket. A frame is a 4-byte big-endian length and that many bytes of
UTF-8 JSON: one object, its "type" names the message, its other keys are exactly the message's fields
(fields with a default may be left out). Anything else raises `ProtocolError`, and nothing but it.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import struct
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

HEADER = struct.Struct(">I")
MAX_UP_BYTES = 1 << 20
"""Largest frame a client may send."""
MAX_DOWN_BYTES = 8 << 20
"""Largest frame the service may send."""
MAX_DEPTH = 200
"""Deepest nesting of lists and objects a frame may hold."""

Profile = str
LimitsName = Literal["graded", "live", "check", "rules"]
RefusedReason = Literal[
    "busy", "unhealthy", "unknown_profile", "no_engine", "no_session", "bad_request", "unauthorised"
]
RunOutcome = Literal[
    "ok", "error", "time_limit", "memory_limit", "output_limit", "died", "interrupted", "our_fault"
]
DoctorState = Literal["ok", "failed", "pending"]


class ProtocolError(Exception):
    """A frame or message that is not of this protocol."""


# ---- client to service ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """First message over TCP: the shared token."""

    token: str


@dataclass(frozen=True, slots=True)
class Start:
    """Ask for a kernel. With `session` it is live and outlives the connection; without, it dies with it."""

    profile: Profile = "python"
    limits: LimitsName = "graded"
    session: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    wait: float = 25.0
    """How many seconds to wait in line for a place before "busy"."""


@dataclass(frozen=True, slots=True)
class Attach:
    """Continue with a live session made by an earlier connection."""

    session: str


@dataclass(frozen=True, slots=True)
class Execute:
    """Run code. `time_limit` (seconds) may only shorten the profile's own limit.

    `answers`: how many come on the channel when all goes well; some kernels say that they are idle before the last.
    """

    request: str
    code: str
    allow_stdin: bool = False
    channel: str | None = None
    time_limit: float | None = None
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Bridge:
    """Run an author's suite against what is on this session's kernel. Answers are the checker's reports.

    `suite` is the checker's job as JSON text, passed on unread; `checker` names it, so that a warm checker can
    be used again. `code` is run on the kernel and must serve the bridge; `reference`, where there is one, on a
    second kernel.
    """

    request: str
    channel: str
    checker: str
    suite: str
    code: str
    reference: str | None = None
    time_limit: float | None = None


@dataclass(frozen=True, slots=True)
class InputReply:
    """Answer the kernel's open `InputRequest`."""

    text: str


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Interrupt the running code, as Ctrl-C does."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the session and destroy its container."""


@dataclass(frozen=True, slots=True)
class Health:
    """Ask for a `HealthReport`."""


# ---- service to client ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """A kernel is ready; `image` is the image's id (sha256:…)."""

    session: str
    image: str
    warm: bool
    kernel: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The request was not carried out, for a cause that is never the student's."""

    reason: RefusedReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """Text the code printed."""

    name: Literal["stdout", "stderr"]
    text: str


@dataclass(frozen=True, slots=True)
class Display:
    """A shown object by MIME type: text, or base64 of an image whose signature was checked."""

    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """The value of the code's last expression, by MIME type as in `Display`."""

    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class KernelError:
    """The code raised. The traceback may hold ANSI colours and anything a student can print."""

    ename: str
    evalue: str
    traceback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Data published on the channel named in `Execute.channel`. Still the student's word: never trust it."""

    channel: str
    payload: Any


@dataclass(frozen=True, slots=True)
class InputRequest:
    """The code waits for a line of input."""

    prompt: str
    password: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The end of one `Execute`."""

    request: str
    outcome: RunOutcome
    detail: str
    duration_ms: float
    execution_count: int | None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The state of the service. `healthy` is False while student code would be refused, in Python at least.

    `refused` names the profiles whose code would be refused now; `failing` has their probes, those of other profiles
    than Python's with the profile in front.
    """

    healthy: bool
    engine: bool
    doctor: DoctorState
    failing: tuple[str, ...]
    pool: int
    running: int
    waiting: int
    images: dict[str, str]
    detail: str = ""
    refused: tuple[str, ...] = ()


Upward = Hello | Start | Attach | Execute | Bridge | InputReply | Interrupt | Close | Health
Downward = (
    Started | Refused | Stream | Display | Result | KernelError | Answer | InputRequest | Done | HealthReport
)
Message = Upward | Downward


# ---- frames -----------------------------------------------------------------------------------------


def encode(message: Message, *, limit: int = MAX_DOWN_BYTES) -> bytes:
    """The whole frame, length included; ProtocolError when it would pass `limit` bytes."""
    body = {"type": _NAMES[type(message)]}
    body.update({item.name: getattr(message, item.name) for item in dataclasses.fields(message)})
    try:
        data = json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"cannot be sent: {error}") from error
    if len(data) > limit:
        raise ProtocolError(f"frame of {len(data)} bytes, at most {limit} may be sent")
    return HEADER.pack(len(data)) + data


def frame_length(header: bytes, *, limit: int) -> int:
    """The length in a frame's header, checked against `limit` before anything is read."""
    try:
        (length,) = HEADER.unpack(header)
    except struct.error as error:
        raise ProtocolError("short frame header") from error
    if not 2 <= length <= limit:
        raise ProtocolError(f"frame of {length} bytes, at most {limit} are read")
    return int(length)


def decode(body: bytes) -> Message:
    """The message in one frame's body."""
    content = parse_json(body)
    if not isinstance(content, dict):
        raise ProtocolError("a message is an object")
    name = content.pop("type", None)
    kind = _TYPES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ProtocolError("unknown message type")
    checks, required = _SCHEMA[kind]
    if unknown := content.keys() - checks.keys():
        raise ProtocolError(f"{name}: unknown key {min(unknown)!r}")
    if missing := required - content.keys():
        raise ProtocolError(f"{name}: missing key {min(missing)!r}")
    return kind(**{key: checks[key](value) for key, value in content.items()})


def parse_json(data: bytes | str) -> Any:
    """JSON of bounded depth, without NaN or infinities; ProtocolError for anything else."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        if _deeper_than(text, MAX_DEPTH):
            raise ProtocolError("JSON nested too deeply")
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"not JSON: {str(error)[:200]}") from error


def _no_constant(name: str) -> NoReturn:
    raise ProtocolError(f"{name} is not JSON")


# A string that never ends is taken to the end of the text: tried anew at each of its quotes, it would take the
# square of its length, and whoever runs student code reads what student code sends.
_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


def _deeper_than(text: str, limit: int) -> bool:
    """Whether brackets outside strings nest deeper than `limit`."""
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if bracket.group() in "[{" else -1
        if depth > limit:
            return True
    return False


# ---- field checks, made once from the annotations ---------------------------------------------------

Check = Callable[[Any], Any]


def _fail(wanted: str) -> NoReturn:
    raise ProtocolError(f"ill-typed value, wanted {wanted}")


def _exact(kind: type) -> Check:
    def check(value: Any) -> Any:
        return value if type(value) is kind else _fail(kind.__name__)

    return check


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        _fail("number")
    try:
        number = float(value)
    except OverflowError:
        _fail("number")
    return number if math.isfinite(number) else _fail("number")


def _optional(inner: Check) -> Check:
    return lambda value: None if value is None else inner(value)


def _one_of(values: tuple[Any, ...]) -> Check:
    def check(value: Any) -> Any:
        return value if isinstance(value, str) and value in values else _fail("one of " + ", ".join(values))

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        _fail("list of str")
    return tuple(value)


def _text_map(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        _fail("object of str")
    return value


def _check_for(annotation: Any) -> Check:
    simple: Mapping[Any, Check] = {
        str: _exact(str),
        int: _exact(int),
        bool: _exact(bool),
        float: _number,
        Any: lambda value: value,
        tuple[str, ...]: _texts,
        dict[str, str]: _text_map,
    }
    if annotation in simple:
        return simple[annotation]
    if typing.get_origin(annotation) is Literal:
        return _one_of(typing.get_args(annotation))
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        (inner,) = (part for part in typing.get_args(annotation) if part is not types.NoneType)
        return _optional(_check_for(inner))
    raise TypeError(f"no check for {annotation!r}")


def _schema(kind: type[Message]) -> tuple[dict[str, Check], frozenset[str]]:
    hints = typing.get_type_hints(kind)
    checks = {item.name: _check_for(hints[item.name]) for item in dataclasses.fields(kind)}
    required = frozenset(
        item.name
        for item in dataclasses.fields(kind)
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    )
    return checks, required


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_TYPES: dict[str, type[Message]] = {_snake(kind.__name__): kind for kind in typing.get_args(Message)}
_NAMES: dict[type[Message], str] = {kind: name for name, kind in _TYPES.items()}
_SCHEMA = {kind: _schema(kind) for kind in _NAMES}
