"""`passerelle demo`: the demonstration school."""

from __future__ import annotations

import click

from lms.app import create_app
from lms.core.db import db
from lms.programmes.demo import demo_sign_in_lines, seed_demo


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the site is served.")
def demo(url: str) -> None:
    """Put in a demonstration school (once; it is safe to repeat), and say how to sign in."""
    app = create_app()
    with app.app_context():
        if seed_demo():
            db.session.commit()
        for line in demo_sign_in_lines(url):
            click.echo(line)
