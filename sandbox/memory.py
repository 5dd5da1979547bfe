"""Whether a container met its memory limit, read from the control groups where this process can see them."""

from __future__ import annotations

import re
from pathlib import Path

_PLACES = (
    "/sys/fs/cgroup/memory/docker/{}/memory.oom_control",
    "/sys/fs/cgroup/system.slice/docker-{}.scope/memory.events",
    "/sys/fs/cgroup/docker/{}/memory.events",
)
_KILLS = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


def out_of_memory_kills(container: str) -> int | None:
    """Processes of the container killed for want of memory so far; None when unknown."""
    for place in _PLACES:
        try:
            text = Path(place.format(container)).read_text()
        except OSError:
            continue
        found = _KILLS.search(text)
        return int(found[1]) if found else None
    return None
