"""`passerelle outbox`: the postman as a process of its own."""

from __future__ import annotations

import signal
from threading import Event

import click

from lms.announcements.jobs import Postman
from lms.app import create_app


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def outbox(once: bool) -> None:
    """Publish what was written for later and send the mails that wait. The web server does it by itself, too."""
    app = create_app()
    postman = Postman(app)
    if once:
        with app.app_context():
            click.echo(f"Sent {postman.round()} mails.")
        return
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with postman:
        click.echo("Sending what waits.")
        stop.wait()
