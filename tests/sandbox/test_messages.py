"""The protocol's decoder: strict, and never anything but ProtocolError."""

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.messages import (
    HEADER,
    MAX_DEPTH,
    MAX_UP_BYTES,
    Answer,
    Done,
    Execute,
    HealthReport,
    KernelError,
    Message,
    ProtocolError,
    Start,
    Started,
    Stream,
    decode,
    encode,
    frame_length,
    parse_json,
)

SAMPLES: list[Message] = [
    Start(),
    Start(limits="live", session="k", files={"a.py": "print('\ud800')"}),
    Execute("r", "x = 1", allow_stdin=True, channel="c", time_limit=2.5),
    Started("s", "sha256:0", True, "python3"),
    Stream("stdout", "أهلا"),
    KernelError("E", "v", ("a", "b")),
    Answer("c", {"deep": [1, None, "x"]}),
    Done("r", "ok", "", 1.5, None),
    HealthReport(True, True, "ok", (), 1, 2, 3, {"i": "d"}),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
names = st.sampled_from(["start", "execute", "done", "answer", "health", "stream", "x", "health_report"])


@pytest.mark.parametrize("message", SAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_survives_its_frame(message: Message) -> None:
    frame = encode(message)
    assert frame_length(frame[: HEADER.size], limit=MAX_UP_BYTES) == len(frame) - HEADER.size
    assert decode(frame[HEADER.size :]) == message


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_bytes_of_any_kind_raise_only_protocol_error(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decode(data)


@given(
    names,
    st.dictionaries(st.sampled_from(["request", "code", "limits", "session", "files", "name"]), json_values),
)
@settings(deadline=None)
def test_objects_of_any_kind_raise_only_protocol_error(name: str, fields: dict[str, Any]) -> None:
    with contextlib.suppress(ProtocolError):
        decode(json.dumps({"type": name, **fields}).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"type":"nothing"}',
        b'{"type":["start"]}',
        b'{"type":"execute","request":"r"}',
        b'{"type":"execute","request":"r","code":1}',
        b'{"type":"execute","request":"r","code":"","time_limit":true}',
        b'{"type":"execute","request":"r","code":"","time_limit":NaN}',
        b'{"type":"execute","request":"r","code":"","time_limit":1e999}',
        b'{"type":"start","limits":"root"}',
        b'{"type":"start","privileged":true}',
        b'{"type":"start","files":{"a":1}}',
        b'{"type":"input_reply","text":"' + b"\xff" + b'"}',
        b'{"type":"execute","request":"r","code":"","time_limit":' + b"9" * 5000 + b"}",
        b'{"type":"answer","channel":"c","payload":' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"type":"answer","channel":"c","payload":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    ],
)
def test_what_is_not_the_protocol_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(body)


def test_brackets_in_text_are_not_depth() -> None:
    assert parse_json(json.dumps({"a": "[" * 5000 + '\\"' + "{" * 5000}))


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_nesting_is_refused_before_it_is_read() -> None:
    assert parse_json(nested(MAX_DEPTH))
    with pytest.raises(ProtocolError, match="too deeply"):
        parse_json(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize("end", ["", '"', "\\"], ids=["open", "closed", "cut"])
def test_a_string_of_escaped_quotes_takes_no_longer_than_its_length(end: str) -> None:
    text = "[" * (MAX_DEPTH + 1) + '"' + '\\"' * 1_000_000 + end
    began = time.monotonic()
    with pytest.raises(ProtocolError):
        parse_json(text)
    assert time.monotonic() - began < 5


def test_a_frame_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError):
        frame_length(HEADER.pack(MAX_UP_BYTES + 1), limit=MAX_UP_BYTES)
    with pytest.raises(ProtocolError):
        encode(Stream("stdout", "x" * 100), limit=50)
