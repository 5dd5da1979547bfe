"""The sandbox service's client: synchronous, every call with a deadline, used by web and grader threads."""

from __future__ import annotations

import contextlib
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from sandbox.messages import (
    HEADER,
    MAX_DOWN_BYTES,
    MAX_UP_BYTES,
    Attach,
    Bridge,
    Close,
    Done,
    Downward,
    Execute,
    Health,
    HealthReport,
    Hello,
    InputReply,
    Interrupt,
    LimitsName,
    ProtocolError,
    Refused,
    Start,
    Started,
    Upward,
    decode,
    encode,
    frame_length,
)
from sandbox.profiles import LIMITS

CONNECT_SECONDS = 5.0
GRACE_SECONDS = 20.0
"""How much later than the longest silence a run allows the client gives up on the service."""

_WAIT_SHARE = 0.85
"""How much of the time to open a session may be spent in line: the rest is for the answer."""


class SandboxError(Exception):
    """The sandbox could not do its part. Never the student's fault."""


class SandboxUnavailable(SandboxError):
    """No service, no engine, or the service refuses student code because a safety probe failed."""


class SandboxBusy(SandboxError):
    """No room now; the same request may succeed later."""


class SandboxProtocolError(SandboxError):
    """The service and this client do not understand each other."""


class Session:
    """One kernel. `execute` is for one thread; `reply` and `interrupt` may be called from another."""

    def __init__(self, link: _Link, started: Started, silence: float) -> None:
        self._link = link
        self._silence = silence
        self.session = started.session
        self.image = started.image
        self.kernel = started.kernel
        self.warm = started.warm

    def execute(
        self,
        code: str,
        *,
        channel: str | None = None,
        answers: int | None = None,
        allow_stdin: bool = False,
        time_limit: float | None = None,
    ) -> Iterator[Downward]:
        """Run code and yield what comes back; the last message is always `Done`."""
        request = uuid.uuid4().hex
        self._link.send(
            Execute(
                request=request, code=code, allow_stdin=allow_stdin, channel=channel, time_limit=time_limit,
                answers=answers,
            )
        )  # fmt: skip
        yield from self._until_done(request)

    def bridge(
        self,
        suite: str,
        code: str,
        *,
        channel: str,
        checker: str,
        reference: str | None = None,
        time_limit: float | None = None,
    ) -> Iterator[Downward]:
        """Run an author's suite against this kernel (see `Bridge`); the last message is always `Done`."""
        request = uuid.uuid4().hex
        self._link.send(
            Bridge(
                request=request, channel=channel, checker=checker, suite=suite, code=code,
                reference=reference, time_limit=time_limit,
            )
        )  # fmt: skip
        yield from self._until_done(request)

    def _until_done(self, request: str) -> Iterator[Downward]:
        while True:
            message = self._link.receive(self._silence)
            if isinstance(message, Refused):
                raise _refusal(message)
            if isinstance(message, Done) and message.request != request:
                raise SandboxProtocolError("the service ended another request")
            yield message
            if isinstance(message, Done):
                return

    def reply(self, text: str) -> None:
        """Answer the open `InputRequest`."""
        self._link.send(InputReply(text))

    def interrupt(self) -> None:
        """Interrupt the running code."""
        self._link.send(Interrupt())

    def close(self) -> None:
        """End the session: its container is destroyed. Safe to call twice."""
        with contextlib.suppress(SandboxError):
            self._link.send(Close())
        self._link.close()

    def disconnect(self) -> None:
        """Drop the connection; a live session goes on in the service until its idle time is over."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class SandboxClient:
    """Speaks to one service at `unix:/path` or `tcp://host:port` (the latter with a token)."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url
        self._token = token

    def health(self, timeout: float = 5.0) -> HealthReport:
        """The service's state; SandboxUnavailable when there is no service."""
        link = self._connect()
        try:
            link.send(Health())
            message = link.receive(timeout)
        finally:
            link.close()
        if isinstance(message, HealthReport):
            return message
        raise _refusal(message) if isinstance(message, Refused) else SandboxProtocolError("no health report")

    def open(
        self,
        profile: str = "python",
        limits: LimitsName = "graded",
        files: Mapping[str, str] | None = None,
        session: str | None = None,
        timeout: float = 30.0,
    ) -> Session:
        """A ready kernel within `timeout` seconds. The session is a context manager: leaving it closes it."""
        start = Start(
            profile=profile,
            limits=limits,
            session=session,
            files=dict(files or {}),
            wait=max(timeout * _WAIT_SHARE, 0.1),
        )
        return self._begin(start, timeout, LIMITS[limits].longest_silence)

    def attach(self, session: str, timeout: float = 5.0) -> Session:
        """The live session of that key, made by an earlier connection."""
        return self._begin(Attach(session), timeout, LIMITS["live"].longest_silence)

    def _begin(self, first: Start | Attach, timeout: float, silence: float) -> Session:
        link = self._connect()
        try:
            link.send(first)
            message = link.receive(timeout)
        except SandboxError:
            link.close()
            raise
        if isinstance(message, Started):
            return Session(link, message, silence + GRACE_SECONDS)
        link.close()
        raise _refusal(message) if isinstance(message, Refused) else SandboxProtocolError("not started")

    def _connect(self) -> _Link:
        try:
            link = _Link(_dial(self._url))
        except OSError as error:
            raise SandboxUnavailable(f"no sandbox service at {self._url}: {error}") from error
        if self._token is not None:
            link.send(Hello(self._token))
        return link


def _dial(url: str) -> socket.socket:
    if url.startswith("unix:"):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(CONNECT_SECONDS)
        try:
            sock.connect(url.removeprefix("unix:"))
        except OSError:
            sock.close()
            raise
        return sock
    if url.startswith("tcp://"):
        host, _, port = url.removeprefix("tcp://").rpartition(":")
        if host and port.isdecimal():
            sock = socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise ValueError(f"not a sandbox address: {url!r}")


def _refusal(refused: Refused) -> SandboxError:
    words = refused.detail or refused.reason
    if refused.reason == "busy":
        return SandboxBusy(words)
    if refused.reason in ("unhealthy", "no_engine", "no_session"):
        return SandboxUnavailable(f"{refused.reason}: {words}")
    return SandboxProtocolError(f"{refused.reason}: {words}")


class _Link:
    """Frames over one socket, with a deadline for each."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sending = threading.Lock()

    def send(self, message: Upward) -> None:
        try:
            frame = encode(message, limit=MAX_UP_BYTES)
        except ProtocolError as error:
            raise SandboxProtocolError(str(error)) from error
        try:
            with self._sending:
                self._sock.sendall(frame)
        except OSError as error:
            raise SandboxUnavailable(f"the sandbox service went away: {error}") from error

    def receive(self, timeout: float) -> Downward:
        try:
            self._sock.settimeout(timeout)
            length = frame_length(self._read(HEADER.size), limit=MAX_DOWN_BYTES)
            message = decode(self._read(length))
        except SandboxUnavailable:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            raise SandboxUnavailable(f"the sandbox service was silent for {timeout:g} s") from error
        except OSError as error:
            self.close()
            raise SandboxUnavailable(f"the sandbox service went away: {error}") from error
        except ProtocolError as error:
            self.close()
            raise SandboxProtocolError(str(error)) from error
        if isinstance(message, Upward):
            raise SandboxProtocolError("the service spoke as a client")
        return message

    def _read(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self._sock.recv(count - len(parts))
            if not part:
                raise SandboxUnavailable("the sandbox service closed the connection")
            parts += part
        return bytes(parts)

    def close(self) -> None:
        self._sock.close()
