"""A running kernel in its container, and the wire to it."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import zmq
import zmq.asyncio

from sandbox.engine import Engine, EngineError
from sandbox.memory import out_of_memory_kills
from sandbox.messages import ProtocolError
from sandbox.profiles import KernelProfile, Limits
from sandbox.sockets import SocketDirectory
from sandbox.wire import MAX_FRAME_BYTES, KernelMessage, pack, unpack

CHANNELS = {"shell": zmq.DEALER, "iopub": zmq.SUB, "stdin": zmq.DEALER}
_CONTROL = {"control": zmq.DEALER}
HANDSHAKE_STEP = 0.25
_LOOK_AGAIN = 0.01


class KernelFailed(Exception):
    """A kernel did not become ready."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something came from the kernel. `gone`: a connection broke; `fault`: an unreadable message."""

    channel: str
    message: KernelMessage | None = None
    gone: bool = False
    fault: str = ""


@dataclass(eq=False)
class Kernel:
    """One container and its kernel. `close` must be called; it destroys both."""

    engine: Engine
    container: str
    directory: SocketDirectory
    slot: int
    profile: KernelProfile
    limits: Limits
    image: str
    epoch: int
    born: float = field(default_factory=time.monotonic)
    usable: bool = True
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    events: asyncio.Queue[Event] = field(default_factory=lambda: asyncio.Queue(64))
    listening_for: str | None = None
    """The request whose messages are kept; others are dropped as they come."""
    _sockets: dict[str, zmq.asyncio.Socket] = field(default_factory=dict)
    _monitors: list[zmq.asyncio.Socket] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def become_ready(self, context: zmq.asyncio.Context, seconds: float) -> None:
        """Wait for the sockets, connect, shake hands, seal. KernelFailed or SealBroken otherwise."""
        until = time.monotonic() + seconds
        while not self.directory.standing():
            if time.monotonic() > until:
                raise KernelFailed("the kernel's sockets did not appear in time")
            await asyncio.sleep(_LOOK_AGAIN)
        self._connect(context)
        await self._shake_hands(until)
        self.directory.seal()
        if self.profile.warm_up:
            await self._warm_up(until)

    def _connect(self, context: zmq.asyncio.Context) -> None:
        channels = {**CHANNELS, **(_CONTROL if self.profile.interrupt == "message" else {})}
        for name, kind in channels.items():
            sock = context.socket(kind)
            sock.linger = 0
            sock.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
            sock.setsockopt(zmq.RCVHWM, 64)
            # A broken connection stays broken: what comes back on the same path may be someone else.
            sock.setsockopt(zmq.RECONNECT_IVL, -1)
            if kind == zmq.SUB:
                sock.setsockopt(zmq.SUBSCRIBE, b"")
            else:
                sock.setsockopt(zmq.IDENTITY, self.session.encode())
            if name != "stdin":
                monitor = sock.get_monitor_socket(zmq.EVENT_DISCONNECTED)
                self._monitors.append(monitor)
                self._tasks.append(asyncio.create_task(self._watch(name, monitor)))
            sock.connect(self.directory.address(name))
            self._sockets[name] = sock
            self._tasks.append(asyncio.create_task(self._read(name, sock)))

    async def _read(self, name: str, sock: zmq.asyncio.Socket) -> None:
        while True:
            frames = await sock.recv_multipart()
            if self.listening_for is None:
                continue
            try:
                message = unpack(self.directory.key, frames)
            except ProtocolError as error:
                await self.events.put(Event(name, fault=str(error)))
                continue
            if message.parent == self.listening_for:
                await self.events.put(Event(name, message))

    async def _watch(self, name: str, monitor: zmq.asyncio.Socket) -> None:
        await monitor.recv_multipart()
        self.usable = False
        await self.events.put(Event(name, gone=True))

    async def _shake_hands(self, until: float) -> None:
        """Ask for kernel_info until both the reply and the publisher's idle have come back."""
        while time.monotonic() < until:
            request = await self.send("shell", "kernel_info_request", {})
            self.listen(request)
            wanted = {"shell", "iopub"}
            step_end = time.monotonic() + HANDSHAKE_STEP
            while wanted and (rest := step_end - time.monotonic()) > 0:
                with contextlib.suppress(TimeoutError):
                    event = await asyncio.wait_for(self.events.get(), rest)
                    if event.gone:
                        raise KernelFailed("the kernel ended while it started")
                    wanted.discard(event.channel)
            if not wanted:
                self.listen(None)
                return
        raise KernelFailed("the kernel did not answer in time")

    async def _warm_up(self, until: float) -> None:
        """Run the profile's own code; a kernel in which it fails is not used."""
        await self.start_run(self.profile.warm_up, allow_stdin=False)
        status, idle = None, False
        while status is None or not idle:
            try:
                event = await asyncio.wait_for(self.events.get(), max(until - time.monotonic(), 0))
            except TimeoutError as error:
                raise KernelFailed("the kernel's first code did not end in time") from error
            if event.gone or event.message is None:
                raise KernelFailed("the kernel ended in its first code")
            if event.channel == "shell":
                status = event.message.content.get("status")
            idle = idle or event.message.content.get("execution_state") == "idle"
        self.listen(None)
        if status != "ok":
            raise KernelFailed("the kernel's first code failed")

    def listen(self, request: str | None) -> None:
        """Keep messages that answer `request` from now on, and forget what came before."""
        gone = False
        while not self.events.empty():
            gone = self.events.get_nowait().gone or gone
        self.listening_for = request
        if gone:
            self.events.put_nowait(Event("shell", gone=True))

    async def send(self, channel: str, kind: str, content: dict[str, Any]) -> str:
        """Send a request; its message id."""
        identity, frames = pack(self.directory.key, kind, content, self.session)
        await self._sockets[channel].send_multipart(frames)
        return identity

    async def start_run(self, code: str, *, allow_stdin: bool) -> str:
        """Send student code; only called on a sealed kernel. The message id."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": True,
        }
        identity, frames = pack(self.directory.key, "execute_request", content, self.session)
        self.listen(identity)
        await self._sockets["shell"].send_multipart(frames)
        return identity

    async def interrupt(self) -> None:
        """By message or by SIGINT from outside, as the kernel knows it. EngineError when the engine cannot."""
        if self.profile.interrupt == "message":
            await self.send("control", "interrupt_request", {})
        else:
            await self.engine.interrupt(self.container)

    def memory_kills(self) -> int | None:
        """How often the system killed a process here for want of memory; None if it cannot be read."""
        return out_of_memory_kills(self.container)

    def let_go(self) -> None:
        """Close this side's sockets; the container goes on, for another client."""
        for task in self._tasks:
            task.cancel()
        for sock in self._sockets.values():
            sock.disable_monitor()
            sock.close(0)
        # Left to the garbage collector they pile up: after some hundred kernels no socket can be opened any more.
        for monitor in self._monitors:
            monitor.close(0)
        self._sockets.clear()
        self._monitors.clear()

    async def close(self) -> None:
        """Destroy the container. EngineError when the engine did not; the reaper then will."""
        self.usable = False
        self.let_go()
        try:
            await self.engine.remove(self.container)
        finally:
            self.directory.remove()


async def destroy(kernel: Kernel) -> bool:
    """Close a kernel whatever happens; False when the reaper must finish it."""
    try:
        await kernel.close()
    except EngineError:
        return False
    return True
