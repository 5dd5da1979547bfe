"""What may run: kernels by profile name, and limits by name. A new kernel is one entry here and one image."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MIB: Final = 1 << 20
PATIENCE: Final = 3.0
"""How many times its limit a run may last in all on a machine that is too busy to give it its turn."""


@dataclass(frozen=True, slots=True)
class KernelProfile:
    """A kernel that can be asked for by name, and the extra arguments of its image's entry point."""

    name: str
    kernel: str
    warm_up: str
    """Code run (silently) before a kernel counts as ready; never a student's."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Seconds, bytes and counts; containers of equal `shape` share one warm pool."""

    name: str
    wall_seconds: float
    memory_bytes: int
    text_bytes: int
    image_bytes: int
    messages: int
    keep: bool
    """A time limit interrupts first and keeps the kernel when it answers."""
    input_seconds: float = 180.0
    """How long an open `input()` may wait; the wall clock stands still meanwhile."""
    idle_seconds: float = 900.0
    """A live session unused for so long is closed."""
    answer_bytes: int = 4 * MIB
    tmp_bytes: int = 32 * MIB
    tmp_inodes: int = 4096
    shm_bytes: int = 8 * MIB
    cpus: float = 1.0
    pids: int = 64
    cpu_seconds: int = 900
    """Of processor time, for each process: an end even for a container whose service is gone."""
    open_files: int = 256
    file_bytes: int = 16 * MIB

    @property
    def longest_silence(self) -> float:
        """The longest a healthy run may say nothing."""
        return max(self.wall_seconds * PATIENCE, self.input_seconds)


PROFILES: Final = MappingProxyType(
    {
        "python": KernelProfile(name="python", kernel="python3", warm_up="pass"),
    }
)

LIMITS: Final = MappingProxyType(
    {
        limits.name: limits
        for limits in (
            Limits("graded", 10, 256 * MIB, 64 * 1024, 0, 2000, keep=False),
            Limits("live", 30, 256 * MIB, 256 * 1024, 2 * MIB, 5000, keep=True),
            Limits("check", 10, 256 * MIB, 256 * 1024, 0, 4000, keep=False),
            Limits("rules", 10, 256 * MIB, 64 * 1024, 0, 2000, keep=False),
        )
    }
)
