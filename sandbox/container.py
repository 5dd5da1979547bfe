"""Every option of a student's container, in one place: a pure function, so that tests can take one away."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from sandbox.profiles import Limits

FIRST_UID = 20000
MOUNT_POINT = "/run/kernel"
CONNECTION_FILE = f"{MOUNT_POINT}/kernel.json"
CHECKER_COMMAND = "--checker"

LABEL_NAMESPACE = "org.passerelle.sandbox"
LABEL_INSTANCE = "org.passerelle.instance"
LABEL_RUN = "org.passerelle.run"
LABEL_LEASE = "org.passerelle.lease"


def uid_of(slot: int) -> int:
    """Each slot has its own user, so that no limit of the system's is shared between students."""
    return FIRST_UID + slot


def labels(*, namespace: str, instance: str, run: str, lease: float) -> dict[str, str]:
    """`lease`: the time (seconds since 1970) after which anyone may remove the container."""
    return {
        LABEL_NAMESPACE: namespace,
        LABEL_INSTANCE: instance,
        LABEL_RUN: run,
        LABEL_LEASE: str(int(lease)),
    }


def options(  # noqa: PLR0917  (one call, named by its one caller's variables)
    image: str,
    limits: Limits,
    slot: int,
    mount: dict[str, Any],
    tags: dict[str, str],
    command: str = CONNECTION_FILE,
) -> dict[str, Any]:
    """The body of the engine's `POST /containers/create`; `command` is the entry point's one argument."""
    uid = uid_of(slot)
    return {
        "Image": image,
        "Cmd": [command],
        "User": f"{uid}:{uid}",
        "Labels": tags,
        "Hostname": "passerelle",
        "Env": ["OMP_NUM_THREADS=1"],
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "NetworkDisabled": True,
        "StopSignal": "SIGKILL",
        "HostConfig": _host_config(limits, uid, mount),
    }


def _host_config(limits: Limits, uid: int, mount: dict[str, Any]) -> dict[str, Any]:
    safe = "rw,nosuid,nodev,noexec"
    return {
        "NetworkMode": "none",
        "IpcMode": "none",
        "CgroupnsMode": "private",
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true"],
        "Privileged": False,
        "ReadonlyRootfs": True,
        "Tmpfs": {
            "/tmp": f"{safe},size={limits.tmp_bytes},nr_inodes={limits.tmp_inodes},mode=1777",  # noqa: S108
            "/dev/shm": f"{safe},size={limits.shm_bytes},nr_inodes=256,uid={uid},gid={uid},mode=0700",  # noqa: S108
        },
        "Mounts": [mount],
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "PidsLimit": limits.pids,
        "NanoCpus": int(limits.cpus * 1e9),
        "Ulimits": [
            {"Name": "nofile", "Soft": limits.open_files, "Hard": limits.open_files},
            {"Name": "fsize", "Soft": limits.file_bytes, "Hard": limits.file_bytes},
            {"Name": "cpu", "Soft": limits.cpu_seconds, "Hard": limits.cpu_seconds},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        "LogConfig": {"Type": "none"},
        "Init": True,
        "RestartPolicy": {"Name": "no"},
        "OomScoreAdj": 500,
    }


def mount_of(run_dir_host: str, folder: str, *, in_volume: bool = False) -> dict[str, Any]:
    """Binds one run's socket directory; `run_dir_host` must be a path the engine sees.

    The engine binds folders of its own volumes as slaves only; neither way does a mount get out of the container.
    """
    return {
        "Type": "bind",
        "Source": str(PurePosixPath(run_dir_host) / folder),
        "Target": MOUNT_POINT,
        "ReadOnly": False,
        "BindOptions": {"Propagation": "rslave" if in_volume else "private"},
    }
