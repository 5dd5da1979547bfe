"""An engine of the test's own, so that killing it disturbs nobody."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

IMAGE = "passerelle-python:local"


@dataclass
class Engine:
    """A dockerd with a folder, a socket and containers of its own."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"unix://{self.folder}/docker.sock"

    def docker(self, *arguments: str, timeout: float = 60) -> str:
        done = subprocess.run(
            ["docker", "-H", self.host, *arguments],
            check=True,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        return done.stdout

    def containers(self) -> list[str]:
        """Every container of this engine, running or not."""
        return self.docker("ps", "-aq").split()

    def start(self) -> None:
        for stale in (self.folder / "docker.pid", self.folder / "exec" / "containerd" / "containerd.pid"):
            stale.unlink(missing_ok=True)
        with (self.folder / "dockerd.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    # In a network of its own: `--bridge none` would take docker0 from the machine's engine.
                    "unshare", "--net", "dockerd", "--host", self.host, "--data-root", str(self.folder / "data"),
                    "--exec-root", str(self.folder / "exec"), "--pidfile", str(self.folder / "docker.pid"),
                    "--bridge", "none", "--iptables=false", "--ip-forward=false", "--ip-masq=false",
                ],
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            command = ["docker", "-H", self.host, "version"]
            if subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 0:
                return
            time.sleep(0.2)
        raise TimeoutError((self.folder / "dockerd.log").read_text()[-2000:])

    def kill(self) -> None:
        """kill -9 of dockerd and of the containerd below it, as a crash of the machine's engine would be."""
        assert self.process is not None
        containerd = self.folder / "exec" / "containerd" / "containerd.pid"
        self.process.kill()
        self.process.wait(10)
        if containerd.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(containerd.read_text()), signal.SIGKILL)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            for container in self.containers():
                self.docker("rm", "-f", container)
            self.process.terminate()
            self.process.wait(30)
        # A shim whose container ended while the engine was away is nobody's any more.
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                command = place.read_bytes()
                if b"containerd-shim" in command and bytes(self.folder) in command:
                    os.kill(int(place.parent.name), signal.SIGKILL)


@pytest.fixture(scope="session")
def own_engine() -> Iterator[Engine]:
    """A second engine that holds the sandbox image."""
    if shutil.which("dockerd") is None:
        pytest.fail("dockerd is not installed. Next step: make test installs it.")
    folder = Path(tempfile.mkdtemp(prefix="pe-", dir="/var/tmp"))
    engine = Engine(folder)
    engine.start()
    try:
        with subprocess.Popen(["docker", "save", IMAGE], stdout=subprocess.PIPE) as save:
            subprocess.run(
                ["docker", "-H", engine.host, "load"],
                stdin=save.stdout,
                check=True,
                capture_output=True,
                timeout=120,
            )
        yield engine
    finally:
        engine.stop()
        subprocess.run(
            ["umount", "-q", "--recursive", str(folder / "exec")], check=False, capture_output=True
        )
        shutil.rmtree(folder, ignore_errors=True)
