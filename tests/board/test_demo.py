"""The boards of the demonstration classes show what a board is for."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Cohort
from lms.board.counting import board_of
from lms.board.demo import TALKS, seed_talks
from lms.board.standing import Level
from lms.core.db import db
from lms.programmes.demo import seed_demo
from lms.programmes.demo_classes import BOOTCAMP_CLASS, EVENING_CLASS


@pytest.fixture
def classes(app: Flask) -> dict[str, Cohort]:
    seed_demo()
    assert seed_talks() == len(TALKS)
    db.session.commit()
    return {cohort.name: cohort for cohort in db.session.scalars(select(Cohort))}


def test_each_standing_is_there_and_most_are_well(classes):
    for name in (EVENING_CLASS, BOOTCAMP_CLASS):
        board = board_of(classes[name])
        assert all(board.counts.values()), f"{name}: {board.counts}"
        assert board.counts[Level.AT_RISK] < len(board.lines) / 3
        assert any(line.call for line in board.lines)
    assert {one.place.user.name for one in board_of(classes[EVENING_CLASS]).apart} == {"Jamila", "Qasim"}


def test_talks_are_put_in_once(classes):
    assert seed_talks() == 0
