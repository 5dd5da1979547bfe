"""Frames between a student's container, the relay and the checker: the bridge's only way in and out.

A frame is a 4-byte big-endian length N, one byte of kind and N-1 bytes of UTF-8 JSON. The relay passes the
JSON on unread; whoever receives it reads it as a stranger's word.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from pathlib import Path

HEADER = struct.Struct(">I")
MAX_FRAME = 2 << 20
ACCEPT_SECONDS = 10.0

JOB, STUDENT, REFERENCE, GONE, REPORT, END, PEER = b"J", b"1", b"2", b"X", b"R", b"E", b"B"

LISTENER: socket.socket | None = None
"""Where this container's side of the bridge is called; made before anything else runs here."""


class WireError(Exception):
    """The other side is gone, or what it sends is no frame."""


class Wire:
    """One connection; `send` and `receive` block."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb", buffering=64 * 1024)

    def send(self, kind: bytes, payload: bytes) -> None:
        """One frame; WireError when it is too large or nobody is there."""
        if len(payload) >= MAX_FRAME:
            raise WireError("the frame is too large")
        try:
            self._connection.sendall(HEADER.pack(len(payload) + 1) + kind + payload)
        except OSError as error:
            raise WireError("the line is broken") from error

    def receive(self) -> tuple[bytes, bytes]:
        """The next frame: its kind and its payload."""
        head = self._read(HEADER.size)
        (length,) = HEADER.unpack(head)
        if not 1 <= length <= MAX_FRAME:
            raise WireError("a frame of a wrong size")
        body = self._read(length)
        return body[:1], body[1:]

    def _read(self, count: int) -> bytes:
        try:
            data = self._stream.read(count)
        except OSError as error:
            raise WireError("the line is broken") from error
        if data is None or len(data) != count:
            raise WireError("the line is closed")
        return bytes(data)

    def close(self) -> None:
        """End the connection; safe to call twice."""
        with contextlib.suppress(OSError):
            self._stream.close()
        self._connection.close()


def listen(path: str) -> socket.socket:
    """Listen at `path` for the relay."""
    global LISTENER  # noqa: PLW0603  (a kernel's listener is made once, before any other code)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    made = f"{path}.made"
    listener.bind(made)
    Path(made).chmod(0o666)
    listener.listen(4)
    os.rename(made, path)  # noqa: PTH104  (whoever sees the name may call, and may close the folder)
    LISTENER = listener
    return listener


def accept() -> Wire:
    """The relay's next connection to this container. WireError when none comes."""
    if LISTENER is None:
        raise WireError("this container has no bridge")
    LISTENER.settimeout(ACCEPT_SECONDS)
    try:
        connection, _ = LISTENER.accept()
    except OSError as error:
        raise WireError("nobody called") from error
    connection.settimeout(None)
    return Wire(connection)


def remove(path: str) -> None:
    """Take a listener's name away."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108  (as in the entry point, pathlib is not needed)
