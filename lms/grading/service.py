"""Finds a sandbox service for a command, or starts one that lives as long as the command."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lms.core.config import ROOT
from sandbox.client import SandboxClient, SandboxError, SandboxUnavailable
from sandbox.messages import HealthReport

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class NoSandboxError(Exception):
    """Student code cannot be run here; the text says why and what to do."""


@contextlib.contextmanager
def sandbox_client() -> Iterator[SandboxClient]:
    """A client of the running service, or of one that is started here and stopped at the end."""
    client = _client(_configured_url())
    if (health := _health(client)) is not None:
        _require_healthy(health)
        yield client
    elif os.environ.get("PASSERELLE_SANDBOX_URL"):
        raise NoSandboxError(
            f"No sandbox service answers at {_configured_url()}, which PASSERELLE_SANDBOX_URL names."
        )
    else:
        with (
            tempfile.TemporaryDirectory(prefix="passerelle-try-") as folder,
            _own_service(Path(folder)) as own,
        ):
            yield own


def _configured_url() -> str:
    instance = Path(os.environ.get("PASSERELLE_INSTANCE_DIR") or ROOT / "instance").resolve()
    return os.environ.get("PASSERELLE_SANDBOX_URL") or f"unix:{instance / 'run' / 'sandbox.sock'}"


def _client(url: str) -> SandboxClient:
    return SandboxClient(url, os.environ.get("PASSERELLE_SANDBOX_TOKEN") or None)


def _health(client: SandboxClient) -> HealthReport | None:
    try:
        return client.health()
    except SandboxUnavailable:
        return None
    except SandboxError as error:
        raise NoSandboxError(f"The sandbox service does not answer as it should: {error}") from error


def _require_healthy(health: HealthReport) -> None:
    if not health.engine:
        raise NoSandboxError(
            "There is no Docker engine, so student code cannot be run. Start Docker, or run `make run` once. "
            + health.detail
        )
    if health.doctor == "failed":
        failing = ", ".join(health.failing)
        raise NoSandboxError(f"The sandbox is not safe here ({failing}). See `passerelle sandbox doctor`.")


@contextlib.contextmanager
def _own_service(folder: Path) -> Iterator[SandboxClient]:
    url = f"unix:{folder / 'sandbox.sock'}"
    log = folder / "sandbox.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lms.cli", "sandbox", "serve"],
            env={**os.environ, "PASSERELLE_SANDBOX_LISTEN": url},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            client = _client(url)
            _wait_until_ready(process, client, log)
            yield client
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], client: SandboxClient, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()
            reason = lines[-1] if lines else f"exit code {process.returncode}"
            raise NoSandboxError(f"The sandbox service could not be started: {reason}")
        health = _health(client)
        if health is not None and health.doctor != "pending":
            _require_healthy(health)
            return
        time.sleep(0.1)
    raise NoSandboxError(f"The sandbox service was not ready after {START_SECONDS:.0f} seconds.")
