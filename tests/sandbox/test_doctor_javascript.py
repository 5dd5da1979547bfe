"""The doctor's probes of a container for JavaScript: they hold, and each breaks without what makes it hold."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import doctor
from sandbox.doctor import DoctorReport, ProbeResult, probe_all
from sandbox.engine import Engine
from sandbox.launcher import Launcher
from sandbox.probes import Probe
from sandbox.probes_javascript import JAVASCRIPT_PROBES
from sandbox.profiles import PROFILES
from sandbox.settings import Settings, load_settings
from sandbox.sockets import SocketDirectory
from tests.sandbox.test_doctor import Alter, host, tmpfs, with_network, without_filter

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(180)]


def examined(
    settings: Settings, engine: Engine, probes: tuple[Probe, ...], alter: Alter | None = None
) -> tuple[ProbeResult, ...]:
    async def examine() -> tuple[ProbeResult, ...]:
        watching = asyncio.create_task(engine.watch(lambda _: None))
        launcher = Launcher(settings, engine, lease_seconds=60)
        launcher.alter = alter
        try:
            while not engine.up:
                await asyncio.sleep(0.05)
            return await probe_all(launcher, probes, "javascript")
        finally:
            watching.cancel()
            launcher.close()

    return asyncio.run(asyncio.wait_for(examine(), 120))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    env = {**os.environ, "PASSERELLE_INSTANCE_DIR": str(tmp_path)}
    return replace(load_settings(env), namespace=f"test{tmp_path.stat().st_ino}")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = Engine(settings.docker_host)
    yield engine
    engine.close()


def test_every_probe_holds(settings: Settings, engine: Engine) -> None:
    report = DoctorReport(examined(settings, engine, JAVASCRIPT_PROBES))
    assert not [probe for probe in report.probes if not probe.held]


def test_a_program_with_deno_s_permissions_breaks_their_probes(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what these probes try would work: it is the lock that holds."""
    unlocked = {**PROFILES, "javascript": replace(PROFILES["javascript"], warm_up="")}
    monkeypatch.setattr(doctor, "PROFILES", unlocked)
    chosen = tuple(probe for probe in JAVASCRIPT_PROBES if probe.shares_kernel)
    found = examined(settings, engine, chosen)
    assert {probe.name for probe in found if not probe.held} == {probe.name for probe in chosen}
    details = {probe.name: set(probe.detail.split(",")) for probe in found}
    assert {"read", "self", "key", "node", "write"} <= details["files"]
    assert {"kernel", "listen", "node"} <= details["connections"]
    assert {"command", "node", "library", "environment", "host"} <= details["programs"]


@pytest.mark.parametrize(
    ("alter", "probe"),
    [
        (with_network, "network"),
        (host(ReadonlyRootfs=False), "root file system"),
        (host(PidsLimit=500), "fork bomb"),
        (tmpfs("/tmp", r"size=\d+,"), "temporary files"),
        (host(SecurityOpt=None), "new privileges"),
        (host(Memory=2 << 30, MemorySwap=2 << 30), "memory limit"),
        (without_filter, "kernel calls"),
    ],
)
def test_without_the_option_its_probe_breaks(
    alter: Alter, probe: str, settings: Settings, engine: Engine
) -> None:
    chosen = tuple(each for each in JAVASCRIPT_PROBES if each.name == probe)
    assert probe in {found.name for found in examined(settings, engine, chosen, alter) if not found.held}


def test_without_the_seal_the_sockets_can_be_moved(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SocketDirectory, "seal", lambda _self: None)
    chosen = tuple(each for each in JAVASCRIPT_PROBES if each.name == "sealed sockets")
    assert "sealed sockets" in {probe.name for probe in examined(settings, engine, chosen) if not probe.held}
