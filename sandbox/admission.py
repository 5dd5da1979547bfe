"""Who may have memory for a container: admission to the one room that all containers share.

Admission goes by the sum of memory limits: a container is started only when its whole limit fits. Who must wait does
so in order of arrival, with a deadline. What nobody uses at this moment (warm kernels, idle checkers, live sessions
that were left alone for a while) is ended for those who wait, one at a time and in that order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

QUEUE_LENGTH = 200


class PoolBusy(Exception):
    """No room within the deadline."""


@dataclass(frozen=True, eq=False, slots=True)
class _Waiter:
    size: int
    turn: asyncio.Future[None]
    needed: bool
    """Whether others make way: not for a spare."""


@dataclass(eq=False)
class Admission:
    """Counts memory promised to containers. Waiters are served strictly in order."""

    room_bytes: int
    used_bytes: int = 0
    givers: list[Callable[[], asyncio.Task[None] | None]] = field(default_factory=list)
    """Each ends one container that nobody uses now, and returns the task of ending it; None when it has none."""
    listeners: list[Callable[[], None]] = field(default_factory=list)
    """Told whenever room became free that nobody in line has taken."""
    _waiting: deque[_Waiter] = field(default_factory=deque)
    _leaving: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def try_take(self, size: int) -> bool:
        """Take room now, unless there is none or someone came first."""
        if self._waiting or not self._fits(size):
            return False
        self.used_bytes += size
        return True

    async def take(self, size: int, seconds: float, *, needed: bool = True) -> None:
        """Take room, waiting in line for at most `seconds`. Raises PoolBusy."""
        if self.try_take(size):
            return
        if size > self.room_bytes or len(self._waiting) >= QUEUE_LENGTH:
            raise PoolBusy("there is no room for this run")
        waiter = _Waiter(size, asyncio.get_running_loop().create_future(), needed)
        self._waiting.append(waiter)
        self._wake()
        try:
            async with asyncio.timeout(seconds):
                await waiter.turn
        except BaseException as error:
            if waiter.turn.done() and not waiter.turn.cancelled():
                self.give_back(size)
            else:
                with contextlib.suppress(ValueError):
                    self._waiting.remove(waiter)
                self._wake()
            if isinstance(error, TimeoutError):
                raise PoolBusy("every place is taken") from None
            raise

    def give_back(self, size: int) -> None:
        """The container is gone, or never came."""
        self.used_bytes -= size
        self._wake()

    def make_room(self, size: int) -> None:
        """Where the room is full, have something ended that nobody uses now; its room is free a moment later."""
        if self._fits(size) or self._leaving is not None:
            return
        for give_way in self.givers:
            if (leaving := give_way()) is not None:
                self._leaving = leaving
                leaving.add_done_callback(self._left)
                return

    def _left(self, _: asyncio.Task[None]) -> None:
        self._leaving = None
        self._wake()

    def _fits(self, size: int) -> bool:
        return self.used_bytes + size <= self.room_bytes

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting[0]
            if waiter.turn.done():
                self._waiting.popleft()
                continue
            if not self._fits(waiter.size):
                if waiter.needed:
                    self.make_room(waiter.size)
                return
            self._waiting.popleft()
            self.used_bytes += waiter.size
            waiter.turn.set_result(None)
        for listener in self.listeners:
            listener()
