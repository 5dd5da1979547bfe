"""`passerelle sandbox`: the service that runs student code, its doctor, its image."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import asdict

import click

from sandbox.doctor import DoctorReport, run_doctor
from sandbox.engine import Engine, EngineError
from sandbox.images import ensure_image, is_current
from sandbox.reaper import reap
from sandbox.service import AlreadyRunning
from sandbox.service import serve as serve_until_told
from sandbox.settings import Settings, load_settings


@click.group()
def sandbox() -> None:
    """The service that runs student code; its doctor; its image.

    Only this service talks to the Docker engine. Settings come from the environment:
    PASSERELLE_SANDBOX_LISTEN, _TOKEN, _RUN_DIR, _RUN_DIR_HOST, _IMAGE, _POOL_MAX, _MEMORY_MB, and DOCKER_HOST.
    """


def _settings() -> Settings:
    try:
        return load_settings()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@sandbox.command()
@click.option("--verbose", is_flag=True, help="Also log every conversation's end.")
def serve(verbose: bool) -> None:
    """Run the service until Ctrl-C; removes its containers when it ends."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for noisy in ("urllib3", "docker", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        serve_until_told(_settings())
    except AlreadyRunning as error:
        raise click.ClickException(str(error)) from error


@sandbox.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def doctor(as_json: bool) -> None:
    """Prove that student code is locked in: attack every limit from inside a container.

    Prints a row for each probe. Exit code 0 only when every limit held.
    """
    report = asyncio.run(_examine(_settings()))
    if as_json:
        click.echo(
            json.dumps({"ok": report.ok, "probes": [asdict(probe) for probe in report.probes]}, indent=2)
        )
    else:
        width = max(len(probe.name) for probe in report.probes)
        for probe in report.probes:
            held = "held  " if probe.held else "BROKEN"
            click.echo(f"{held}  {probe.name:<{width}}  {probe.promise}  [{probe.detail}]")
    sys.exit(0 if report.ok else 1)


async def _examine(settings: Settings) -> DoctorReport:
    engine = Engine(settings.docker_host)
    watching = asyncio.create_task(engine.watch(lambda _: None))
    try:
        for _ in range(50):
            if engine.up:
                break
            await asyncio.sleep(0.1)
        return await run_doctor(settings, engine)
    finally:
        watching.cancel()
        engine.close()


@sandbox.command(name="reap")
def reap_command() -> None:
    """Remove containers and directories that a crash left behind. Stop the service first."""
    settings = _settings()
    engine = Engine(settings.docker_host)
    try:
        removed = reap(engine, settings, None, set())
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    finally:
        engine.close()
    click.echo(f"Removed containers: {removed}")


@sandbox.command()
@click.option("--check", is_flag=True, help="Build nothing; exit code 0 when the image is current.")
def image(check: bool) -> None:
    """Build the image that student code runs in, if it is not the one described by sandbox/image/."""
    settings = _settings()
    engine = Engine(settings.docker_host)
    try:
        if check:
            sys.exit(0 if is_current(engine, settings.image) else 1)
        built = ensure_image(engine, settings.image)
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    finally:
        engine.close()
    click.echo(f"{settings.image}: {'built' if built else 'already current'}")
