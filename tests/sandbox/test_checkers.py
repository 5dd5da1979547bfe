"""Checkers are kept for one suite each, and only when their run ended as it should."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sandbox.admission import Admission, PoolBusy
from sandbox.checker import Checker
from sandbox.checkers import MOST, Checkers
from sandbox.engine import Engine, EngineError
from sandbox.launcher import Launcher
from sandbox.profiles import LIMITS, MIB, Limits
from sandbox.sockets import SocketDirectory


@dataclass
class FakeLauncher:
    """Starts checkers that are only names."""

    engine: Any = field(default_factory=lambda: SimpleNamespace(epoch=0, up=True))
    started: int = 0
    discarded: list[str] = field(default_factory=list)
    broken: bool = False

    async def launch_checker(self, _: Limits) -> Checker:
        if self.broken:
            raise EngineError("no engine")
        self.started += 1
        return Checker(
            cast("Engine", self.engine),
            f"c{self.started}",
            cast("SocketDirectory", None),
            0,
            self.engine.epoch,
        )

    async def discard(self, checker: Checker) -> None:
        self.discarded.append(checker.container)


def checkers(launcher: FakeLauncher) -> Checkers:
    return Checkers(cast("Launcher", launcher), Admission(4096 * MIB))


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 10))


def test_a_checker_runs_no_other_suite_than_its_own() -> None:
    async def scene() -> None:
        kept = checkers(FakeLauncher())
        first = await kept.take("a@1", 1)
        await kept.give_back(first, ended_well=True)
        other = await kept.take("b@1", 1)
        newer = await kept.take("a@2", 1)
        again = await kept.take("a@1", 1)
        assert again is first
        assert len({first.container, other.container, newer.container}) == 3
        assert (first.key, other.key, newer.key) == ("a@1", "b@1", "a@2")

    run(scene())


def test_a_checker_whose_run_did_not_end_well_is_destroyed() -> None:
    async def scene() -> None:
        launcher = FakeLauncher()
        kept = checkers(launcher)
        checker = await kept.take("a@1", 1)
        await kept.give_back(checker, ended_well=False)
        assert launcher.discarded == [checker.container]
        assert kept.idle == 0
        assert kept.admission.used_bytes == 0
        assert (await kept.take("a@1", 1)) is not checker

    run(scene())


def test_a_checker_of_an_engine_that_was_away_is_not_used_again() -> None:
    async def scene() -> None:
        launcher = FakeLauncher()
        kept = checkers(launcher)
        checker = await kept.take("a@1", 1)
        await kept.give_back(checker, ended_well=True)
        launcher.engine.epoch += 1
        assert (await kept.take("a@1", 1)) is not checker
        await kept.close()
        assert launcher.discarded == [checker.container]

    run(scene())


def test_more_than_may_exist_wait_and_then_are_refused() -> None:
    async def scene() -> None:
        launcher = FakeLauncher()
        kept = checkers(launcher)
        taken = [await kept.take(f"s@{number}", 1) for number in range(MOST)]
        with pytest.raises(PoolBusy):
            await kept.take("late", 0.05)
        await kept.give_back(taken[0], ended_well=True)
        late = await kept.take("late", 1)
        assert late.container not in {checker.container for checker in taken}
        assert launcher.discarded == [taken[0].container]

    run(scene())


def test_a_start_that_fails_keeps_no_place() -> None:
    async def scene() -> None:
        launcher = FakeLauncher(broken=True)
        kept = checkers(launcher)
        for _ in range(MOST + 1):
            with contextlib.suppress(EngineError):
                await kept.take("a", 1)
        assert kept.admission.used_bytes == 0
        launcher.broken = False
        assert (await kept.take("a", 1)).container == "c1"
        assert kept.admission.used_bytes == LIMITS["check"].memory_bytes

    run(scene())
