"""`passerelle admissions`: by hand what the site does by the clock."""

from __future__ import annotations

import click

from lms.admissions.retention import erase_old
from lms.admissions.rounds import close_what_is_over
from lms.admissions.telling import announce_opened, remind
from lms.admissions.waiting import lapse_overdue
from lms.app import create_app
from lms.core.db import db


@click.group()
def admissions() -> None:
    """Screening rounds: dates that have come, and applications whose time is over."""


@admissions.command()
def sweep() -> None:
    """Close rounds and let offers lapse whose date has come, tell people what opens and what waits for an answer, and
    erase applications that led to no place in time.
    """
    app = create_app()
    with app.app_context():
        closed = close_what_is_over()
        db.session.commit()
        told = announce_opened()
        db.session.commit()
        lapsed = lapse_overdue()
        db.session.commit()
        reminded = remind()
        db.session.commit()
        erased = 0
        while batch := erase_old():
            db.session.commit()
            erased += batch
        click.echo(
            f"Rounds closed: {closed}. People told of an open round: {told}. Offers lapsed: {lapsed}. "
            f"People reminded to answer: {reminded}. Applications erased: {erased}; their numbers are kept."
        )
