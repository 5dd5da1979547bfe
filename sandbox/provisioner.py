"""A Jupyter kernel provisioner: any Jupyter client can start its kernels in the same hardened containers.

A kernelspec chooses it by `"metadata": {"kernel_provisioner": {"provisioner_name": "passerelle-docker",
"config": {"limits_name": "live"}}}`. The command of the kernelspec is not used: the image has its own.
"""

from __future__ import annotations

import asyncio
import signal
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Unicode

from sandbox.engine import Engine
from sandbox.kernel import Kernel, destroy
from sandbox.launcher import Launcher
from sandbox.profiles import limits_of
from sandbox.settings import load_settings, part_of
from sandbox.sockets import connection_info

SUFFIX = "-jupyter"
_LOOK_SECONDS = 0.2


class DockerProvisioner(KernelProvisionerBase):
    """One kernel in one container, by the options of `sandbox.container` and the launcher of the service."""

    profile_name = Unicode("python", config=True, help="Entry of sandbox.profiles.PROFILES.")
    limits_name = Unicode("live", config=True, help="Entry of sandbox.profiles.LIMITS.")

    _kernel: Kernel | None = None
    _launcher: Launcher | None = None

    @property
    def has_process(self) -> bool:
        return self._kernel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        kwargs = await super().pre_launch(**kwargs)
        kwargs.setdefault("cmd", [])
        return kwargs

    async def launch_kernel(
        self,
        cmd: list[str],  # noqa: ARG002  # the image knows how to start its kernel
        **_: Any,
    ) -> KernelConnectionInfo:
        """Start a container; the connection information has ipc sockets in the sealed directory."""
        if self._launcher is None:
            settings = part_of(load_settings(), SUFFIX)
            self._launcher = Launcher(settings, Engine(settings.docker_host, threads=2))
        self._kernel = await self._launcher.launch(
            self.profile_name, limits_of(self.profile_name, self.limits_name)
        )
        self._kernel.let_go()
        directory = self._kernel.directory
        info = connection_info(f"{directory.path}/k", directory.key)
        self.connection_info = cast(KernelConnectionInfo, {**info, "key": directory.key.encode()})
        return self.connection_info

    async def poll(self) -> int | None:
        if self._kernel is None:
            return 0
        state = await self._kernel.engine.state(self._kernel.container)
        return None if state.running else state.exit_code

    async def wait(self) -> int | None:
        while (code := await self.poll()) is None:
            await asyncio.sleep(_LOOK_SECONDS)
        return code

    async def send_signal(self, signum: int) -> None:
        """Only an interrupt reaches the kernel; signal 0 asks nothing; any other ends the container."""
        if self._kernel is None or signum == 0:
            return
        if signum == signal.SIGINT:
            await self._kernel.interrupt()
        else:
            await self.kill()

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002  # a restart is a new container
        if self._kernel is not None and self._launcher is not None:
            await self._launcher.discard(self._kernel)
            self._kernel = None

    async def terminate(self, restart: bool = False) -> None:
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        if self._kernel is not None:
            await destroy(self._kernel)
            self._kernel = None
        if self._launcher is not None and not restart:
            self._launcher.close()
            self._launcher.engine.close()
            self._launcher = None
