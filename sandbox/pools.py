"""A warm pool for each profile, in one room: memory goes to the kernels that are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from sandbox.admission import Admission
from sandbox.kernel import Kernel
from sandbox.launcher import Launcher
from sandbox.pool import Pool
from sandbox.profiles import PROFILES, Limits, limits_of


class Pools:
    """Hands out kernels of any profile; see `Pool`."""

    def __init__(self, launcher: Launcher, admission: Admission, pool_max: int) -> None:
        self.admission = admission
        room = pool_max * limits_of("python", "graded").memory_bytes
        self._by_profile = {
            name: Pool(launcher, admission, room // limits_of(name, "graded").memory_bytes, name)
            for name in PROFILES
        }
        for pool in self:
            pool.neighbours = [other for other in self if other is not pool]

    def __iter__(self) -> Iterator[Pool]:
        return iter(self._by_profile.values())

    def of(self, profile: str) -> Pool:
        """The pool of one profile."""
        return self._by_profile[profile]

    @property
    def warm(self) -> int:
        return sum(pool.warm for pool in self)

    @property
    def running(self) -> int:
        return sum(pool.running for pool in self)

    @property
    def waiting(self) -> int:
        return sum(pool.in_line for pool in self) + self.admission.waiting

    async def take(self, profile: str, limits: Limits, seconds: float) -> tuple[Kernel, bool]:
        """A kernel for one user, and whether it was warm. PoolBusy, KernelFailed or EngineError."""
        return await self.of(profile).take(limits, seconds)

    async def give_back(self, kernel: Kernel) -> None:
        """Destroy a used kernel; its room is free once its container is gone."""
        await self.of(kernel.profile.name).give_back(kernel)

    async def close(self) -> None:
        """Destroy every warm kernel and wait for what is being started or ended."""
        await asyncio.gather(*(pool.close() for pool in self))
