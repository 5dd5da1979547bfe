"""The service's life: busy, no engine, killed, stopped, TCP with a token; and the Jupyter provisioner."""

import asyncio
import json
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sandbox.cli import sandbox
from sandbox.client import (
    SandboxBusy,
    SandboxClient,
    SandboxProtocolError,
    SandboxUnavailable,
)
from sandbox.messages import Done, Stream
from tests.sandbox.cable import Cable
from tests.sandbox.conftest import RunningService, clear_up, eventually, start_service

pytestmark = pytest.mark.docker

Starter = Callable[..., RunningService]


@pytest.fixture
def start(engine_ready: None) -> Iterator[Starter]:
    """Starts services of their own; all are ended and their mounts removed."""
    running: list[RunningService] = []

    def starter(**extra: str) -> RunningService:
        folder = Path(tempfile.mkdtemp(prefix="psb-"))
        healthy = extra.pop("healthy", "yes") == "yes"
        running.append(start_service(folder, healthy=healthy, **extra))
        return running[-1]

    yield starter
    for service in running:
        clear_up(service)


def test_when_full_one_waits_in_line_and_then_is_refused(start: Starter) -> None:
    service = start(PASSERELLE_SANDBOX_MEMORY_MB="256")
    held = service.client.open()
    with pytest.raises(SandboxBusy):
        service.client.open(timeout=1)
    held.close()
    with service.client.open() as session:
        assert list(session.execute("1"))


def test_without_an_engine_it_says_so_and_recovers_nothing_by_guessing(start: Starter) -> None:
    service = start(DOCKER_HOST="unix:///nonexistent/docker.sock", healthy="no")
    report = service.client.health()
    assert (report.healthy, report.engine) == (False, False)
    with pytest.raises(SandboxUnavailable, match="no_engine"):
        service.client.open()


def test_stopping_leaves_nothing(start: Starter) -> None:
    service = start()
    with service.client.open() as session:
        session.execute("1")
        service.stop()
    assert service.containers() == 0
    assert not service.settings.run_dir.exists()
    with pytest.raises(SandboxUnavailable):
        service.client.health()


def test_what_a_kill_left_is_removed_at_the_next_start(start: Starter) -> None:
    service = start()
    assert eventually(lambda: service.client.health().pool >= 1, 20)
    service.stop(signal.SIGKILL)
    left = service.containers()
    assert left >= 1
    again = start_service(Path(service.env["PASSERELLE_INSTANCE_DIR"]))
    try:
        engine_ids = again.containers()
        assert engine_ids <= 3
        with again.client.open() as session:
            assert list(session.execute("1"))
    finally:
        again.stop()
    assert again.containers() == 0


def test_over_tcp_only_with_the_token(start: Starter) -> None:
    token = "a-shared-secret-of-length"
    service = start(PASSERELLE_SANDBOX_LISTEN="tcp://127.0.0.1:17791", PASSERELLE_SANDBOX_TOKEN=token)
    with service.client.open() as session:
        assert [m for m in session.execute("print(1)") if isinstance(m, Stream)]
    with pytest.raises(SandboxProtocolError, match="unauthorised"):
        SandboxClient(service.settings.listen, "a wrong token here").health()
    with pytest.raises(SandboxProtocolError, match="unauthorised"):
        SandboxClient(service.settings.listen).health()


def test_the_doctor_command_prints_every_probe(service: RunningService) -> None:
    done = subprocess.run(
        [".venv/bin/passerelle", "sandbox", "doctor", "--json"],
        env=service.env,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["ok"], [probe for probe in report["probes"] if not probe["held"]]
    assert done.returncode == 0
    table = CliRunner(env=service.env).invoke(sandbox, ["doctor"])
    rows = [line for line in table.output.splitlines() if not line.endswith(":")]  # but the profiles' names
    assert len(rows) == len(report["probes"])
    assert table.exit_code == 0


def test_any_jupyter_client_can_use_the_provisioner(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_client.kernelspec import KernelSpec  # noqa: PLC0415  # slow to import, used here only
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415

    for name, value in service.env.items():
        if name.startswith("PASSERELLE_"):
            monkeypatch.setenv(name, value)

    async def scene() -> str:
        manager = AsyncKernelManager(kernel_name="passerelle")
        manager._kernel_spec = KernelSpec(
            argv=[],
            display_name="p",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "passerelle-docker"}},
        )
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=20)
            reply = await client.execute_interactive("x = 6 * 7", timeout=10, user_expressions={"x": "x"})
            return str(reply["content"]["user_expressions"]["x"]["data"]["text/plain"])
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(scene()) == "42"


def test_a_run_ends_once_even_when_the_service_is_stopped_in_the_middle(start: Starter) -> None:
    service = start()
    session = service.client.open()
    runs = session.execute("print(1, flush=True)\nimport time; time.sleep(30)")
    next(runs)
    service.process.send_signal(signal.SIGKILL)
    with pytest.raises(SandboxUnavailable):
        assert not any(isinstance(message, Done) for message in runs)


@pytest.fixture
def cable() -> Iterator[Cable]:
    cable = Cable(Path(tempfile.mkdtemp(prefix="psb-")) / "docker.sock")
    cable.plug_in()
    yield cable
    cable.close()


def test_an_engine_that_goes_and_comes_back(cable: Cable, start: Starter) -> None:
    service = start(DOCKER_HOST=f"unix://{cable.path}")
    client = service.client
    session = client.open()
    runs = session.execute("print(1, flush=True)\nimport time; time.sleep(4)\nimport os; os._exit(1)")
    next(runs)
    cable.pull_out()
    assert eventually(lambda: not client.health().engine)
    with pytest.raises(SandboxUnavailable):
        client.open()
    # Why the container ended cannot be known, so nobody is blamed.
    last = list(runs)[-1]
    assert isinstance(last, Done)
    assert last.outcome == "our_fault"
    session.close()
    cable.plug_in()
    assert eventually(lambda: client.health().healthy, 30)
    with client.open() as again:
        assert list(again.execute("1"))
    service.stop()
    assert service.containers() == 0
