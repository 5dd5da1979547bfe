"""Each option of a container is taken away once, and the probe that proves it must say so."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.container import mount_of, options
from sandbox.doctor import DoctorReport, probe_all, run_doctor
from sandbox.engine import Engine
from sandbox.kernel import Kernel, KernelFailed
from sandbox.launcher import Launcher
from sandbox.probes import PROBES, Probe
from sandbox.profiles import LIMITS, Limits
from sandbox.settings import Settings, load_settings
from sandbox.sockets import SocketDirectory

pytestmark = [pytest.mark.docker, pytest.mark.slow]

Alter = Callable[[dict[str, Any]], None]
WITHOUT_FILTER = (
    "import runpy, sys; sys.path.insert(0, '/opt/passerelle'); import seccomp; seccomp.install = lambda: None; "
    "sys.argv = ['entrypoint.py', sys.argv[1]]; runpy.run_path('/opt/passerelle/entrypoint.py', run_name='__main__')"
)


def host(**changes: Any) -> Alter:
    """Set or (with None) take away entries of HostConfig."""

    def alter(config: dict[str, Any]) -> None:
        for name, value in changes.items():
            if value is None:
                del config["HostConfig"][name]
            else:
                config["HostConfig"][name] = value

    return alter


def with_network(config: dict[str, Any]) -> None:
    config["HostConfig"]["NetworkMode"] = "bridge"
    config["NetworkDisabled"] = False


def as_root(config: dict[str, Any]) -> None:
    config["User"] = "0:0"


def tmpfs(place: str, old: str, new: str = "") -> Alter:
    """Change one option of a tmpfs."""

    def alter(config: dict[str, Any]) -> None:
        written = config["HostConfig"]["Tmpfs"]
        changed = re.sub(old, new, written[place])
        assert changed != written[place]
        written[place] = changed

    return alter


def with_engines_shm(config: dict[str, Any]) -> None:
    del config["HostConfig"]["Tmpfs"]["/dev/shm"]
    config["HostConfig"]["IpcMode"] = "private"


def without_filter(config: dict[str, Any]) -> None:
    config["Entrypoint"] = ["/usr/bin/python3", "-I", "-S", "-c", WITHOUT_FILTER]


def unconfined(config: dict[str, Any]) -> None:
    config["HostConfig"]["SecurityOpt"].append("seccomp=unconfined")


def without_swap_limit(config: dict[str, Any]) -> None:
    del config["HostConfig"]["MemorySwap"]


def without_ulimit(name: str) -> Alter:
    def alter(config: dict[str, Any]) -> None:
        written = config["HostConfig"]["Ulimits"]
        config["HostConfig"]["Ulimits"] = [each for each in written if each["Name"] != name]

    return alter


ULIMITS = ("nofile", "fsize", "cpu", "core")
# What limits nothing: names, streams that nobody reads, and the mount that the seal and `test_sockets` are about.
NO_LIMITS = frozenset(
    {"Image", "Cmd", "Labels", "Hostname", "Env", "AttachStdin", "AttachStdout", "AttachStderr", "StopSignal",
     "HostConfig", "Mounts"}
)  # fmt: skip


# The option, how it is taken away, and the probe that must break.
TAKEN_AWAY: list[tuple[str, Alter, str]] = [
    ("network_mode", with_network, "network"),
    ("user", as_root, "user"),
    ("cap_drop", host(CapDrop=None), "capabilities"),
    ("security_opt", host(SecurityOpt=None), "new privileges"),
    ("read_only", host(ReadonlyRootfs=None), "root file system"),
    ("tmpfs", tmpfs("/tmp", r"size=\d+,"), "temporary files"),
    ("tmpfs", tmpfs("/tmp", r"nr_inodes=\d+,"), "temporary files"),
    ("tmpfs", tmpfs("/tmp", "nosuid", "suid"), "temporary files"),
    ("tmpfs", tmpfs("/tmp", "nodev", "dev"), "temporary files"),
    ("tmpfs", tmpfs("/tmp", "noexec", "exec"), "temporary files"),
    ("shared memory", with_engines_shm, "shared memory"),
    ("shared memory", tmpfs("/dev/shm", r"size=\d+,"), "shared memory"),
    ("shared memory", tmpfs("/dev/shm", r"nr_inodes=\d+,"), "shared memory"),
    ("privileged", host(Privileged=True), "capabilities"),
    ("memswap_limit", without_swap_limit, "memory limit"),
    ("pids_limit", host(PidsLimit=None), "fork bomb"),
    ("nano_cpus", host(NanoCpus=None), "processor"),
    *(("ulimits", without_ulimit(name), "open files") for name in ULIMITS),
    ("init", host(Init=None), "init"),
    ("oom_score_adj", host(OomScoreAdj=None), "out-of-memory order"),
    ("cgroupns", host(CgroupnsMode="host"), "control groups"),
    ("seccomp filter", without_filter, "io_uring"),
    ("seccomp filter", without_filter, "socket families"),
    ("default seccomp profile", unconfined, "kernel calls"),
    ("log_config", host(LogConfig=None), "log"),
    ("restart", host(RestartPolicy={"Name": "always"}), "restart"),
    ("ipc_mode", host(IpcMode="private"), "sharing"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(
        load_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path)}), namespace=f"test{tmp_path.stat().st_ino}"
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = Engine(settings.docker_host)
    yield engine
    engine.close()


def broken_probes(settings: Settings, engine: Engine, alter: Alter, probes: tuple[Probe, ...]) -> set[str]:
    """The names of the probes that do not hold when the options are altered."""

    async def examine() -> set[str]:
        watching = asyncio.create_task(engine.watch(lambda _: None))
        launcher = Launcher(settings, engine, lease_seconds=60)
        launcher.alter = alter
        try:
            while not engine.up:
                await asyncio.sleep(0.05)
            return {result.name for result in await probe_all(launcher, probes) if not result.held}
        finally:
            watching.cancel()
            launcher.close()

    return asyncio.run(asyncio.wait_for(examine(), 60))


def examine_all(settings: Settings, engine: Engine) -> DoctorReport:
    async def examine() -> DoctorReport:
        watching = asyncio.create_task(engine.watch(lambda _: None))
        try:
            while not engine.up:
                await asyncio.sleep(0.05)
            return await run_doctor(settings, engine)
        finally:
            watching.cancel()

    return asyncio.run(asyncio.wait_for(examine(), 60))


def test_every_probe_holds(settings: Settings, engine: Engine) -> None:
    report = examine_all(settings, engine)
    assert not [probe for probe in report.probes if not probe.held]
    assert len(report.probes) >= len(PROBES)


@pytest.mark.parametrize(
    ("option", "alter", "probe"), TAKEN_AWAY, ids=[f"{n} {o}: {p}" for n, (o, _, p) in enumerate(TAKEN_AWAY)]
)
def test_without_the_option_its_probe_breaks(
    option: str, alter: Alter, probe: str, settings: Settings, engine: Engine
) -> None:
    chosen = tuple(each for each in PROBES if each.name == probe)
    assert probe in broken_probes(settings, engine, alter, chosen)


def test_without_a_memory_limit_the_bomb_is_not_a_memory_limit(settings: Settings, engine: Engine) -> None:
    # Twice the room, not all of the machine's: the bomb must reach another end first, the wall clock.
    small = Probe("memory bomb", "", "hoard = b'x' * (400 << 20)", outcome="memory_limit")
    wide = host(Memory=1 << 30, MemorySwap=1 << 30)
    assert "memory bomb" in broken_probes(settings, engine, wide, (small,))
    assert "memory bomb" not in broken_probes(settings, engine, host(), (small,))


def test_without_the_seal_the_sockets_can_be_moved(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocketDirectory, "seal", lambda _self: None)
    chosen = tuple(each for each in PROBES if each.name == "sealed sockets")
    assert "sealed sockets" in broken_probes(settings, engine, host(), chosen)


def whole() -> dict[str, Any]:
    """The options of a container, as students get them."""
    return options("image", LIMITS["graded"], 0, mount_of("/run/somewhere", "run"), {})


def parts(config: dict[str, Any]) -> dict[str, Any]:
    """Each option by itself; what is a list or table of limits is as many."""
    flat = {**config, **config["HostConfig"]}
    flat |= {f"ulimit {each['Name']}": each for each in flat.pop("Ulimits")}
    for place, written in flat.pop("Tmpfs").items():
        flat |= {f"{place} {part.partition('=')[0]}": part for part in written.split(",")}
    return flat


def test_every_option_is_taken_away_somewhere() -> None:
    taken = {"Memory"}  # by the test with the memory bomb
    for _, alter, _ in TAKEN_AWAY:
        before, after = parts(whole()), whole()
        alter(after)
        left = parts(after)
        taken |= {name for name, value in before.items() if left.get(name) != value}
    harmless = {name for name in parts(whole()) if name.endswith((" rw", " mode", " uid", " gid"))}
    # The shared memory has the flags that are taken away from /tmp.
    same = {f"/dev/shm {flag}" for flag in ("nosuid", "nodev", "noexec")}
    assert set(parts(whole())) - taken - harmless - same <= NO_LIMITS


def test_every_option_named_by_a_probe_is_taken_away() -> None:
    named = {probe.option for probe in PROBES if probe.option} - {"mem_limit", "sealed directory"}
    assert named <= {option for option, _, _ in TAKEN_AWAY}


class _FirstStartFails(Launcher):
    """No engine: the first kernel that is asked for fails, the others wait for ever."""

    waiting = 0
    asked = 0

    async def launch(self, profile: str, limits: Limits) -> Kernel:  # noqa: ARG002  (as it is called)
        self.asked += 1
        if self.asked == 1:
            await asyncio.sleep(0.05)
            raise KernelFailed("the kernel's sockets did not appear in time")
        self.waiting += 1
        try:
            await asyncio.sleep(3600)
        finally:
            self.waiting -= 1
        raise AssertionError("nobody waits so long")


def test_no_probe_outlives_a_start_that_failed(settings: Settings, engine: Engine) -> None:
    async def probe() -> int:
        launcher = _FirstStartFails(settings, engine)
        try:
            with pytest.raises(KernelFailed):
                await probe_all(launcher)
            assert launcher.asked > 1
            return launcher.waiting
        finally:
            launcher.close()

    assert asyncio.run(probe()) == 0
