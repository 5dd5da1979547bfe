"""The sealed socket directory: where host and container meet, and the only place a student could reach out.

The tmpfs below it follows no symlinks. A run's directory can be written by the container's group only until
its sockets stand; each is checked to be a socket and nothing else, then the directory is closed (0510),
and only then is student code sent. A link or file put in a socket's place would get the host's messages.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.container import MOUNT_POINT

PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
BRIDGE_SOCKET = "k-6"
"""Where a container is called when an author's tests are run against what is in another one."""
MOUNT_FLAGS = "nosymfollow,nosuid,nodev,noexec"
_SIZE, _INODES = "16m", "8192"
_SOURCE = "passerelle"
_CLOSED = 0o510


class SealBroken(Exception):
    """The socket directory holds something that a well-behaved kernel never puts there."""


class MountMissing(Exception):
    """The run directory is not a tmpfs that refuses symlinks, and could not be made one."""


CHANNEL_SOCKETS = frozenset(f"k-{port}" for port in PORTS.values())
KERNEL_SOCKETS = CHANNEL_SOCKETS | {BRIDGE_SOCKET}
CHECKER_SOCKETS = frozenset({BRIDGE_SOCKET})
_CONNECTION_FILE = "kernel.json"


@dataclass(frozen=True, slots=True)
class SocketDirectory:
    """One run's directory, the kernel's key ("" for a checker), and the sockets that must stand in it."""

    path: Path
    key: str
    sockets: frozenset[str] = KERNEL_SOCKETS

    def address(self, name: str) -> str:
        """The ipc address of "shell", "iopub", "stdin", "control" or "hb" on this side."""
        return f"ipc://{self.path}/k-{PORTS[name + '_port']}"

    def standing(self) -> bool:
        """Whether all sockets are there."""
        return all(self.path.joinpath(name).exists() for name in self.sockets)

    def seal(self) -> None:
        """Check and close the directory. Raises SealBroken; then the container must not be used."""
        files = {_CONNECTION_FILE} if self.key else set()
        self.path.chmod(_CLOSED)
        found = {entry.name: entry.stat(follow_symlinks=False) for entry in os.scandir(self.path)}
        if found.keys() != self.sockets | files:
            raise SealBroken(f"unexpected names: {sorted(found)[:8]}")
        for name in self.sockets:
            if not stat.S_ISSOCK(found[name].st_mode):
                raise SealBroken(f"{name} is not a socket")

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def connection_info(ip: str, key: str) -> dict[str, str | int]:
    """A Jupyter connection file's content; `ip` is the sockets' common path without the number."""
    return {
        **PORTS,
        "transport": "ipc",
        "ip": ip,
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "python3",
    }


def make_directory(
    run_dir: Path, name: str, group: int, key: str | None = None, *, bridged: bool = True
) -> SocketDirectory:
    """A fresh directory that the container's group can write until `seal`."""
    path = run_dir / name
    path.mkdir(mode=0o700)
    sockets = KERNEL_SOCKETS if bridged else CHANNEL_SOCKETS
    directory = SocketDirectory(path, key or secrets.token_hex(16), sockets)
    file = path / _CONNECTION_FILE
    file.write_text(json.dumps(connection_info(f"{MOUNT_POINT}/k", directory.key)))
    file.chmod(0o440)
    os.chown(file, -1, group)
    os.chown(path, -1, group)
    path.chmod(0o770)
    return directory


def make_checker_directory(run_dir: Path, name: str, group: int) -> SocketDirectory:
    """The same for a checker: it has no connection file and one socket."""
    path = run_dir / name
    path.mkdir(mode=0o700)
    os.chown(path, -1, group)
    path.chmod(0o770)
    return SocketDirectory(path, "", CHECKER_SOCKETS)


def ensure_mount(run_dir: Path) -> None:
    """Make `run_dir` a tmpfs without symlinks, unless it is one. Raises MountMissing."""
    if is_sealed_mount(run_dir):
        return
    if os.geteuid() != 0:
        raise MountMissing(
            f"{run_dir} is not mounted. Next step: "
            f"sudo mount -t tmpfs -o size={_SIZE},nr_inodes={_INODES},{MOUNT_FLAGS},mode=0711 tmpfs {run_dir}"
        )
    run_dir.mkdir(parents=True, exist_ok=True)
    wanted = f"size={_SIZE},nr_inodes={_INODES},{MOUNT_FLAGS},mode=0711"
    command = ["mount", "-t", "tmpfs", "-o", wanted, _SOURCE, str(run_dir)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    if done.returncode or not is_sealed_mount(run_dir):
        raise MountMissing(f"{run_dir} could not be mounted: {done.stderr.strip()}")


def remove_mount(run_dir: Path) -> None:
    """Take down what `ensure_mount` put up, unless it is in use or someone else's."""
    if os.geteuid() == 0 and _mount_source(run_dir) == _SOURCE:
        done = subprocess.run(["umount", str(run_dir)], capture_output=True, timeout=10, check=False)  # noqa: S603, S607  # found by PATH as mount is
        if done.returncode == 0:
            with contextlib.suppress(OSError):
                run_dir.rmdir()


def _mount_source(run_dir: Path) -> str:
    """What is mounted at `run_dir`, or ""."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        source, place, *_ = line.split()
        if place == str(run_dir):
            return source
    return ""


def is_sealed_mount(run_dir: Path) -> bool:
    """Whether `run_dir` is itself a mounted tmpfs with every flag we ask for."""
    wanted = set(MOUNT_FLAGS.split(","))
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if fields[4] == str(run_dir) and right.split()[0] == "tmpfs" and wanted <= set(fields[5].split(",")):
            return True
    return False


def remove_leftovers(run_dir: Path, keep: set[str], older_than: float) -> int:
    """Remove run directories that belong to no run and were made before `older_than`; how many."""
    left = [
        entry
        for entry in run_dir.iterdir()
        if entry.name not in keep and entry.is_dir() and entry.lstat().st_mtime < older_than
    ]
    for entry in left:
        with contextlib.suppress(OSError):
            entry.chmod(0o700)
        shutil.rmtree(entry, ignore_errors=True)
    return len(left)
