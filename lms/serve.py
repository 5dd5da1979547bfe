"""`passerelle serve`: starts the processes of one machine, watches them, and stops all of them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import click

from lms.core.config import read_settings

PR_SET_PDEATHSIG = 1  # prctl(2): the kernel signals a child when its parent dies
STOP_SECONDS = 12.0
BACKOFF_SECONDS = (0.2, 1.0, 3.0, 10.0)
SETTLED_SECONDS = 60.0
SIGN_IN_FILE = "sign-in.txt"
"""In the instance folder: how to sign in to the demonstration school, written by `prepare`."""
URL_PLACE = "{url}"


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process under watch: started again when it ends by itself, later each time it keeps ending."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  # our own program, arguments are constants
            [sys.executable, "-m", "lms.cli", *self.arguments],
            env={**os.environ, **self.environment},
            # A session of its own: Ctrl-C reaches the supervisor alone, which stops the children in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  # no threads run here yet
        )

    def watch(self) -> None:
        """Start the process when it is due; note its end and plan the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started > SETTLED_SECONDS:
            self.failures = 0
        wait = BACKOFF_SECONDS[min(self.failures, len(BACKOFF_SECONDS) - 1)]
        self.failures += 1
        self.process = None
        self.due = now + wait
        click.echo(f"{self.name} ended with code {code}; starting it again in {wait:g} s.", err=True)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


def wait_for_site(url: str, seconds: float) -> bool:
    """Poll /healthz until the site answers; the deadline is in seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310  # our own http address
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def port_is_free(host: str, port: int) -> bool:
    """Whether we could listen there; without this another site on the port would look like ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Stopped(Exception):
    """Ctrl-C or SIGTERM came: a request, not an error."""


def _raise_stopped(_number: int, _frame: object) -> None:
    raise Stopped


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Run the whole system on this machine: the web site, the grader and the sandbox service.

    A process that ends is started again. Ctrl-C stops everything and removes the containers.
    """
    if not port_is_free(host, port):
        raise click.ClickException(
            f"Something else listens on {host}:{port} already. "
            f"Next step: stop it, or choose another port: make run PORT={port + 1}"
        )
    signal.signal(signal.SIGTERM, _raise_stopped)
    signal.signal(signal.SIGINT, _raise_stopped)
    children = [
        Child("The sandbox service", ["sandbox", "serve"]),
        Child("The web site", ["web", "--bind", f"{host}:{port}"]),
    ]
    url = f"http://{host}:{port}"
    try:
        for child in children:
            child.start()
        if not wait_for_site(url, 30):
            click.echo(f"The site does not answer on {url} yet. The lines above say why.", err=True)
        else:
            greet(url)
        while True:
            for child in children:
                child.watch()
            time.sleep(0.2)
    except Stopped:
        click.echo("\nStopping…")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(children):
            child.finish(deadline)
        click.echo("Everything is stopped.")


def greet(url: str) -> None:
    """Say where the site is and how to sign in."""
    click.echo(f"\nPasserelle is ready: {url}")
    kept = read_settings().instance_dir / SIGN_IN_FILE
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            click.echo(f"  {line.replace(URL_PLACE, url)}")
    click.echo("Ctrl-C stops it.\n")
