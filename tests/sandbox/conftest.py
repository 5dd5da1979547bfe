"""One sandbox service for the whole session, with a namespace of its own, on a real Docker engine."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.client import SandboxClient, SandboxError
from sandbox.engine import Engine, EngineError
from sandbox.settings import Settings, load_settings


@dataclass
class RunningService:
    """A service process and what it was started with."""

    process: subprocess.Popen[bytes]
    settings: Settings
    env: dict[str, str]

    @property
    def client(self) -> SandboxClient:
        return SandboxClient(self.settings.listen, self.settings.token)

    def containers(self) -> int:
        engine = Engine(self.settings.docker_host)
        try:
            return len(engine.owned_sync(self.settings.namespace))
        finally:
            engine.close()

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(60)


def eventually(check: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether `check` becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.05)
    return False


def start_service(folder: Path, *, healthy: bool = True, **extra: str) -> RunningService:
    """Start `passerelle sandbox serve` and wait until it answers (and, if asked, is healthy)."""
    env = {
        **os.environ,
        "PASSERELLE_INSTANCE_DIR": str(folder),
        "PASSERELLE_SANDBOX_LISTEN": f"unix:{folder}/s.sock",
        "PASSERELLE_SANDBOX_MEMORY_MB": "2560",
        **extra,
    }
    settings = load_settings(env)
    log = folder.joinpath("service.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "lms.cli", "sandbox", "serve"], env=env, stdout=log, stderr=log
    )
    log.close()
    service = RunningService(process, settings, env)

    def ready() -> bool:
        try:
            return service.client.health().healthy or not healthy
        except SandboxError:
            return False

    if not eventually(ready, 60):
        process.kill()
        process.wait()
        pytest.fail("the sandbox service did not get ready:\n" + folder.joinpath("service.log").read_text())
    return service


def clear_up(service: RunningService) -> None:
    if service.process.poll() is None:
        service.stop()
    subprocess.run(["umount", str(service.settings.run_dir)], check=False, capture_output=True)
    if service.settings.run_dir.is_dir() and not any(service.settings.run_dir.iterdir()):
        service.settings.run_dir.rmdir()


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A short path: a Unix socket's address has at most 107 characters."""
    path = Path(tempfile.mkdtemp(prefix=f"psb-{secrets.token_hex(3)}-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def engine_ready() -> None:
    """Fails loudly without an engine: a sandbox that was not tried has not been tested."""
    engine = Engine(os.environ.get("DOCKER_HOST"))
    try:
        engine.call_sync(lambda client: client.ping())
    except EngineError as error:
        pytest.fail(f"these tests need a Docker engine: {error}")
    finally:
        engine.close()


@pytest.fixture(scope="session")
def service(folder: Path, engine_ready: None) -> Iterator[RunningService]:
    running = start_service(folder)
    yield running
    clear_up(running)


@pytest.fixture
def client(service: RunningService) -> SandboxClient:
    return service.client
