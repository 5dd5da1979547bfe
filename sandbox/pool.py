"""Warm kernels of one profile, and the line of those who wait for one.

Warm kernels are kept by recent demand and given up first when the room is needed (`sandbox.admission`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.admission import QUEUE_LENGTH, Admission, PoolBusy
from sandbox.engine import EngineError
from sandbox.kernel import Kernel, KernelFailed
from sandbox.launcher import Launcher
from sandbox.profiles import PROFILES, Limits, limits_of
from sandbox.sockets import MountMissing

log = logging.getLogger(__name__)

WARM_SECONDS = 600.0
DEMAND_SECONDS = 300.0
FEW = 2
"""So many warm kernels are started at once, whoever works; more wait for a quiet moment."""
STARTERS = max(2, os.cpu_count() or 2)
TEND_SECONDS = 0.5
QUIET_SECONDS = 0.3
_PAUSE_AFTER_FAULT = 2.0


@dataclass
class Pool:
    """Hands out fresh kernels of one profile, warm ones where it can. One user has a kernel, then it is destroyed."""

    launcher: Launcher
    admission: Admission
    pool_max: int
    profile: str = "python"
    neighbours: list[Pool] = field(default_factory=list)
    """Pools of other profiles in the same room."""
    _warm: deque[Kernel] = field(default_factory=deque)
    _starting: int = 0
    _asked: deque[float] = field(default_factory=deque)
    _takers: deque[asyncio.Future[Kernel]] = field(default_factory=deque)
    _tending: asyncio.Event = field(default_factory=asyncio.Event)
    _starts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STARTERS))
    _closing: set[asyncio.Task[None]] = field(default_factory=set)
    running: int = 0
    grading: int = 0
    """How many of those running are short: live sessions stay for long and mostly wait."""
    not_before: float = 0.0
    open: bool = False
    """Whether warm kernels may be started: not before the doctor's verdict."""

    def __post_init__(self) -> None:
        self.limits = limits_of(self.profile, "graded")
        self._always = min(PROFILES[self.profile].always_warm, self.pool_max)
        self.admission.givers.append(self.give_way)
        self.admission.listeners.append(self._tending.set)

    @property
    def warm(self) -> int:
        return len(self._warm)

    @property
    def in_line(self) -> int:
        """Who waits for a kernel of this pool."""
        return len(self._takers)

    def fits(self, limits: Limits) -> bool:
        """Whether warm containers have what these limits ask of a container (time and output are ours)."""
        return _shape(limits) == _shape(self.limits)

    async def take(self, limits: Limits, seconds: float) -> tuple[Kernel, bool]:
        """A kernel for one user, and whether it was warm. PoolBusy, KernelFailed or EngineError."""
        self._asked.append(time.monotonic())
        if not self.fits(limits):
            return await self._start_cold(limits, seconds), False
        kernel = None if self._takers else self._pop_warm()
        warm = kernel is not None
        if kernel is None:
            kernel = await self._wait_in_line(seconds)
        kernel.limits = limits
        self._count_user(limits, 1)
        self._tending.set()
        return kernel, warm

    async def _wait_in_line(self, seconds: float) -> Kernel:
        """The next kernel that becomes ready and is not promised to someone before us."""
        if len(self._takers) >= QUEUE_LENGTH:
            raise PoolBusy("too many wait already")
        turn: asyncio.Future[Kernel] = asyncio.get_running_loop().create_future()
        self._takers.append(turn)
        self._tending.set()
        try:
            async with asyncio.timeout(seconds):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._offer(turn.result())
            with contextlib.suppress(ValueError):
                self._takers.remove(turn)
            if isinstance(error, TimeoutError):
                raise PoolBusy("every place is taken") from None
            raise

    def _offer(self, kernel: Kernel) -> None:
        """Give a ready kernel to who waits longest, or keep it warm."""
        while self._takers:
            turn = self._takers.popleft()
            if not turn.done():
                turn.set_result(kernel)
                return
        self._warm.append(kernel)

    async def _start_cold(self, limits: Limits, seconds: float) -> Kernel:
        """A kernel whose container the warm pool does not have."""
        until = asyncio.get_running_loop().time() + seconds
        await self.admission.take(limits.memory_bytes, seconds)
        try:
            async with asyncio.timeout_at(until), self._starts:
                kernel = await self.launcher.launch(self.profile, limits)
        except BaseException as error:
            self.admission.give_back(limits.memory_bytes)
            if isinstance(error, TimeoutError):
                raise PoolBusy("no kernel could be started in time") from None
            raise
        self._count_user(limits, 1)
        return kernel

    def _count_user(self, limits: Limits, step: int) -> None:
        self.running += step
        if not limits.keep:
            self.grading += step

    def _pop_warm(self) -> Kernel | None:
        while self._warm:
            kernel = self._warm.popleft()
            if kernel.usable and kernel.epoch == self.launcher.engine.epoch:
                return kernel
            self._discard_later(kernel)
        return None

    def give_way(self) -> asyncio.Task[None] | None:
        """End one warm kernel that nobody waits for, if there is one, so that its room is free."""
        return self._discard_later(self._warm.pop()) if self._warm else None

    async def give_back(self, kernel: Kernel) -> None:
        """Destroy a used kernel; its room is free once its container is gone."""
        self._count_user(kernel.limits, -1)
        await self._discard(kernel)

    async def _discard(self, kernel: Kernel) -> None:
        try:
            await asyncio.shield(self.launcher.discard(kernel))
        finally:
            self.admission.give_back(kernel.limits.memory_bytes)

    def _discard_later(self, kernel: Kernel) -> asyncio.Task[None]:
        task = asyncio.create_task(self._discard(kernel))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    def wanted(self) -> int:
        """How many warm kernels recent demand deserves: as many as always, at most `pool_max`."""
        now = time.monotonic()
        while self._asked and self._asked[0] < now - DEMAND_SECONDS:
            self._asked.popleft()
        return min(self.pool_max, max(self._always, len(self._asked)))

    async def tend(self) -> None:
        """For ever: keep as many kernels warm as wanted, and end those that grew old."""
        while True:
            self._retire()
            # New starts wait for their turn after a fault, so that a sick engine is not flooded.
            ready = self.open and self.launcher.engine.up and time.monotonic() >= self.not_before
            while ready and self._may_start():
                if not self.admission.try_take(self.limits.memory_bytes):
                    if len(self._takers) > self._starting:
                        self.admission.make_room(self.limits.memory_bytes)
                    break
                self._starting += 1
                task = asyncio.create_task(self._start_warm())
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
            self._tending.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._tending.wait(), TEND_SECONDS)

    def _may_start(self) -> bool:
        """Whether to start one more: at once when few are left, else in a quiet moment, one at a time.

        A start takes half a second of a core. While students wait for verdicts the cores are theirs.
        """
        have = len(self._warm) + self._starting
        if not self._takers and any(pool.in_line for pool in self.neighbours):
            return False
        if have < max(min(FEW, self.wanted()), len(self._takers)):
            return self._starting < STARTERS
        quiet = not self._asked or time.monotonic() - self._asked[-1] > QUIET_SECONDS
        return have < self.wanted() and not self._starting and not self.grading and quiet

    def _retire(self) -> None:
        now, epoch = time.monotonic(), self.launcher.engine.epoch
        kept: deque[Kernel] = deque()
        for kernel in self._warm:
            fresh = kernel.usable and kernel.epoch == epoch and now - kernel.born < WARM_SECONDS
            if fresh and len(kept) < max(self.wanted(), self._always):
                kept.append(kernel)
            else:
                self._discard_later(kernel)
        self._warm = kept

    async def _start_warm(self) -> None:
        try:
            with self._counted():
                async with self._starts:
                    kernel = await self.launcher.launch(self.profile, self.limits)
                self._offer(kernel)
        except Exception as error:
            # Whatever it was, its room is free again and who waits hears of it: else the pool would stand still.
            expected = isinstance(error, KernelFailed | EngineError | MountMissing | OSError)
            log.warning("A warm kernel could not be started: %s", error, exc_info=None if expected else error)
            self.not_before = time.monotonic() + _PAUSE_AFTER_FAULT
            self.admission.give_back(self.limits.memory_bytes)
            self._tell_takers(error if expected else KernelFailed(f"{type(error).__name__}: {error}"))
        else:
            self._tending.set()

    def _tell_takers(self, error: Exception) -> None:
        """One start failed, so who waits longest hears of it at once and may try again."""
        while self._takers:
            turn = self._takers.popleft()
            if not turn.done():
                turn.set_exception(error)
                return

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._starting -= 1

    async def close(self) -> None:
        """Destroy every warm kernel and wait for what is being started or ended."""
        while self._closing:
            await asyncio.wait(self._closing)
        for kernel in self._warm:
            self._discard_later(kernel)
        self._warm.clear()
        if self._closing:
            await asyncio.wait(self._closing)


def _shape(limits: Limits) -> tuple[float, ...]:
    return (
        limits.memory_bytes,
        limits.cpus,
        limits.pids,
        limits.open_files,
        limits.file_bytes,
        limits.tmp_bytes,
        limits.tmp_inodes,
        limits.shm_bytes,
    )
