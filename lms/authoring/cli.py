"""`passerelle courses lay-out`: what was published, on a machine that lacks it."""

from __future__ import annotations

import click

from lms.app import create_app
from lms.authoring.jobs import serve_published
from lms.grading.courses_cli import courses

__all__ = ["courses"]


@courses.command("lay-out")
@click.option("--check", is_flag=True, help="Compare every file, and lay out again what differs.")
def lay_out_command(check: bool) -> None:
    """Lay out the courses that were published, as the database has them.

    `prepare` does this as well, and the web process from time to time.
    """
    app = create_app()
    with app.app_context():
        changed = serve_published(check=check)
    for slug in changed:
        click.echo(f"{slug}: served anew.")
    click.echo(f"Published courses are laid out; changed: {len(changed)}.")
