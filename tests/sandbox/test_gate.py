"""The service's gate: no student code before the doctor has looked, nor after a probe failed, nor without an engine."""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path

import pytest

from sandbox import service as service_module
from sandbox.doctor import DoctorReport, ProbeResult
from sandbox.messages import Refused
from sandbox.service import Service
from sandbox.settings import load_settings

HELD = ProbeResult("network", held=True, detail="")
BROKEN = ProbeResult("seal", held=False, detail="")


@pytest.mark.parametrize(
    ("up", "report", "reason"),
    [
        (True, DoctorReport((HELD,)), None),
        (True, DoctorReport((HELD, BROKEN)), "unhealthy"),
        (True, DoctorReport(()), "unhealthy"),
        (True, None, "unhealthy"),
        (False, DoctorReport((HELD,)), "no_engine"),
    ],
)
def test_student_code_waits_for_the_doctor(
    tmp_path: Path, up: bool, report: DoctorReport | None, reason: str | None
) -> None:
    async def ask() -> Refused | None:
        service = Service(load_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path)}))
        service.engine.up = up
        if report is not None:
            service.reports["python"] = report
        try:
            return await service.gate("python", 0.05)
        finally:
            service.launcher.close()
            service.engine.close()

    refused = asyncio.run(ask())
    assert (None if refused is None else refused.reason) == reason


@pytest.mark.parametrize(("verdict", "least", "most"), [(BROKEN, 2, 6), (None, 12, 100)])
def test_a_doctor_who_found_a_fault_looks_ever_more_rarely(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verdict: ProbeResult | None,
    least: int,
    most: int,
) -> None:
    """One who could not look at all is asked again soon: an engine may come back at any moment."""
    monkeypatch.setattr(service_module, "_RETRY_SECONDS", 0.02)
    seen: list[float] = []

    async def examine() -> None:
        service = Service(load_settings({"PASSERELLE_INSTANCE_DIR": str(tmp_path)}))

        async def diagnose(profile: str) -> None:
            seen.append(time.monotonic())
            if verdict is not None:
                service.reports[profile] = DoctorReport((verdict,))

        monkeypatch.setattr(service, "_diagnose", diagnose)
        service.engine.up = True
        service._engine_up.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(service._examine(), 1.0)
        service.launcher.close()
        service.engine.close()

    asyncio.run(examine())
    assert least <= len(seen) <= most
