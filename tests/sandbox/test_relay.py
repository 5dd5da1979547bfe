"""The relay of a bridged run, its three ends played by the test: what is counted, and whose fault each end is."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox import bridge
from sandbox.bridge import (
    END,
    GONE,
    HEADER,
    JOB,
    MAX_FRAME,
    PEER,
    REFERENCE,
    REPORT,
    STUDENT,
    BridgeRun,
    _Line,
)
from sandbox.checker import Checker
from sandbox.kernel import Kernel
from sandbox.messages import Answer, Bridge, Done, Downward
from sandbox.sockets import BRIDGE_SOCKET

Part = Callable[[_Line], Awaitable[None]]
LAST_WORD = json.dumps({"r": "end"}).encode()


class Endless:
    """Stands for the run of the code that serves the bridge: it lasts as long as the bridge does."""

    def __init__(self, *_: object) -> None: ...

    async def go(self) -> Done:
        await asyncio.Event().wait()
        raise AssertionError


@dataclass
class Ended:
    """What a bridged run came to."""

    done: Done
    well: bool
    reports: list[Any] = field(default_factory=list)


async def waits(line: _Line) -> None:
    """Read whatever comes until the line ends."""
    try:
        while True:
            await line.receive()
    except bridge._LineBroken:
        return


async def reports_and_ends(line: _Line) -> None:
    """A checker that is content."""
    assert (await line.receive())[0] == JOB
    await line.send(REPORT, b'{"r": "test"}')
    await line.send(END, LAST_WORD)


def play(
    checker: Part, student: Part = waits, reference: Part | None = None, kills: tuple[int, int] = (0, 0)
) -> Ended:
    """One bridged run between these parts; `kills`: the checker's processes out of memory, before and after."""

    async def scene() -> Ended:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="psr-")))

            async def serve(name: str, part: Part) -> SimpleNamespace:
                async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    line = _Line(reader, writer)
                    try:
                        await part(line)
                    except bridge._LineBroken:
                        pass
                    finally:
                        line.close()

                place = folder / name
                place.mkdir()
                path = place / BRIDGE_SOCKET
                await stack.enter_async_context(await asyncio.start_unix_server(accept, path, limit=1 << 22))
                return SimpleNamespace(
                    directory=SimpleNamespace(path=place), address=str(path), usable=True,
                    memory_kills=iter(kills).__next__,
                )  # fmt: skip

            heard: list[Downward] = []

            async def emit(message: Downward) -> None:
                heard.append(message)

            other = None if reference is None else cast("Kernel", await serve("reference", reference))
            message = Bridge("r", "channel", "suite@1", "{}", "serve", None if reference is None else "serve")
            run = BridgeRun(
                cast("Kernel", await serve("student", student)), cast("Checker", await serve("checker", checker)),
                other, message, emit,
            )  # fmt: skip
            done = await run.go()
            return Ended(done, run.ended_well, [part.payload for part in heard if isinstance(part, Answer)])

    return asyncio.run(asyncio.wait_for(scene(), 20))


@pytest.fixture(autouse=True)
def _kernels_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "Run", Endless)
    monkeypatch.setattr(bridge, "LEAVE_SECONDS", 0.05)
    monkeypatch.setattr(bridge, "LAST_WORD_SECONDS", 0.2)


def test_frames_are_passed_on_and_reports_told() -> None:
    asked: list[bytes] = []

    async def checker(line: _Line) -> None:
        await line.receive()
        await line.send(STUDENT, b"question")
        assert await line.receive() == (STUDENT, b"answer")
        await line.send(REPORT, b'{"r": "test"}')
        await line.send(END, LAST_WORD)

    async def student(line: _Line) -> None:
        asked.append((await line.receive())[1])
        await line.send(PEER, b"answer")
        await waits(line)

    ended = play(checker, student)
    assert (ended.done.outcome, ended.well) == ("ok", True)
    assert ended.reports == [{"r": "test"}, {"r": "end"}]
    assert asked == [b"question"]


def test_too_many_calls_are_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "MAX_FRAMES", 10)

    async def checker(line: _Line) -> None:
        await line.receive()
        for _ in range(11):
            await line.send(STUDENT, b"again")
        await line.send(END, LAST_WORD)

    ended = play(checker)
    assert (ended.done.outcome, ended.well) == ("output_limit", False)


def test_too_many_bytes_are_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "MAX_STUDENT_BYTES", 1000)

    async def checker(line: _Line) -> None:
        await line.receive()
        for _ in range(3):
            await line.receive()
        await line.send(END, LAST_WORD)

    async def student(line: _Line) -> None:
        for _ in range(3):
            await line.send(PEER, b"x" * 400)
        await waits(line)

    assert play(checker, student).done.outcome == "output_limit"


@pytest.mark.parametrize("length", [0, MAX_FRAME + 1, 0x7FFFFFFF])
def test_a_frame_of_a_wrong_size_ends_the_line(length: int) -> None:
    async def student(line: _Line) -> None:
        line.writer.write(HEADER.pack(length) + b"B" + b"x" * min(length, MAX_FRAME))
        await waits(line)

    ended = play(waits, student)
    assert (ended.done.outcome, ended.well) == ("died", False)


@pytest.mark.parametrize("kind", [REPORT, END, STUDENT, GONE, JOB])
def test_a_student_cannot_speak_as_the_checker(kind: bytes) -> None:
    told: list[tuple[bytes, bytes]] = []

    async def checker(line: _Line) -> None:
        await line.receive()
        told.append(await line.receive())
        await waits(line)

    async def student(line: _Line) -> None:
        await line.send(kind, LAST_WORD)
        await waits(line)

    ended = play(checker, student)
    assert (ended.done.outcome, ended.reports) == ("died", [])
    assert [(mark, json.loads(word)) for mark, word in told] == [(GONE, {"peer": 1, "why": "died"})]


@pytest.mark.parametrize(("name", "most"), [("MAX_REPORTS", 3), ("MAX_REPORT_BYTES", 100)])
def test_too_many_reports_end_the_run(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(bridge, name, most)

    async def checker(line: _Line) -> None:
        await line.receive()
        for _ in range(4):
            await line.send(REPORT, json.dumps({"r": "test", "detail": "x" * 50}).encode())
        await line.send(END, LAST_WORD)

    assert play(checker).done.outcome == "output_limit"


@pytest.mark.parametrize(
    "frame", [(REPORT, b"}{"), (REPORT, b"[" * 10_000), (b"Q", b"{}"), (REFERENCE, b"{}")], ids=repr
)
def test_a_checker_that_breaks_is_our_fault_and_not_used_again(frame: tuple[bytes, bytes]) -> None:
    async def checker(line: _Line) -> None:
        await line.receive()
        await line.send(*frame)
        await waits(line)

    ended = play(checker)
    assert (ended.done.outcome, ended.well) == ("our_fault", False)


def test_a_checker_that_leaves_without_a_last_word_is_our_fault() -> None:
    async def checker(line: _Line) -> None:
        await line.receive()
        await line.send(REPORT, b'{"r": "test"}')

    ended = play(checker)
    assert (ended.done.outcome, ended.well) == ("our_fault", False)


def test_a_checker_that_is_filled_up_is_the_programs_memory() -> None:
    async def leaves(line: _Line) -> None:
        await line.receive()
        await line.send(REPORT, b"{}")

    ended = play(leaves, kills=(3, 4))
    assert (ended.done.outcome, ended.well) == ("memory_limit", False)
    assert play(leaves, kills=(3, 3)).done.outcome == "our_fault"


def test_a_reference_that_leaves_is_our_fault() -> None:
    async def reference(line: _Line) -> None:
        await asyncio.sleep(0.05)

    assert play(waits, waits, reference).done.outcome == "our_fault"


def test_a_run_with_a_reference_ends_well() -> None:
    assert play(reports_and_ends, waits, waits).done.outcome == "ok"


@pytest.mark.parametrize("listens", [True, False])
def test_a_socket_that_has_a_name_may_listen_a_moment_later(
    monkeypatch: pytest.MonkeyPatch, listens: bool
) -> None:
    monkeypatch.setattr(bridge, "REFUSED_TRIES", 10)

    async def scene(path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            if listens:
                asyncio.get_running_loop().call_later(0.05, listener.listen)
            (await bridge._dial(str(path))).close()

    with tempfile.TemporaryDirectory(prefix="psr-") as folder:
        if listens:
            asyncio.run(scene(Path(folder, "socket")))
        else:
            with pytest.raises(bridge._LineBroken, match="nobody answers"):
                asyncio.run(scene(Path(folder, "socket")))


def test_a_checker_that_no_longer_reads_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the run would wait for it for ever, and with it one of the few places for checkers."""
    monkeypatch.setattr(bridge, "SEND_SECONDS", 0.3)

    async def checker(line: _Line) -> None:
        await line.receive()
        await asyncio.sleep(15)

    async def student(line: _Line) -> None:
        for _ in range(12):
            await line.send(PEER, bytes(1 << 20))
        await asyncio.sleep(15)

    begun = time.monotonic()
    ended = play(checker, student)
    assert (ended.done.outcome, ended.well) == ("died", False)
    assert time.monotonic() - begun < 10
