"""`passerelle demo`: the demonstration school, and a large one for measurements."""

from __future__ import annotations

import sys

import click
from sqlalchemy import text

from lms.app import create_app
from lms.core.db import db
from lms.demo.large import RealPeople, Step, make_large, must_be_unused
from lms.demo.school import Scale
from lms.demo.seeding import seed_everything
from lms.programmes.demo import demo_sign_in_lines

IN_USE = (
    "This database holds people or programmes that are not of the demonstration. The large school is made up: "
    "it goes into an empty database, or beside the demonstration school.\n"
    "Next step: set PASSERELLE_INSTANCE_DIR (or PASSERELLE_DATABASE_URL) to a new place and run "
    "`passerelle prepare`, then this command again."
)
USUAL = Scale()


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the site is served.")
@click.option("--large", is_flag=True, help="Also put in a large made-up school, to measure with; once.")
@click.option("--cohorts", type=click.IntRange(1, 2000), default=USUAL.cohorts, show_default=True)
@click.option("--students", type=click.IntRange(1, 500), default=USUAL.students, show_default=True)
@click.option("--weeks", type=click.IntRange(1, 50), default=USUAL.weeks, show_default=True)
@click.option("--seed", default=USUAL.seed, show_default=True, help="The same seed gives the same school.")
def demo(url: str, *, large: bool, cohorts: int, students: int, weeks: int, seed: int) -> None:
    """Put in a demonstration school (once; it is safe to repeat), and say how to sign in.

    With --large also one with so many classes, students in each, and weeks behind them. Nobody in it has a
    secret: sign in as the demonstration school's admin to look at it.
    """
    app = create_app()
    with app.app_context():
        if large:
            _must_be_unused()
        seed_everything()
        db.session.commit()
        if large:
            _fill(Scale(cohorts, students, weeks, seed))
        for line in demo_sign_in_lines(url):
            click.echo(line)


def _must_be_unused() -> None:
    try:
        must_be_unused()
    except RealPeople as error:
        raise click.ClickException(IN_USE) from error


def _fill(scale: Scale) -> None:
    live = sys.stdout.isatty()
    said = Step("", 0, 0)
    for step in make_large(scale):
        db.session.commit()
        if step.part != said.part and said.part:
            click.echo(f"\r  {said}")
        if live:
            click.echo(f"\r  {step}", nl=False)
        said = step
    click.echo(f"\r  {said}")
    if db.engine.dialect.name == "postgresql":
        # What autovacuum would do within the hour: the planner should know how much there is.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
