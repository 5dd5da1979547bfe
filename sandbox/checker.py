"""A container in which an author's tests are run: one process for each run, and never a student's code."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from sandbox.engine import Engine
from sandbox.kernel import KernelFailed
from sandbox.memory import out_of_memory_kills
from sandbox.sockets import BRIDGE_SOCKET, SocketDirectory

_LOOK_AGAIN = 0.01


@dataclass(eq=False)
class Checker:
    """One container that waits for the relay at its socket."""

    engine: Engine
    container: str
    directory: SocketDirectory
    slot: int
    epoch: int
    key: str = ""
    """The suite it is kept for; "" for one that has run none yet."""
    used: float = field(default_factory=time.monotonic)

    @property
    def address(self) -> str:
        """Where the relay calls it."""
        return str(self.directory.path / BRIDGE_SOCKET)

    def memory_kills(self) -> int:
        """Processes of the container killed for want of memory so far; 0 where that cannot be seen."""
        return out_of_memory_kills(self.container) or 0

    async def become_ready(self, seconds: float) -> None:
        """Wait for the socket, then close the directory. KernelFailed or SealBroken otherwise."""
        until = time.monotonic() + seconds
        while not self.directory.standing():
            if time.monotonic() > until:
                raise KernelFailed("the checker's socket did not appear in time")
            await asyncio.sleep(_LOOK_AGAIN)
        self.directory.seal()

    async def close(self) -> None:
        """Destroy the container. EngineError when the engine did not; the reaper then will."""
        try:
            await self.engine.remove(self.container)
        finally:
            self.directory.remove()
