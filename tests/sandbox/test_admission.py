"""When the room is full, what nobody uses is ended for those who wait: in order, one at a time, and nothing in use."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.admission import Admission, PoolBusy
from sandbox.checker import Checker
from sandbox.checkers import Checkers
from sandbox.engine import Engine
from sandbox.kernel import Kernel
from sandbox.launcher import Launcher
from sandbox.pools import Pools
from sandbox.profiles import LIMITS, MIB, PROFILES, Limits
from sandbox.sessions import SPARED_SECONDS, LiveSession, Sessions
from sandbox.sockets import SocketDirectory

PLACE = LIMITS["graded"].memory_bytes


@dataclass
class FakeLauncher:
    """Starts and ends containers that are only names."""

    engine: Any = field(default_factory=lambda: SimpleNamespace(epoch=0, up=True))
    started: int = 0
    ended: list[str] = field(default_factory=list)

    def _name(self, kind: str) -> str:
        self.started += 1
        return f"{kind}{self.started}"

    async def launch(self, profile: str, limits: Limits) -> Kernel:
        kernel = SimpleNamespace(
            container=self._name("kernel"), usable=True, epoch=0, engine=self.engine, born=time.monotonic(),
            limits=limits, profile=PROFILES[profile],
        )  # fmt: skip
        return cast("Kernel", kernel)

    async def launch_checker(self, _: Limits) -> Checker:
        return Checker(
            cast("Engine", self.engine), self._name("checker"), cast("SocketDirectory", None), 0, 0
        )

    async def discard(self, container: Kernel | Checker) -> None:
        await asyncio.sleep(0.01)
        self.ended.append(container.container)


class Room:
    """A room for so many containers, with everything that shares it."""

    def __init__(self, places: int) -> None:
        self.launcher = FakeLauncher()
        launcher = cast("Launcher", self.launcher)
        self.admission = Admission(places * PLACE)
        self.pools = Pools(launcher, self.admission, places)
        self.checkers = Checkers(launcher, self.admission)
        self.sessions = Sessions(self.pools)

    @contextlib.asynccontextmanager
    async def tended(self) -> AsyncIterator[None]:
        """While pools are tended, as a service does."""
        self.pools.of("python").open = True
        tasks = [asyncio.create_task(pool.tend()) for pool in self.pools]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    async def live(self, idle: float) -> LiveSession:
        """A live session that was left alone for so many seconds."""
        kernel, warm = await self.pools.take("python", LIMITS["live"], 2)
        session = LiveSession(kernel.container, kernel, warm, live=True)
        session.used = time.monotonic() - idle
        self.sessions.add(session)
        return session

    async def graded(self, seconds: float = 2) -> Kernel:
        return (await self.pools.take("python", LIMITS["graded"], seconds))[0]


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 20))


def test_the_live_session_that_is_idle_for_longest_makes_way_for_a_hand_in() -> None:
    async def scene() -> None:
        room = Room(3)
        async with room.tended():
            recent = await room.live(SPARED_SECONDS - 10)
            older = await room.live(SPARED_SECONDS + 10)
            oldest = await room.live(SPARED_SECONDS + 20)
            await room.graded()
            assert room.launcher.ended == [oldest.kernel.container]
            await room.graded()
            assert room.launcher.ended == [oldest.kernel.container, older.kernel.container]
            assert room.sessions.find(recent.key) is recent
            assert room.sessions.find(oldest.key) is None
            with pytest.raises(PoolBusy):  # the others are all in use
                await room.graded(0.2)
            assert len(room.launcher.ended) == 2
            assert room.admission.used_bytes == room.admission.room_bytes

    run(scene())


def test_a_session_that_runs_or_was_just_found_again_is_not_idle() -> None:
    async def scene() -> None:
        room = Room(2)
        async with room.tended():
            running, found = await room.live(1000), await room.live(1000)
            running.run = cast("Any", "a run")
            assert room.sessions.find(found.key) is found
            with pytest.raises(PoolBusy):
                await room.graded(0.2)
            assert room.launcher.ended == []

    run(scene())


def test_warm_kernels_go_first_then_checkers_then_sessions() -> None:
    async def scene() -> None:
        room = Room(4)
        javascript = room.pools.of("javascript")
        async with room.tended():
            session = await room.live(1000)
            checker = await room.checkers.take("a@1", 1)
            await room.checkers.give_back(checker, ended_well=True)
            room.pools.of("python").open = False
            taken = 1  # whatever the pool has kept warm, and one more, is what is left
            while room.admission.used_bytes + PLACE <= room.admission.room_bytes:
                assert room.admission.try_take(PLACE)
                taken += 1
            warm = [kernel.container for kernel in room.pools.of("python")._warm]
            assert javascript.warm == 0
            for _ in range(len(warm) + 2):
                await room.admission.take(PLACE, 2)
            assert room.launcher.ended == [
                *reversed(warm), checker.container, session.kernel.container,
            ]  # fmt: skip

    run(scene())


def test_one_leaves_for_one_who_waits() -> None:
    async def scene() -> None:
        room = Room(3)
        async with room.tended():
            for _ in range(3):
                await room.live(1000)
            room.pools.of("python").open = False
            for _ in range(20):  # it is asked again and again while the first is on its way out
                room.admission.make_room(PLACE)
            await room.admission.take(PLACE, 2)
            await asyncio.sleep(0.1)
            assert len(room.launcher.ended) == 1

    run(scene())


def test_nothing_makes_way_for_a_spare() -> None:
    async def scene() -> None:
        room = Room(1)
        async with room.tended():
            await room.live(1000)
            with pytest.raises(PoolBusy):
                await room.checkers._start("", 0.1)
            assert room.launcher.ended == []
            assert (await room.checkers.take("a@1", 2)).key == "a@1"
            assert len(room.launcher.ended) == 1

    run(scene())


def test_who_came_first_is_served_first_and_more_than_the_room_is_refused() -> None:
    async def scene() -> None:
        admission = Admission(4 * MIB)
        await admission.take(4 * MIB, 1)
        order: list[str] = []

        async def wait(name: str, size: int) -> None:
            await admission.take(size, 2)
            order.append(name)

        waiting = [asyncio.create_task(wait("large", 3 * MIB)), asyncio.create_task(wait("small", 1 * MIB))]
        await asyncio.sleep(0)
        admission.give_back(1 * MIB)
        await asyncio.sleep(0.01)
        assert order == []  # the small one fits, but came later
        admission.give_back(3 * MIB)
        await asyncio.gather(*waiting)
        assert order == ["large", "small"]
        with pytest.raises(PoolBusy):
            await admission.take(5 * MIB, 1)

    run(scene())
