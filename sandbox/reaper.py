"""Removes what a crash left behind: containers and directories that nobody owns, and those past their lease."""

from __future__ import annotations

import time

from sandbox.container import LABEL_INSTANCE, LABEL_LEASE, LABEL_NAMESPACE, LABEL_RUN
from sandbox.engine import Engine, EngineError
from sandbox.settings import Settings
from sandbox.sockets import is_sealed_mount, remove_leftovers

PERIOD_SECONDS = 30.0
DOCTOR_SUFFIX = "-doctor"
"""The doctor's containers have a namespace of their own and are removed by their lease alone."""
_YOUNG_SECONDS = 90.0


def stale(labels: dict[str, str], instance: str | None, owned_runs: set[str], now: float) -> bool:
    """Whether a container of our namespace is nobody's: another instance's, forgotten, or past its lease."""
    if instance is None or labels.get(LABEL_INSTANCE) != instance:
        return True
    return past_lease(labels, now) or labels.get(LABEL_RUN) not in owned_runs


def past_lease(labels: dict[str, str], now: float) -> bool:
    """Whether anyone may remove the container."""
    lease = labels.get(LABEL_LEASE, "")
    return not lease.isdecimal() or int(lease) < now


def reap(engine: Engine, settings: Settings, instance: str | None, owned_runs: set[str]) -> int:
    """Remove stale containers and directories; how many containers. EngineError when the engine is away."""
    removed = 0
    now = time.time()
    runs = set(owned_runs)
    for identity, labels in engine.owned_sync(settings.namespace):
        if not stale(labels, instance, owned_runs, now):
            runs.add(labels[LABEL_RUN])
            continue
        try:
            engine.remove_sync(identity)
        except EngineError:
            continue
        removed += 1
    for identity, labels in engine.all_sync():
        # The doctor's of ours at the start; and anyone's past its lease: its service died and may never come back.
        ours = instance is None and labels.get(LABEL_NAMESPACE) == settings.namespace + DOCTOR_SUFFIX
        if ours or past_lease(labels, now):
            engine.remove_sync(identity)
            removed += 1
    if settings.run_dir.is_dir() and is_sealed_mount(settings.run_dir):
        remove_leftovers(settings.run_dir, runs, now - _YOUNG_SECONDS)
    return removed
