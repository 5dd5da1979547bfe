"""The wire to a kernel, its other end played by the test: what is too large, unsigned or not asked for is not heard."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
import zmq
import zmq.asyncio

from sandbox.engine import Engine
from sandbox.kernel import Event, Kernel
from sandbox.messages import ProtocolError
from sandbox.profiles import LIMITS, PROFILES
from sandbox.sockets import SocketDirectory
from sandbox.wire import DELIMITER, MAX_FRAME_BYTES, _sign, unpack

KEY = "the key of this kernel"
ASKED = "the request we listen for"


def frames(text: str, parent: str = ASKED, key: str = KEY) -> list[bytes]:
    """A stream message as a kernel publishes it."""
    parts = [
        json.dumps(part).encode()
        for part in ({"msg_type": "stream"}, {"msg_id": parent}, {}, {"name": "stdout", "text": text})
    ]
    return [b"topic", DELIMITER, _sign(key, parts), *parts]


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Kernel, zmq.asyncio.Context]]:
    """A kernel's near side, connected to sockets that this test bound."""
    with tempfile.TemporaryDirectory(prefix="psk-") as folder:
        context = zmq.asyncio.Context()
        kernel = Kernel(
            cast("Engine", None), "none", SocketDirectory(Path(folder), KEY), 0,
            PROFILES["python"], LIMITS["graded"], "", 0,
        )  # fmt: skip
        others = [context.socket(zmq.ROUTER) for _ in range(2)]
        for name, socket in zip(("shell", "stdin"), others, strict=True):
            socket.bind(kernel.directory.address(name))
        kernel.listening_for = ASKED
        try:
            yield kernel, context
        finally:
            kernel.let_go()
            for socket in others:
                socket.close(0)
            context.destroy(linger=0)


@contextmanager
def publisher(kernel: Kernel, context: zmq.asyncio.Context) -> Iterator[zmq.asyncio.Socket]:
    """What publishes at the kernel's address from now on."""
    socket = context.socket(zmq.PUB)
    socket.bind(kernel.directory.address("iopub"))
    try:
        yield socket
    finally:
        socket.close(0)


async def heard(kernel: Kernel, socket: zmq.asyncio.Socket, message: list[bytes]) -> Event:
    """Publish until something comes: a subscriber hears nothing of what was said before it was there."""
    async with asyncio.timeout(10):
        while kernel.events.empty():
            await socket.send_multipart(message)
            await asyncio.sleep(0.02)
        return kernel.events.get_nowait()


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 30))


def test_a_message_is_heard_and_a_larger_one_ends_the_line() -> None:
    async def scene() -> None:
        async with wired() as (kernel, context):
            with publisher(kernel, context) as socket:
                kernel._connect(context)
                event = await heard(kernel, socket, frames("x" * (MAX_FRAME_BYTES // 2)))
                assert event.message is not None
                kernel.listen(ASKED)
                await socket.send_multipart(frames("x" * (MAX_FRAME_BYTES + 1)))
                async with asyncio.timeout(10):
                    while not (event := await kernel.events.get()).gone:
                        assert event.message is not None
                        assert event.message.size <= MAX_FRAME_BYTES
                assert not kernel.usable

    run(scene())


def test_whoever_comes_back_on_the_same_path_is_not_heard() -> None:
    async def scene() -> None:
        async with wired() as (kernel, context):
            with publisher(kernel, context) as socket:
                kernel._connect(context)
                await heard(kernel, socket, frames("first"))
                kernel.listen(ASKED)
            async with asyncio.timeout(10):
                while not (await kernel.events.get()).gone:
                    pass
            with publisher(kernel, context) as socket:
                for _ in range(30):
                    await socket.send_multipart(frames("second"))
                    await asyncio.sleep(0.02)
            assert kernel.events.empty()
            assert not kernel.usable

    run(scene())


def test_only_what_answers_the_request_is_kept() -> None:
    async def scene() -> None:
        async with wired() as (kernel, context):
            with publisher(kernel, context) as socket:
                kernel._connect(context)
                await heard(kernel, socket, frames("asked"))
                kernel.listen(ASKED)
                for _ in range(5):
                    await socket.send_multipart(frames("another's", parent="another request"))
                event = await heard(kernel, socket, frames("asked"))
                assert event.message is not None
                assert event.message.content["text"] == "asked"
                await asyncio.sleep(0.2)
                kernel.listen(ASKED)
                event = await heard(kernel, socket, frames("forged", key="another key"))
                assert event.fault == "bad signature"

    run(scene())


@pytest.mark.parametrize(
    "message",
    [
        [],
        [b"topic"],
        frames("x")[1:3],
        frames("x", key="another"),
        [*frames("x")[:3], b"[]", b"{}", b"{}", b"{}"],
        [DELIMITER, _sign(KEY, [b"[]", b"{}", b"{}", b"{}"]), b"[]", b"{}", b"{}", b"{}"],
        [DELIMITER, _sign(KEY, [b"{}", b"{}", b"{}", b"{}"]), b"{}", b"{}", b"{}", b"{}"],
        [DELIMITER, _sign(KEY, [b"{", b"{}", b"{}", b"{}"]), b"{", b"{}", b"{}", b"{}"],
    ],
)
def test_what_is_no_message_is_refused(message: list[bytes]) -> None:
    with pytest.raises(ProtocolError):
        unpack(KEY, message)


def test_letting_go_leaves_no_socket_open() -> None:
    """Also none of those that watch for a broken connection: a service starts thousands of kernels."""

    async def scene() -> tuple[int, int]:
        async with wired() as (kernel, context):
            before = set(context._sockets)
            kernel._connect(context)
            own = set(context._sockets) - before
            kernel.let_go()
            return len(own), sum(not socket.closed for socket in own)

    made, left = asyncio.run(scene())
    assert made > 3
    assert left == 0
