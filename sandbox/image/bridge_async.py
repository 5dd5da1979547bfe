"""Waiting for `async` functions of the other side: both sides' loops go on, turn by turn.

Who waits asks again and again for one more step and lets its own loop go on in between. Who is asked drives its
awaitable as a task in a loop of its own, which makes one turn with each step. So what runs at the same time in
one process does so over the bridge, and a test's coroutine may wait for the program's, which may wait for the
test's. A loop that is running cannot be run again: requests within requests have a loop for each level.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator
from dataclasses import dataclass
from typing import Any

BUSY_TURNS = 20
"""Steps asked for at once; who waits for longer pauses between them."""
PAUSE_SECONDS = 0.002
_sleep = asyncio.sleep  # a test may patch it
DONE, PENDING, CANCELLED = "done", "pending", "cancelled"

DRIVEN = frozenset({"send", "throw", "close"})
"""What a task asks of its coroutine."""
_DRIVER = "_bridge_driver"

Step = Callable[[bool], Any]


class _Loop(asyncio.SelectorEventLoop):
    """A loop that makes one turn when it is told to."""

    turns = 0

    def turn(self) -> None:
        """Let all that is ready go on by one step."""
        self.turns += 1
        self.call_soon(self.stop)
        self.run_forever()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task that has made its first step; nothing else goes on meanwhile, as with `await`."""
        names = vars(self)
        others, names["_ready"] = names["_ready"], deque()
        task = self.create_task(work)
        self.turn()
        self.turns -= 1
        names["_ready"] = others + names["_ready"]
        return task


@dataclass
class _Driven:
    """One task, its loop, and how many turns of the loop who waits has asked for or seen."""

    task: asyncio.Task[Any]
    loop: _Loop | None  # None: a loop of the code's own, which goes on by itself
    turns: int = 0
    patience: int = 5  # how often its end is told later, for the sake of one that ended before

    def go_on(self) -> None:
        """Make a turn, unless one was made for another task since this one was asked after."""
        if self.loop is None:
            return
        if self.turns == self.loop.turns and not self.loop.is_running() and not self.task.done():
            self.loop.turn()
        self.turns = self.loop.turns


class Waits:
    """Awaitables of this side that the other side waits for."""

    def __init__(self) -> None:
        self._loops: list[_Loop] = []
        self._driven: dict[int, _Driven] = {}
        self._ended: list[int] = []  # in the order in which they ended; who waits hears of them in this order

    def step(self, identity: int, awaitable: Any, *, cancel: bool) -> tuple[str, Any]:
        """Go on with an awaitable for one turn: how it stands, and its result. Raises what it raises."""
        driven = self._driven.get(identity)
        if driven is None:
            driven = self._driven[identity] = self._start(self._waiting(identity, awaitable))
            told = driven.task.done()
        else:
            if cancel:
                driven.task.cancel()
            with self._no_loop_runs():
                driven.go_on()
            told = driven.task.done() and not self._is_early(identity, driven)
        if not told:
            return PENDING, None
        del self._driven[identity]
        self._ended = [number for number in self._ended if number != identity]
        task = driven.task
        return (CANCELLED, None) if task.cancelled() else (DONE, task.result())

    async def _waiting(self, identity: int, awaitable: Any) -> Any:
        try:
            return await awaitable
        finally:
            self._ended.append(identity)

    def _is_early(self, identity: int, driven: _Driven) -> bool:
        """Whether another one ended before, of which who waits will hear soon."""
        before = [number for number in self._ended if number in self._driven]
        if identity not in before[1:] or not driven.patience:
            return False
        driven.patience -= 1
        return True

    def _start(self, work: Coroutine[Any, Any, Any]) -> _Driven:
        """Begin with an awaitable: where its code's own loop runs, there, so that it meets the others of that loop."""
        outer = asyncio.events._get_running_loop()
        if outer is not None and not isinstance(outer, _Loop):
            eager: Any = {"eager_start": True}
            return _Driven(asyncio.Task(work, loop=outer, **eager), None)
        with self._no_loop_runs():
            loop = self._free_loop()
            return _Driven(loop.start(work), loop, loop.turns)

    def settle(self) -> None:
        """End what still runs, as the end of `asyncio.run` does."""
        with self._no_loop_runs():
            for loop in [loop for loop in self._loops if not loop.is_running()]:
                self._loops.remove(loop)
                left = asyncio.all_tasks(loop)
                for task in left:
                    task.cancel()
                if left:
                    loop.run_until_complete(asyncio.wait(left, timeout=1))
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()
            self._driven = {
                number: driven for number, driven in self._driven.items() if driven.loop in self._loops
            }

    def _free_loop(self) -> _Loop:
        """The first loop that does not run at an outer level."""
        for loop in self._loops:
            if not loop.is_running():
                return loop
        self._loops.append(_Loop())
        return self._loops[-1]

    @contextlib.contextmanager
    def _no_loop_runs(self) -> Iterator[None]:
        """Hide the loop that waits for this request, so that another one may run."""
        outer = asyncio.events._get_running_loop()
        asyncio.events._set_running_loop(None)
        try:
            yield
        finally:
            asyncio.events._set_running_loop(outer)


def wait(step: Step) -> Generator[Any, Any, Any]:
    """What `await` does with an awaitable of the other side; `step(cancel)` asks for one more turn of it."""
    cancel, turns = False, 0
    while True:
        state, value = step(cancel)
        if state == DONE:
            return value
        if state == CANCELLED:
            raise asyncio.CancelledError
        cancel, turns = False, turns + 1
        try:
            if turns < BUSY_TURNS:
                yield
            else:
                yield from _sleep(PAUSE_SECONDS).__await__()
        except asyncio.CancelledError:
            cancel = True


def is_answer(value: Any) -> bool:
    """Whether this is what `step` answers."""
    return type(value) is tuple and len(value) == 2 and value[0] in {DONE, PENDING, CANCELLED}


def drive(names: dict[str, Any], method: str, waiting: Callable[[], Generator[Any, Any, Any]]) -> Any:
    """A method by which a task drives a coroutine of the other side: that of the one waiting for it."""
    if _DRIVER not in names:
        names[_DRIVER] = waiting()
    return getattr(names[_DRIVER], method)
