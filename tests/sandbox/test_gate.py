"""The service's gate: no student code before the doctor has looked, nor after a probe failed, nor without an engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

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
        service.engine.up, service.report = up, report
        try:
            return await service.gate(0.05)
        finally:
            service.launcher.close()
            service.engine.close()

    refused = asyncio.run(ask())
    assert (None if refused is None else refused.reason) == reason
