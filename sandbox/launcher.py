"""Starts a container with a ready kernel in it: used by the warm pool and by the Jupyter provisioner."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import zmq.asyncio

from sandbox import container
from sandbox.checker import Checker
from sandbox.engine import Engine, EngineError
from sandbox.kernel import Kernel, KernelFailed
from sandbox.profiles import PROFILES, KernelProfile, Limits
from sandbox.settings import VOLUME, Settings
from sandbox.sockets import (
    SealBroken,
    SocketDirectory,
    ensure_mount,
    make_checker_directory,
    make_directory,
)

log = logging.getLogger(__name__)

READY_SECONDS = 30.0
"""A start takes half a second; on a machine with ten times too much to do it was seen to take 15."""
LEASE_SECONDS = 6 * 3600.0
SLOTS = 512


@dataclass
class Launcher:
    """Knows slots, directories and the image; makes kernels."""

    settings: Settings
    engine: Engine
    instance: str = field(default_factory=lambda: secrets.token_hex(6))
    context: zmq.asyncio.Context = field(default_factory=zmq.asyncio.Context)
    host_dir: str = ""
    lease_seconds: float = LEASE_SECONDS
    active: set[str] = field(default_factory=set)
    """Names of the run directories in use: what the reaper must leave alone."""
    alter: Callable[[dict[str, Any]], None] | None = None
    """Changes the container's options before use: only the tests that take one away set it."""
    _images: dict[str, tuple[int, str]] = field(default_factory=dict)
    _slots: set[int] = field(default_factory=set)
    _next: int = 0

    async def prepare(self) -> None:
        """Mount the run directory and find out where the engine sees it. MountMissing, EngineError."""
        ensure_mount(self.settings.run_dir)
        place = self.settings.run_dir_host
        if place.startswith(VOLUME):
            name = place.removeprefix(VOLUME)
            place = await self.engine.call(lambda client: str(client.inspect_volume(name)["Mountpoint"]))
        self.host_dir = place

    def known_image(self, profile: str) -> str:
        """The image's id as far as it is known; "" before."""
        return self._images[profile][1] if profile in self._images else ""

    async def image_id(self, profile: str) -> str:
        """The image's id, asked again after the engine was away."""
        known = self._images.get(profile)
        if known is None or known[0] != self.engine.epoch:
            known = (self.engine.epoch, await self.engine.image_id(self.settings.images[profile]))
            self._images[profile] = known
        return known[1]

    async def launch(self, profile: str | KernelProfile, limits: Limits) -> Kernel:
        """A ready, sealed kernel. KernelFailed or EngineError; nothing is left behind then."""
        wanted = PROFILES[profile] if isinstance(profile, str) else profile
        if not self.host_dir:
            await self.prepare()
        image = await self.image_id(wanted.name)
        slot = self._take_slot()
        name = f"passerelle-{self.settings.namespace}-{secrets.token_hex(6)}"
        self.active.add(name[-12:])
        directory = make_directory(
            self.settings.run_dir, name[-12:], container.uid_of(slot), bridged=wanted.bridged
        )
        kernel: Kernel | None = None
        try:
            identity, epoch = await self._start(limits, slot, name, image, directory)
            kernel = Kernel(self.engine, identity, directory, slot, wanted, limits, image, epoch)
            await kernel.become_ready(self.context, READY_SECONDS)
        except BaseException as error:
            # Whatever stopped us (also a cancelled task): the container must not outlive it.
            await self._clear_up(kernel, directory, slot)
            if isinstance(error, SealBroken):
                raise KernelFailed(str(error)) from error
            raise
        return kernel

    async def launch_checker(self, limits: Limits) -> Checker:
        """A checker that waits at its sealed socket. KernelFailed or EngineError; nothing is left then."""
        if not self.host_dir:
            await self.prepare()
        image = await self.image_id("python")
        slot = self._take_slot()
        name = f"passerelle-{self.settings.namespace}-{secrets.token_hex(6)}"
        self.active.add(name[-12:])
        directory = make_checker_directory(self.settings.run_dir, name[-12:], container.uid_of(slot))
        checker: Checker | None = None
        try:
            identity, epoch = await self._start(
                limits, slot, name, image, directory, command=container.CHECKER_COMMAND
            )
            checker = Checker(self.engine, identity, directory, slot, epoch)
            await checker.become_ready(READY_SECONDS)
        except BaseException as error:
            await self._clear_up(checker, directory, slot)
            if isinstance(error, SealBroken):
                raise KernelFailed(str(error)) from error
            raise
        return checker

    async def _start(  # noqa: PLR0917  # one call, named by its callers' variables
        self,
        limits: Limits,
        slot: int,
        name: str,
        image: str,
        directory: SocketDirectory,
        command: str = container.CONNECTION_FILE,
    ) -> tuple[str, int]:
        """Start a container: its id, and the engine's epoch it belongs to."""
        tags = container.labels(
            namespace=self.settings.namespace,
            instance=self.instance,
            run=directory.path.name,
            lease=time.time() + self.lease_seconds,
        )
        in_volume = self.settings.run_dir_host.startswith(VOLUME)
        mount = container.mount_of(self.host_dir, directory.path.name, in_volume=in_volume)
        config = container.options(image, limits, slot, mount, tags, command)
        if self.alter is not None:
            self.alter(config)
        epoch = self.engine.epoch
        return await self.engine.start(config, name), epoch

    async def _clear_up(self, kernel: Kernel | Checker | None, directory: SocketDirectory, slot: int) -> None:
        if kernel is not None:
            with contextlib.suppress(EngineError):
                await asyncio.shield(kernel.close())
        directory.remove()
        self.active.discard(directory.path.name)
        self._slots.discard(slot)

    async def discard(self, kernel: Kernel | Checker) -> None:
        """Destroy a kernel or checker and free its slot."""
        try:
            await kernel.close()
        except EngineError as error:
            log.warning("A container is left to the reaper: %s", error)
        finally:
            self.active.discard(kernel.directory.path.name)
            self._slots.discard(kernel.slot)

    def _take_slot(self) -> int:
        for step in range(SLOTS):
            slot = (self._next + step) % SLOTS
            if slot not in self._slots:
                self._slots.add(slot)
                self._next = slot + 1
                return slot
        raise KernelFailed("all slots are taken")

    def close(self) -> None:
        self.context.destroy(linger=0)
