"""`passerelle board`: what must happen though nobody opens a page."""

from __future__ import annotations

import click

from lms.app import create_app
from lms.board.contacts import sweep
from lms.board.counting import count_stale
from lms.core.db import db

CLASSES_AT_ONCE = 20


def keep_house() -> tuple[int, int]:
    """Delete the talks whose day has come and count all classes with old numbers; how many of each."""
    deleted = counted = 0
    while swept := sweep():
        deleted += swept
        db.session.commit()
    while classes := count_stale(None, CLASSES_AT_ONCE):
        counted += classes
        db.session.commit()
    db.session.commit()
    return counted, deleted


@click.command()
def board() -> None:
    """Count who needs help in all classes, and delete talks whose day has come. The site does it daily, too."""
    app = create_app()
    with app.app_context():
        counted, deleted = keep_house()
    click.echo(f"{counted} classes counted, {deleted} old talks deleted.")
