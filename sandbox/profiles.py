"""What may run: kernels by profile name, and limits by name. A new kernel is one entry here and one image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

MIB: Final = 1 << 20
PATIENCE: Final = 3.0
"""How many times its limit a run may last in all on a machine that is too busy to give it its turn."""


@dataclass(frozen=True, slots=True)
class KernelProfile:
    """A kernel that can be asked for by name, and what is particular about talking to it."""

    name: str
    kernel: str
    image: str
    """The image's tag, unless the settings name another."""
    warm_up: str = ""
    """Code run before a kernel counts as ready; never a student's."""
    explain: str = ""
    """Code that tells what is wrong with a cell that the kernel could not read: `{packed}` is the cell."""
    interrupt: Literal["signal", "message"] = "signal"
    settle_seconds: float = 0.0
    """How long code is still listened to after its end: what it printed last may be on its way. Answers that are
    counted (`Execute.answers`) are waited for instead."""
    memory_bytes: int | None = None
    """Of a container, when the kernel alone takes much of what the limits give."""
    bridged: bool = True
    """Whether the container also has the socket over which an author's tests reach a program."""
    write_files: str = ""
    """Code that puts files into the working directory; "" for a kernel that may not write."""
    always_warm: int = 2
    """How many kernels wait even when nobody has asked for one lately."""


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


# Puts the files of a `Start` into the working directory; the text travels as data.
_WRITE_FILES: Final = """
import base64 as _b, json as _j
for _name, _text in _j.loads(_b.b64decode({packed!r})).items():
    with open(_name, "w", encoding="utf-8", errors="surrogatepass", newline="") as _file:
        _file.write(_text)
del _b, _j, _name, _text, _file
"""

# Loads the harness, which then takes every permission away from the kernel's process.
_LOCK: Final = """
const __passerelle = await (async () => {
  const harness = await import("file:///opt/passerelle/harness.js");
  await harness.lock();
  return harness;
})();
"""

PROFILES: Final = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            KernelProfile(
                name="python",
                kernel="python3",
                image="passerelle-python:local",
                write_files=_WRITE_FILES,
            ),
            KernelProfile(
                name="javascript",
                kernel="deno",
                image="passerelle-javascript:local",
                warm_up=_LOCK,
                explain='await __passerelle.explain("{packed}")',
                interrupt="message",
                settle_seconds=0.1,
                # Deno's kernel holds 175 MiB before a program starts, ipykernel 45: both leave about 200.
                memory_bytes=384 * MIB,
                bridged=False,
                always_warm=0,
            ),
        )
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


def limits_of(profile: str, limits: str) -> Limits:
    """The limits of that name as they are for a profile."""
    memory = PROFILES[profile].memory_bytes
    return LIMITS[limits] if memory is None else replace(LIMITS[limits], memory_bytes=memory)
