"""Checker containers: hold an author's tests, never a student's code, and are kept warm for one suite each.

A checker is used by one run at a time. Each run in it is a process of its own; one that did not end as it
should takes its container with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field

from sandbox.admission import Admission, PoolBusy
from sandbox.checker import Checker
from sandbox.engine import EngineError
from sandbox.kernel import KernelFailed
from sandbox.launcher import Launcher
from sandbox.profiles import LIMITS, Limits
from sandbox.sockets import MountMissing

log = logging.getLogger(__name__)

MOST = 4
IDLE_SECONDS = 600.0
TEND_SECONDS = 1.0


@dataclass
class Checkers:
    """Hands out checkers by suite; at most `MOST` exist."""

    launcher: Launcher
    admission: Admission
    limits: Limits = LIMITS["check"]
    open: bool = False
    """Whether spares may be started: not before the doctor's verdict."""
    _idle: list[Checker] = field(default_factory=list)
    _count: int = 0
    _free: asyncio.Condition = field(default_factory=asyncio.Condition)
    _asked: float | None = None
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.admission.givers.append(self.give_way)

    @property
    def idle(self) -> int:
        return len(self._idle)

    async def take(self, key: str, seconds: float) -> Checker:
        """A checker that has run this suite or none. PoolBusy, KernelFailed, EngineError or MountMissing."""
        self._asked = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                checker = await self._find(key)
                return checker if checker is not None else await self._start(key, seconds)
        except TimeoutError:
            raise PoolBusy("every checker is taken") from None

    async def _find(self, key: str) -> Checker | None:
        """A free checker, or None when one more may be started: its place is counted then."""
        async with self._free:
            while True:
                self._idle = [checker for checker in self._idle if self._usable(checker)]
                for wanted in (key, ""):
                    for checker in self._idle:
                        if checker.key == wanted:
                            self._idle.remove(checker)
                            checker.key = key
                            return checker
                if self._count >= MOST:
                    self.give_way()
                if self._count < MOST:
                    self._count += 1
                    return None
                await self._free.wait()

    def _usable(self, checker: Checker) -> bool:
        if checker.epoch == self.launcher.engine.epoch:
            return True
        self._discard_later(checker)
        return False

    async def _start(self, key: str, seconds: float) -> Checker:
        """Start one whose place is counted already."""
        taken = False
        try:
            await self.admission.take(self.limits.memory_bytes, seconds, needed=bool(key))
            taken = True
            checker = await self.launcher.launch_checker(self.limits)
        except BaseException:
            if taken:
                self.admission.give_back(self.limits.memory_bytes)
            await asyncio.shield(self._place_is_free())
            raise
        checker.key = key
        return checker

    async def _place_is_free(self) -> None:
        async with self._free:
            self._count -= 1
            self._free.notify()

    async def give_back(self, checker: Checker, *, ended_well: bool) -> None:
        """Keep a checker for its suite, or destroy it when its run did not end as it should."""
        if not ended_well:
            await self._discard(checker)
            return
        checker.used = time.monotonic()
        async with self._free:
            self._idle.append(checker)
            self._free.notify()

    async def _discard(self, checker: Checker) -> None:
        try:
            await asyncio.shield(self.launcher.discard(checker))
        finally:
            self.admission.give_back(self.limits.memory_bytes)
            await self._place_is_free()

    def give_way(self) -> asyncio.Task[None] | None:
        """End the checker that is idle for longest, if one is, so that its room is free."""
        if not self._idle:
            return None
        oldest = min(self._idle, key=lambda checker: checker.used)
        self._idle.remove(oldest)
        return self._discard_later(oldest)

    def _discard_later(self, checker: Checker) -> asyncio.Task[None]:
        task = asyncio.create_task(self._discard(checker))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def tend(self) -> None:
        """For ever: end what was idle for long; keep one spare ready while suites are being run."""
        while True:
            await asyncio.sleep(TEND_SECONDS)
            old = time.monotonic() - IDLE_SECONDS
            async with self._free:
                for checker in [checker for checker in self._idle if checker.used < old]:
                    self._idle.remove(checker)
                    self._discard_later(checker)
            if self._wants_spare():
                self._count += 1
                with contextlib.suppress(KernelFailed, EngineError, MountMissing, PoolBusy, OSError):
                    spare = await self._start("", 0.1)
                    await self.give_back(spare, ended_well=True)

    def _wants_spare(self) -> bool:
        recent = self._asked is not None and time.monotonic() - self._asked < IDLE_SECONDS
        blank = any(not checker.key for checker in self._idle)
        return self.open and self.launcher.engine.up and recent and not blank and self._count < MOST

    async def close(self) -> None:
        """Destroy every idle checker."""
        for checker in self._idle:
            self._discard_later(checker)
        self._idle.clear()
        if self._closing:
            await asyncio.wait(self._closing)
