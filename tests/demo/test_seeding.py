"""The demonstration school is whole whichever command makes it."""

from __future__ import annotations

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from lms.board.models import Contact
from lms.core.db import db
from lms.demo import cli
from lms.reviews.models import Review


def test_the_command_alone_puts_in_work_to_read_and_talks_and_repeats_nothing(
    app: Flask, monkeypatch
) -> None:
    monkeypatch.setattr(cli, "create_app", lambda: app)
    counts = []
    for _ in range(2):
        done = CliRunner().invoke(cli.demo, [])
        assert done.exit_code == 0, done.output
        counts.append(
            [db.session.scalar(select(func.count()).select_from(table)) for table in (Review, Contact)]
        )
    assert counts[0] == counts[1]
    assert all(counts[0])
