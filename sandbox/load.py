"""How much of the processor a container had, and whether the machine had any left to give.

A time limit is about the student's code. On a machine that is busy with others' work the clock on the wall says
little about it, and a limit that is met then would be our fault.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_PLACES = (
    "/sys/fs/cgroup/cpuacct/docker/{}/cpuacct.usage",
    "/sys/fs/cgroup/system.slice/docker-{}.scope/cpu.stat",
    "/sys/fs/cgroup/docker/{}/cpu.stat",
)
_MICROSECONDS = re.compile(r"^usage_usec (\d+)$", re.MULTILINE)
BUSY = 0.9
"""The share of all processors from which on a container may have waited for its turn."""
ENOUGH = 0.9
"""The share of its time limit that a container has worked when the limit is taken as met."""


def processor_seconds(container: str) -> float | None:
    """What the container's processes have worked since its start; None where it cannot be read."""
    for place in _PLACES:
        try:
            text = Path(place.format(container)).read_text()
        except OSError:
            continue
        if found := _MICROSECONDS.search(text):
            return int(found[1]) / 1e6
        return int(text) / 1e9 if text.strip().isdecimal() else None
    return None


def machine_seconds() -> tuple[float, float] | None:
    """What all processors of the machine together have worked and could have worked; None where unknown."""
    try:
        words = Path("/proc/stat").read_text().partition("\n")[0].split()
        ticks = [int(word) for word in words[1:9]]  # user nice system idle iowait irq softirq steal
    except (OSError, ValueError):
        return None
    if len(ticks) < 8:
        return None
    a_second = os.sysconf("SC_CLK_TCK")
    return (sum(ticks) - ticks[3] - ticks[4]) / a_second, sum(ticks) / a_second


@dataclass(frozen=True, slots=True)
class Meter:
    """Readings at the start of a run."""

    container: str
    worked: float | None
    machine: tuple[float, float] | None

    @classmethod
    def start(cls, container: str) -> Meter:
        """Read now."""
        return cls(container, processor_seconds(container), machine_seconds())

    def missing(self, seconds: float) -> float:
        """How much of `seconds` of work the machine has kept from the container since `start`; 0 where unknown."""
        worked, machine = processor_seconds(self.container), machine_seconds()
        if self.worked is None or self.machine is None or worked is None or machine is None:
            return 0.0
        could = machine[1] - self.machine[1]
        busy = (machine[0] - self.machine[0]) / could if could > 0 else 0.0
        had = worked - self.worked
        return seconds - had if busy >= BUSY and had < ENOUGH * seconds else 0.0
