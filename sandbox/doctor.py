"""Proves that student code is locked in: runs probes in a container as students' code runs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.engine import Engine, EngineError
from sandbox.kernel import KernelFailed
from sandbox.launcher import Launcher
from sandbox.messages import Downward, Execute, Stream
from sandbox.profiles import LIMITS
from sandbox.reaper import DOCTOR_SUFFIX
from sandbox.run import Run
from sandbox.settings import Settings
from sandbox.sockets import MountMissing

LEASE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe: `held` means that the limit held."""

    name: str
    held: bool
    detail: str


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """All probes. Student code runs only when every one held."""

    probes: tuple[ProbeResult, ...]

    @property
    def ok(self) -> bool:
        return bool(self.probes) and all(probe.held for probe in self.probes)

    @property
    def failing(self) -> tuple[str, ...]:
        return tuple(probe.name for probe in self.probes if not probe.held)


# Each prints `held` when its limit holds.
_PROBES = {
    "network": """
import socket
try:
    socket.create_connection(("1.1.1.1", 53), 1)
except OSError:
    print("held")
""",
    "write to the system": """
try:
    open("/usr/probe", "w")
except OSError:
    print("held")
""",
    "io_uring": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": 425, "aarch64": 425}
if libc.syscall(numbers[os.uname().machine], 1, 0) == -1 and ctypes.get_errno() == 1:
    print("held")
""",
    "socket directory": """
import os
try:
    os.symlink("/etc/passwd", "/run/kernel/k-6")
except OSError:
    print("held")
""",
}


async def run_doctor(settings: Settings, engine: Engine) -> DoctorReport:
    """Run every probe; a probe that could not run did not hold."""
    own = replace(settings, namespace=settings.namespace + DOCTOR_SUFFIX)
    launcher = Launcher(own, engine, lease_seconds=LEASE_SECONDS)
    try:
        return DoctorReport(await _probe_all(launcher))
    except (KernelFailed, EngineError, MountMissing, OSError) as error:
        return DoctorReport((ProbeResult("start a container", held=False, detail=str(error)),))
    finally:
        launcher.close()


async def _probe_all(launcher: Launcher) -> tuple[ProbeResult, ...]:
    kernel = await launcher.launch("python", LIMITS["graded"])
    results = [ProbeResult("start a container", held=True, detail=kernel.image)]
    try:
        for name, code in _PROBES.items():
            said: list[str] = []

            async def note(message: Downward, said: list[str] = said) -> None:
                said.append(message.text if isinstance(message, Stream) else "")

            done = await Run(kernel, Execute(name, code), note).go()
            held = done.outcome == "ok" and "".join(said).strip() == "held"
            results.append(ProbeResult(name, held, "" if held else f"{done.outcome} {''.join(said)[:200]}"))
    finally:
        await launcher.discard(kernel)
    return tuple(results)
