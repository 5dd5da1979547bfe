"""Live sessions by key: kernels that outlive a connection, one run at a time, ended when idle for long."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from sandbox.bridge import BridgeRun
from sandbox.kernel import Kernel
from sandbox.pools import Pools
from sandbox.run import Run

SPARED_SECONDS = 60.0
"""A live session that is left alone for longer makes way for those who wait, when the room is full."""


@dataclass(eq=False)
class LiveSession:
    """A kernel in someone's hands."""

    key: str
    kernel: Kernel
    warm: bool
    live: bool
    used: float = field(default_factory=time.monotonic)
    run: Run | BridgeRun | None = None

    @property
    def idle_for(self) -> float:
        return 0.0 if self.run is not None else time.monotonic() - self.used

    def touch(self) -> None:
        """A run has ended; the idle time starts anew."""
        self.run = None
        self.used = time.monotonic()


@dataclass
class Sessions:
    """All sessions of the service; live ones can be found again by key."""

    pool: Pools
    _live: dict[str, LiveSession] = field(default_factory=dict)
    _all: set[LiveSession] = field(default_factory=set)
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pool.admission.givers.append(self.give_way)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, session: LiveSession) -> None:
        self._all.add(session)
        if session.live:
            self._live[session.key] = session

    def find(self, key: str) -> LiveSession | None:
        """A live session whose kernel can still be used; its idle time starts anew."""
        found = self._live.get(key)
        if found is not None and (not found.kernel.usable or found.kernel.epoch != found.kernel.engine.epoch):
            return None
        if found is not None:
            found.used = time.monotonic()
        return found

    async def end(self, session: LiveSession) -> None:
        """Destroy a session's container. Safe to call twice."""
        if session not in self._all:
            return
        self._all.discard(session)
        if self._live.get(session.key) is session:
            del self._live[session.key]
        await self.pool.give_back(session.kernel)

    def give_way(self) -> asyncio.Task[None] | None:
        """End the live session that is idle for longest, if one is left alone for long enough to be spared."""
        idle = [one for one in self._live.values() if one.idle_for > SPARED_SECONDS]
        if not idle:
            return None
        task = asyncio.create_task(self.end(max(idle, key=lambda one: one.idle_for)))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def end_idle(self) -> None:
        """End live sessions that nobody used for their idle time, or whose kernel is gone."""
        for session in list(self._live.values()):
            kernel = session.kernel
            stale = session.idle_for > kernel.limits.idle_seconds
            lost = not kernel.usable or kernel.epoch != kernel.engine.epoch
            if stale or (session.run is None and lost):
                await self.end(session)

    async def end_all(self) -> None:
        await asyncio.gather(*(self.end(session) for session in list(self._all)))
