"""Whether student code can run at this moment, in one word: for whoever looks after the site, and for tests."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flask import current_app

from sandbox.client import SandboxClient, SandboxError
from sandbox.messages import HealthReport

LONGEST_WAIT = 1.0

State = Literal["ok", "pending", "failed", "away"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """`pending`: the safety checks still run; `failed`: one failed; `away`: no service, or no engine."""

    sandbox: State
    detail: str


def sandbox_readiness() -> Readiness:
    """The sandbox's state, asked for once a second at most however many want to know."""
    config = current_app.config
    return _asked(config["SANDBOX_URL"], config["SANDBOX_TOKEN"], int(time.monotonic()))


@lru_cache(maxsize=4)
def _asked(url: str, token: str | None, _second: int) -> Readiness:
    try:
        return _judged(SandboxClient(url, token).health(LONGEST_WAIT))
    except SandboxError:
        return Readiness("away", "no sandbox service")


def _judged(report: HealthReport) -> Readiness:
    if not report.engine:
        return Readiness("away", "no container engine")
    if report.doctor == "failed":
        return Readiness("failed", ", ".join(report.failing))
    if report.doctor == "pending" or not report.healthy:
        return Readiness("pending", "safety checks running")
    return Readiness("ok", "")
