"""The sandbox service's settings, read from PASSERELLE_SANDBOX_* and DOCKER_HOST."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.profiles import PROFILES

VOLUME = "volume:"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service listens, what it may use, and how its containers are named apart from others'."""

    listen: str
    token: str | None
    run_dir: Path
    """The tmpfs that holds the socket directories, as this process sees it."""
    run_dir_host: str
    """The same as the engine sees it: a path, or `volume:<name>`."""
    images: Mapping[str, str]
    """The image of each profile."""
    pool_max: int
    memory_mb: int
    docker_host: str | None
    namespace: str
    """Label on every container: this service touches only its own."""


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; ValueError names what is wrong."""
    values = os.environ if env is None else env
    instance = Path(values.get("PASSERELLE_INSTANCE_DIR") or "instance").absolute()
    listen = (
        values.get("PASSERELLE_SANDBOX_LISTEN")
        or values.get("PASSERELLE_SANDBOX_URL")
        or f"unix:{instance / 'run' / 'sandbox.sock'}"
    )
    namespace = hashlib.sha256(f"{instance}\n{listen}".encode()).hexdigest()[:10]
    run_dir = Path(values.get("PASSERELLE_SANDBOX_RUN_DIR") or f"/run/passerelle/{namespace}")
    token = values.get("PASSERELLE_SANDBOX_TOKEN") or None
    if listen.startswith("tcp://") and (token is None or len(token) < 16):
        raise ValueError("PASSERELLE_SANDBOX_TOKEN must have 16 characters or more where TCP is used.")
    if not listen.startswith(("tcp://", "unix:")):
        raise ValueError("PASSERELLE_SANDBOX_LISTEN must be unix:/path or tcp://host:port.")
    memory = _count(values, "PASSERELLE_SANDBOX_MEMORY_MB", _half_of_memory(), least=256)
    # Warm kernels may fill three quarters of the room: a class that hands in together should find them ready.
    return Settings(
        listen=listen,
        token=token,
        run_dir=run_dir,
        run_dir_host=values.get("PASSERELLE_SANDBOX_RUN_DIR_HOST") or str(run_dir),
        images={name: values.get(_image_setting(name)) or PROFILES[name].image for name in PROFILES},
        pool_max=_count(values, "PASSERELLE_SANDBOX_POOL_MAX", max(2, min(24, memory // 340)), least=0),
        memory_mb=memory,
        docker_host=values.get("DOCKER_HOST") or None,
        namespace=namespace,
    )


def _image_setting(profile: str) -> str:
    """PASSERELLE_SANDBOX_IMAGE is Python's; another profile's ends in its name."""
    suffix = "" if profile == "python" else f"_{profile.upper()}"
    return f"PASSERELLE_SANDBOX_IMAGE{suffix}"


def part_of(settings: Settings, suffix: str) -> Settings:
    """The same engine and image under a namespace of its own, so that no other service's reaper comes by."""
    part = replace(settings, namespace=settings.namespace + suffix)
    if settings.run_dir_host != str(settings.run_dir):
        return part
    run_dir = settings.run_dir.with_name(settings.run_dir.name + suffix)
    return replace(part, run_dir=run_dir, run_dir_host=str(run_dir))


def _count(values: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"{name} must be a whole number, {least} or more.")
    return int(text)


def _half_of_memory() -> int:
    """Half of the machine's memory in MiB, at most 8 GiB: the rest is for everyone else."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
    return max(256, min(total // 2, 8192))
