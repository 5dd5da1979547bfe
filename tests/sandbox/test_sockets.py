"""The seal of a socket directory: nothing but the sockets, none of them a link, and closed from then on."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sockets import (
    BRIDGE_SOCKET,
    KERNEL_SOCKETS,
    MOUNT_FLAGS,
    SealBroken,
    SocketDirectory,
    ensure_mount,
    is_sealed_mount,
    make_checker_directory,
    make_directory,
    remove_mount,
)


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """A short path: a Unix socket's address has at most 107 characters."""
    with tempfile.TemporaryDirectory(prefix="pss-") as folder:
        yield Path(folder)


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.fixture
def directory(run_dir: Path) -> SocketDirectory:
    """A run's directory with all its sockets."""
    made = make_directory(run_dir, "run", os.getgid())
    for name in KERNEL_SOCKETS:
        bind(made.path / name)
    return made


def test_a_directory_as_a_kernel_leaves_it_is_closed(directory: SocketDirectory) -> None:
    assert directory.standing()
    directory.seal()
    assert stat.S_IMODE(directory.path.stat().st_mode) == 0o510


def test_a_checkers_directory_has_one_socket_and_no_key(run_dir: Path) -> None:
    made = make_checker_directory(run_dir, "checker", os.getgid())
    assert not made.standing()
    bind(made.path / BRIDGE_SOCKET)
    made.seal()
    made.path.chmod(0o700)
    made.path.joinpath("kernel.json").write_text("{}")
    with pytest.raises(SealBroken):
        made.seal()


def test_another_name_breaks_the_seal(directory: SocketDirectory) -> None:
    directory.path.joinpath("more").touch()
    with pytest.raises(SealBroken, match="unexpected names"):
        directory.seal()


def test_a_missing_socket_breaks_the_seal(directory: SocketDirectory) -> None:
    directory.path.joinpath("k-2").unlink()
    with pytest.raises(SealBroken, match="unexpected names"):
        directory.seal()


def test_a_file_in_a_sockets_place_breaks_the_seal(directory: SocketDirectory) -> None:
    place = directory.path / "k-1"
    place.unlink()
    place.touch()
    with pytest.raises(SealBroken, match="not a socket"):
        directory.seal()


def test_a_link_in_a_sockets_place_breaks_the_seal(directory: SocketDirectory, run_dir: Path) -> None:
    """The link leads to a real socket: whoever followed it would find one."""
    bind(run_dir / "engine")
    place = directory.path / "k-1"
    place.unlink()
    place.symlink_to(run_dir / "engine")
    with pytest.raises(SealBroken, match="not a socket"):
        directory.seal()


@pytest.mark.parametrize("left_out", [None, *MOUNT_FLAGS.split(",")])
def test_the_mount_must_have_every_flag(monkeypatch: pytest.MonkeyPatch, left_out: str | None) -> None:
    flags = ",".join(["rw", *(flag for flag in MOUNT_FLAGS.split(",") if flag != left_out)])
    line = f"36 35 0:30 / /run/somewhere {flags} - tmpfs passerelle rw,size=16384k\n"
    monkeypatch.setattr(Path, "read_text", lambda _self: line)
    assert is_sealed_mount(Path("/run/somewhere")) == (left_out is None)
    assert not is_sealed_mount(Path("/run/elsewhere"))


@pytest.mark.docker
def test_the_mount_follows_no_link() -> None:
    """As root, as the service is on a machine of its own."""
    place = Path(f"/run/passerelle-test-{secrets.token_hex(4)}")
    ensure_mount(place)
    try:
        place.joinpath("file").write_text("here")
        place.joinpath("link").symlink_to("file")
        with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
            place.joinpath("link").read_text()
    finally:
        remove_mount(place)
    assert not place.exists()
