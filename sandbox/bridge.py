"""The relay of a bridged run: passes frames between a checker and the kernels it asks, and counts them.

It reads no frame's content but the checker's reports. Whatever goes wrong has one outcome: the student's side
ended or a cap was met (the student's), or the checker, the reference or the engine broke (ours).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.checker import Checker
from sandbox.kernel import Kernel
from sandbox.messages import Answer, Bridge, Done, Downward, Execute, ProtocolError, RunOutcome, parse_json
from sandbox.run import Run
from sandbox.sockets import BRIDGE_SOCKET

HEADER = struct.Struct(">I")
MAX_FRAME = 2 << 20
MAX_FRAMES = 40_000
MAX_STUDENT_BYTES = 16 << 20
MAX_REPORTS = 4_000
MAX_REPORT_BYTES = 6 << 20
CONNECT_SECONDS = 5.0
REFUSED_SECONDS = 0.02
REFUSED_TRIES = 50
SEND_SECONDS = 15.0
LAST_WORD_SECONDS = 2.0
LEAVE_SECONDS = 1.0

JOB, STUDENT, REFERENCE, GONE, REPORT, END, PEER = b"J", b"1", b"2", b"X", b"R", b"E", b"B"
Emit = Callable[[Downward], Awaitable[None]]


class _LineBroken(Exception):
    """A connection ended, or carried what is no frame."""


class _TooMuch(Exception):
    """The student's side met a cap."""


@dataclass
class _Line:
    """Frames over one Unix socket."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def receive(self) -> tuple[bytes, bytes]:
        try:
            (length,) = HEADER.unpack(await self.reader.readexactly(HEADER.size))
            if not 1 <= length <= MAX_FRAME:
                raise _LineBroken(f"a frame of {length} bytes")
            body = await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise _LineBroken("the line is closed") from error
        return body[:1], body[1:]

    async def send(self, kind: bytes, payload: bytes) -> None:
        try:
            self.writer.write(HEADER.pack(len(payload) + 1) + kind + payload)
            async with asyncio.timeout(SEND_SECONDS):
                await self.writer.drain()
        except TimeoutError as error:
            raise _LineBroken("nobody reads the line") from error
        except OSError as error:
            raise _LineBroken("the line is closed") from error

    def close(self) -> None:
        self.writer.close()


async def _dial(path: str) -> _Line:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            # A socket has its name a moment before it listens: on a busy machine that moment can be met.
            for _ in range(REFUSED_TRIES):
                with contextlib.suppress(ConnectionRefusedError):
                    return _Line(*await asyncio.open_unix_connection(path, limit=1 << 20))
                await asyncio.sleep(REFUSED_SECONDS)
            return _Line(*await asyncio.open_unix_connection(path, limit=1 << 20))
    except (OSError, TimeoutError) as error:
        raise _LineBroken(f"nobody answers at the bridge: {error}") from error


@dataclass
class BridgeRun:
    """One bridged run on one student's kernel; `go` ends in one outcome."""

    kernel: Kernel
    checker: Checker
    reference: Kernel | None
    message: Bridge
    emit: Emit
    ended_well: bool = False
    """Whether the checker said its last word: only then may it be used again."""
    waiting_for_input: bool = False
    _frames: int = 0
    _bytes: int = 0
    _reports: int = 0
    _report_bytes: int = 0
    _kills: int = 0
    _lines: list[_Line] = field(default_factory=list)
    _runs: list[asyncio.Task[Done]] = field(default_factory=list)

    async def go(self) -> Done:
        """Run to the end. Raises only what `emit` raises."""
        began = time.monotonic()
        self._kills = self.checker.memory_kills()
        try:
            outcome, detail = await self._relay()
        finally:
            for line in self._lines:
                line.close()
            await self._leave()
        return Done(self.message.request, outcome, detail, round((time.monotonic() - began) * 1000, 3), None)

    async def _leave(self) -> None:
        """The kernels see their line end and finish; one that does not is of no more use."""
        if self._runs:
            _, pending = await asyncio.wait(self._runs, timeout=LEAVE_SECONDS)
            for task in pending:
                task.cancel()
            if pending:
                self.kernel.usable = False
            await asyncio.gather(*self._runs, return_exceptions=True)

    def _start(self, kernel: Kernel, code: str) -> asyncio.Task[Done]:
        execute = Execute(self.message.request, code, time_limit=self.message.time_limit)
        task = asyncio.create_task(Run(kernel, execute, _nothing).go())
        self._runs.append(task)
        return task

    async def _call(self, path: str) -> _Line:
        line = await _dial(path)
        self._lines.append(line)
        return line

    async def _relay(self) -> tuple[RunOutcome, str]:
        student_run = self._start(self.kernel, self.message.code)
        tasks: dict[asyncio.Task[Any], str] = {student_run: "student run"}
        try:
            checker = await self._call(self.checker.address)
            student = await self._call(str(self.kernel.directory.path / BRIDGE_SOCKET))
            reference = None
            if self.reference is not None and self.message.reference is not None:
                tasks[self._start(self.reference, self.message.reference)] = "reference run"
                reference = await self._call(str(self.reference.directory.path / BRIDGE_SOCKET))
                tasks[_task(self._from_peer(reference, checker, REFERENCE))] = "reference"
            await checker.send(JOB, self.message.suite.encode())
        except _LineBroken as error:
            return await self._early_end(student_run, str(error))
        listening = _task(self._from_checker(checker, student, reference))
        tasks |= {listening: "checker", _task(self._from_peer(student, checker, STUDENT)): "student"}
        try:
            return await self._first_end(tasks, student_run, listening, checker)
        finally:
            for task, name in tasks.items():
                if name in {"checker", "student", "reference"}:
                    task.cancel()
            await asyncio.gather(
                *(task for task, name in tasks.items() if not name.endswith("run")), return_exceptions=True
            )

    async def _early_end(self, student_run: asyncio.Task[Done], detail: str) -> tuple[RunOutcome, str]:
        """A bridge that could not be built: the student's kernel may have died before its first frame."""
        await asyncio.wait({student_run}, timeout=LEAVE_SECONDS)
        if student_run.done() and student_run.exception() is None:
            done = student_run.result()
            if done.outcome not in {"ok", "error"}:
                return done.outcome, done.detail
        return "our_fault", detail

    async def _first_end(
        self,
        tasks: dict[asyncio.Task[Any], str],
        student_run: asyncio.Task[Done],
        listening: asyncio.Task[None],
        checker: _Line,
    ) -> tuple[RunOutcome, str]:
        """Wait for whatever ends the run, and for the checker's last word after it."""
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            return self._checker_ended(listening)
        outcome, detail, peer = await self._peer_ended(tasks, student_run)
        with contextlib.suppress(_LineBroken):
            await checker.send(GONE, json.dumps({"peer": peer, "why": outcome}).encode())
        await asyncio.wait({listening}, timeout=LAST_WORD_SECONDS)
        if listening.done():
            self._checker_ended(listening)
        return outcome, detail

    def _checker_ended(self, listening: asyncio.Task[None]) -> tuple[RunOutcome, str]:
        error = listening.exception()
        if error is None:
            self.ended_well = True
            return "ok", ""
        if isinstance(error, _TooMuch):
            return "output_limit", str(error)
        if isinstance(error, _LineBroken):
            # The solution's run of these tests did not fill the memory: what the program gave to them did.
            if self.checker.memory_kills() > self._kills:
                return "memory_limit", "the tests ran out of memory"
            return "our_fault", f"the checker ended: {error}"
        raise error

    async def _peer_ended(
        self, tasks: dict[asyncio.Task[Any], str], student_run: asyncio.Task[Done]
    ) -> tuple[RunOutcome, str, int]:
        for task, name in tasks.items():
            if task.done() and name.startswith("reference"):
                return "our_fault", "the reference solution ended", 2
            if task.done() and name == "student":
                error = task.exception()
                if isinstance(error, _TooMuch):
                    return "output_limit", str(error), 1
        # The line ends a moment before the kernel's own end is known, or the program closed it on purpose.
        await asyncio.wait({student_run}, timeout=LEAVE_SECONDS)
        if not student_run.done():
            return "died", "the program closed the bridge", 1
        done = student_run.result()
        if done.outcome in {"ok", "error", "interrupted"}:
            return "died", f"the program left the bridge: {done.detail}", 1
        return done.outcome, done.detail, 1

    async def _from_checker(self, checker: _Line, student: _Line, reference: _Line | None) -> None:
        while True:
            kind, payload = await checker.receive()
            self._frames += 1
            if self._frames > MAX_FRAMES:
                raise _TooMuch("too many calls crossed the bridge")
            if kind == STUDENT:
                # A line that the student's side has broken shows at its own reader.
                with contextlib.suppress(_LineBroken):
                    await student.send(PEER, payload)
            elif kind == REFERENCE and reference is not None:
                with contextlib.suppress(_LineBroken):
                    await reference.send(PEER, payload)
            elif kind in {REPORT, END}:
                await self._report(payload)
                if kind == END:
                    return
            else:
                raise _LineBroken("a frame of an unknown kind")

    async def _report(self, payload: bytes) -> None:
        self._reports += 1
        self._report_bytes += len(payload)
        if self._reports > MAX_REPORTS or self._report_bytes > MAX_REPORT_BYTES:
            raise _TooMuch("too much was reported")
        try:
            content = parse_json(payload)
        except ProtocolError as error:
            raise _LineBroken(f"an unreadable report: {error}") from error
        await self.emit(Answer(self.message.channel, content))

    async def _from_peer(self, peer: _Line, checker: _Line, mark: bytes) -> None:
        while True:
            kind, payload = await peer.receive()
            if mark == STUDENT:
                self._bytes += len(payload)
                if self._bytes > MAX_STUDENT_BYTES:
                    raise _TooMuch("too much crossed the bridge")
            if kind != PEER:
                raise _LineBroken("a frame of an unknown kind")
            await checker.send(mark, payload)

    async def answer_input(self, text: str) -> None:
        """Nothing asks for input here: a test answers it."""

    async def interrupt(self) -> None:
        """Stop the student's code."""
        await self.kernel.interrupt()

    async def came_back(self) -> bool:
        """A kernel that has been bridged is never kept."""
        return False


def _task(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    return asyncio.create_task(work)


async def _nothing(_: Downward) -> None:
    """What the kernels say beside the bridge is for nobody."""
