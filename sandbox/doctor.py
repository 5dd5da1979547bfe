"""Proves that student code is locked in: runs every probe in containers made exactly as for students."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from sandbox.engine import Engine, EngineError
from sandbox.kernel import Kernel, KernelFailed
from sandbox.launcher import Launcher
from sandbox.messages import Done, Downward, Execute, Stream
from sandbox.probes import PROBES, Probe
from sandbox.probes_javascript import JAVASCRIPT_PROBES
from sandbox.profiles import PROFILES, KernelProfile, limits_of
from sandbox.reaper import DOCTOR_SUFFIX
from sandbox.run import Run
from sandbox.settings import Settings
from sandbox.sockets import MOUNT_FLAGS, MountMissing, is_sealed_mount

LEASE_SECONDS = 180.0
PROBE_SECONDS = 8.0
LOOP_SECONDS = 1.0
TRIES = 2
AT_ONCE = 2
PROBES_OF = {"python": PROBES, "javascript": JAVASCRIPT_PROBES}
DETAIL_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One probe: `held` means that the limit held."""

    name: str
    held: bool
    detail: str
    promise: str = ""


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


async def run_doctor(settings: Settings, engine: Engine, profile: str = "python") -> DoctorReport:
    """Run every probe of a profile; a probe that could not run did not hold."""
    own = replace(settings, namespace=settings.namespace + DOCTOR_SUFFIX)
    launcher = Launcher(own, engine, lease_seconds=LEASE_SECONDS)
    try:
        return DoctorReport(await probe_all(launcher, PROBES_OF[profile], profile))
    except (KernelFailed, EngineError, MountMissing, OSError) as error:
        return DoctorReport((ProbeResult("start a container", held=False, detail=str(error)),))
    finally:
        launcher.close()


async def probe_all(
    launcher: Launcher, probes: tuple[Probe, ...] = PROBES, profile: str = "python"
) -> tuple[ProbeResult, ...]:
    """The results in the order of `probes`; those that end a kernel run in kernels of their own."""
    kind = PROFILES[profile]
    turns = asyncio.Semaphore(AT_ONCE)
    examining = [
        asyncio.create_task(_probe_from_inside(launcher, kind, [p for p in probes if p.shares_kernel])),
        asyncio.create_task(_probe_beneath(launcher, kind, [p for p in probes if p.beneath])),
        *(
            asyncio.create_task(_probe_to_the_end(launcher, kind, probe, turns))
            for probe in probes
            if probe.outcome
        ),
    ]
    try:
        groups = await asyncio.gather(*examining)
    finally:
        # Where one could not be run, no other may outlive it: its container would be left without a keeper.
        for task in examining:
            task.cancel()
        await asyncio.gather(*examining, return_exceptions=True)
    results = {result.name: result for group in groups for result in group}
    order = [*(probe.name for probe in probes), *results]
    return tuple(results[name] for name in dict.fromkeys(order))


async def _probe_from_inside(
    launcher: Launcher, profile: KernelProfile, probes: list[Probe]
) -> list[ProbeResult]:
    """Run the probes one after another in one kernel, then look at its container from outside."""
    kernel = await launcher.launch(profile, limits_of(profile.name, "graded"))
    try:
        results = [_judge_words(probe, *await _run(kernel, probe, PROBE_SECONDS)) for probe in probes]
        return [*results, *await _look_from_outside(launcher, kernel)]
    finally:
        await launcher.discard(kernel)


async def _probe_beneath(
    launcher: Launcher, profile: KernelProfile, probes: list[Probe]
) -> list[ProbeResult]:
    """Run probes in a kernel that has kept its permissions: what the container itself forbids."""
    if not probes:
        return []
    kernel = await launcher.launch(replace(profile, warm_up=""), limits_of(profile.name, "graded"))
    try:
        return [_judge_words(probe, *await _run(kernel, probe, PROBE_SECONDS)) for probe in probes]
    finally:
        await launcher.discard(kernel)


async def _probe_to_the_end(
    launcher: Launcher, profile: KernelProfile, probe: Probe, turns: asyncio.Semaphore
) -> list[ProbeResult]:
    """Run a probe that is judged by how its run ends; once more where it ended otherwise.

    On a busy machine a bomb may meet its time before the limit that it is for. A wall that is missing is missing
    both times.
    """
    seconds = LOOP_SECONDS if probe.outcome == "time_limit" else PROBE_SECONDS
    outcome = ""
    async with turns:
        for _ in range(TRIES):
            kernel = await launcher.launch(profile, limits_of(profile.name, "graded"))
            try:
                done, _said = await _run(kernel, probe, seconds)
            finally:
                await launcher.discard(kernel)
            outcome = done.outcome
            if outcome == probe.outcome:
                break
    return [ProbeResult(probe.name, outcome == probe.outcome, f"the run ended as {outcome}", probe.promise)]


async def _run(kernel: Kernel, probe: Probe, seconds: float) -> tuple[Done, str]:
    said: list[str] = []

    async def note(message: Downward) -> None:
        if isinstance(message, Stream) and message.name == "stdout" and len(said) < DETAIL_LENGTH:
            said.append(message.text)

    done = await Run(kernel, Execute("probe", probe.source, time_limit=seconds), note).go()
    return done, "".join(said).strip()


def _judge_words(probe: Probe, done: Done, said: str) -> ProbeResult:
    word, _, detail = said.rpartition("\n")[2].partition(" ")
    held = done.outcome == "ok" and word == "HELD"
    shown = detail if word in {"HELD", "BROKEN"} else f"{done.outcome} {said}"
    return ProbeResult(probe.name, held, shown[:DETAIL_LENGTH], probe.promise)


async def _look_from_outside(launcher: Launcher, kernel: Kernel) -> list[ProbeResult]:
    """What only the host can see of a container: its log, its restart, who may share, where its sockets lie."""
    details = await launcher.engine.call(lambda client: client.inspect_container(kernel.container))
    config = details["HostConfig"]
    log, restart, ipc = config["LogConfig"]["Type"], config["RestartPolicy"]["Name"], config["IpcMode"]
    sealed = is_sealed_mount(launcher.settings.run_dir)
    return [
        ProbeResult(
            "log", log == "none", f"log driver {log}", "The engine keeps nothing of what is printed."
        ),
        ProbeResult(
            "restart", restart in {"no", ""}, f"restart {restart}", "A container that ended stays ended."
        ),
        ProbeResult("sharing", ipc == "none", f"ipc {ipc}", "No other container can share its memory."),
        ProbeResult(
            "socket mount", sealed, MOUNT_FLAGS, "Links among the sockets are never followed by the host."
        ),
    ]
