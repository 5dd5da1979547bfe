"""Jupyter's message format, read defensively: whatever a kernel sends raises ProtocolError or nothing."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.messages import ProtocolError, parse_json

DELIMITER = b"<IDS|MSG>"
MAX_FRAME_BYTES = 6 << 20
"""Largest single ZMQ frame read from a kernel."""


@dataclass(frozen=True, slots=True)
class KernelMessage:
    """What a kernel sent: all of it is the student's word."""

    kind: str
    parent: str | None
    content: dict[str, Any]
    size: int


def pack(key: str, kind: str, content: dict[str, Any], session: str) -> tuple[str, list[bytes]]:
    """The frames of a request, and its message id."""
    identity = uuid.uuid4().hex
    header = {
        "msg_id": identity,
        "msg_type": kind,
        "username": "passerelle",
        "session": session,
        "date": datetime.datetime.now(datetime.UTC).isoformat(),
        "version": "5.3",
    }
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return identity, [DELIMITER, _sign(key, parts), *parts]


def unpack(key: str, frames: Sequence[bytes]) -> KernelMessage:
    """One message; ProtocolError when it is unsigned, ill-formed or nested too deeply."""
    try:
        start = list(frames).index(DELIMITER)
    except ValueError as error:
        raise ProtocolError("no delimiter") from error
    signature, parts = (frames[start + 1 : start + 2], list(frames[start + 2 : start + 6]))
    if len(parts) != 4 or not hmac.compare_digest(signature[0], _sign(key, parts)):
        raise ProtocolError("bad signature")
    header, parent, content = (parse_json(parts[index]) for index in (0, 1, 3))
    if not (isinstance(header, dict) and isinstance(parent, dict) and isinstance(content, dict)):
        raise ProtocolError("parts are not objects")
    kind, answered = header.get("msg_type"), parent.get("msg_id")
    if not isinstance(kind, str):
        raise ProtocolError("no message type")
    return KernelMessage(
        kind, answered if isinstance(answered, str) else None, content, sum(len(frame) for frame in frames)
    )


def _sign(key: str, parts: Sequence[bytes]) -> bytes:
    code = hmac.new(key.encode(), digestmod=hashlib.sha256)
    for part in parts:
        code.update(part)
    return code.hexdigest().encode()
