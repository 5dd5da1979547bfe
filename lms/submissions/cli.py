"""`passerelle grader`: the grader's workers as a process of their own, for machines with a broker."""

from __future__ import annotations

import signal
from threading import Event

import click

from lms.app import create_app
from lms.submissions.jobs import start_grader


@click.command()
@click.option("--threads", default=3, show_default=True, help="Submissions graded at the same time.")
def grader(threads: int) -> None:
    """Grade work until SIGTERM or Ctrl-C; runs that have not ended by then go back to the queue."""
    app = create_app()
    if not app.config["BROKER_URL"]:
        raise click.UsageError(
            "Set PASSERELLE_BROKER_URL: without a broker the web process grades by itself."
        )
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    handle = start_grader(app, threads)
    click.echo(f"Grading with {threads} workers.")
    stop.wait()
    handle.stop()
