"""`passerelle sandbox`: the service that runs student code, its doctor, its images."""

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
from sandbox.profiles import PROFILES
from sandbox.reaper import reap
from sandbox.service import AlreadyRunning
from sandbox.service import serve as serve_until_told
from sandbox.settings import Settings, load_settings


@click.group()
def sandbox() -> None:
    """The service that runs student code; its doctor; its images.

    Only this service talks to the Docker engine. Settings come from the environment: PASSERELLE_SANDBOX_LISTEN,
    _TOKEN, _RUN_DIR, _RUN_DIR_HOST, _IMAGE, _IMAGE_JAVASCRIPT, _POOL_MAX, _MEMORY_MB, and DOCKER_HOST.
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
@click.option(
    "--profile", "profiles", multiple=True, type=click.Choice(list(PROFILES)), help="Only this kernel."
)
def doctor(as_json: bool, profiles: tuple[str, ...]) -> None:
    """Prove that student code is locked in: attack every limit from inside a container.

    Prints a row for each probe. Exit code 0 only when every limit held.
    """
    reports = asyncio.run(_examine(_settings(), profiles or tuple(PROFILES)))
    ok = all(report.ok for report in reports.values())
    if as_json:
        rows = [
            {"profile": profile, **asdict(probe)}
            for profile, report in reports.items()
            for probe in report.probes
        ]
        click.echo(json.dumps({"ok": ok, "probes": rows}, indent=2))
    else:
        for profile, report in reports.items():
            _print_report(profile, report)
    sys.exit(0 if ok else 1)


def _print_report(profile: str, report: DoctorReport) -> None:
    click.echo(f"{profile}:")
    width = max(len(probe.name) for probe in report.probes)
    for probe in report.probes:
        held = "held  " if probe.held else "BROKEN"
        click.echo(f"{held}  {probe.name:<{width}}  {probe.promise}  [{probe.detail}]")


async def _examine(settings: Settings, profiles: tuple[str, ...]) -> dict[str, DoctorReport]:
    engine = Engine(settings.docker_host)
    watching = asyncio.create_task(engine.watch(lambda _: None))
    try:
        for _ in range(50):
            if engine.up:
                break
            await asyncio.sleep(0.1)
        return {profile: await run_doctor(settings, engine, profile) for profile in profiles}
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
@click.option("--check", is_flag=True, help="Build nothing; exit code 0 when the images are current.")
def image(check: bool) -> None:
    """Build the images that student code runs in, unless they are those described by sandbox/image*/."""
    settings = _settings()
    engine = Engine(settings.docker_host)
    try:
        for profile, name in settings.images.items():
            if check:
                if not is_current(engine, profile, name):
                    sys.exit(1)
                continue
            built = ensure_image(engine, profile, name)
            click.echo(f"{name}: {'built' if built else 'already current'}")
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    finally:
        engine.close()
