"""What differs from one kernel to the next: who is refused, who waits warm, how much memory. Without an engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sandbox.admission import Admission
from sandbox.doctor import DoctorReport, ProbeResult
from sandbox.engine import Engine
from sandbox.launcher import Launcher
from sandbox.pools import Pools
from sandbox.profiles import MIB, limits_of
from sandbox.service import Service
from sandbox.settings import load_settings


def test_each_profile_is_refused_by_its_own_probes(tmp_path: Path) -> None:
    good = DoctorReport((ProbeResult("files", held=True, detail=""),))
    bad = DoctorReport((ProbeResult("files", held=False, detail=""),))

    async def scene() -> None:
        service = Service(load_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path)}))
        service.engine.up = True
        service.reports = {"python": good}
        assert service.health().refused == ()
        waiting = await service.gate("javascript", 0.01)
        assert waiting is not None  # nobody has asked for it before: the doctor comes first
        service.reports = {"python": good, "javascript": bad}
        assert await service.gate("python", 0) is None
        refused = await service.gate("javascript", 0)
        assert refused is not None
        assert (refused.reason, "files" in refused.detail) == ("unhealthy", True)
        report = service.health()
        assert (report.healthy, report.failing, report.refused) == (
            True,
            ("javascript: files",),
            ("javascript",),
        )
        service.reports = {"python": bad, "javascript": good}
        assert await service.gate("javascript", 0) is None
        assert await service.gate("python", 0) is not None
        assert (service.health().healthy, service.health().refused) == (False, ("python",))
        service.launcher.close()
        service.engine.close()

    asyncio.run(scene())


def test_javascript_has_memory_of_its_own_and_no_kernel_waits_unasked(tmp_path: Path) -> None:
    async def scene() -> None:
        launcher = Launcher(load_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path)}), Engine())
        pools = Pools(launcher, Admission(4096 * MIB), 6)
        assert (pools.of("python").wanted(), pools.of("javascript").wanted()) == (2, 0)
        assert pools.of("javascript").pool_max == 4
        assert limits_of("python", "graded").memory_bytes == 256 * MIB
        assert limits_of("javascript", "live").memory_bytes == 384 * MIB
        launcher.close()

    asyncio.run(scene())
