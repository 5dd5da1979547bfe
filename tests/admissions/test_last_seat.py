"""Two coordinators give the last seat at the same moment: one gets it, whichever database."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from lms.accounts.models import User
from lms.admissions import deciding, places
from lms.admissions.application_models import Application
from lms.admissions.decision_models import Decision, DecisionKind
from lms.core.db import db
from tests.admissions.rounds import make_round, wanted
from tests.conftest import DATABASE_URL

TURNS = 5


@pytest.fixture
def settings(settings: dict[str, object], tmp_path) -> dict[str, object]:
    """A database that several connections see: SQLite's in memory belongs to one."""
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'seats.db'}"
    return settings


def at_once(app: Flask, jobs: list[tuple[int, int]]) -> list[str]:
    """Each (application, author) offers a seat in a thread of its own, all from the same moment; what each was told."""
    together = threading.Barrier(len(jobs))
    said: list[str] = []

    def offer(application_id: int, author_id: int) -> None:
        with app.app_context():
            application = db.session.get_one(Application, application_id)
            author = db.session.get_one(User, author_id)
            together.wait()
            try:
                deciding.decide(application, wanted(DecisionKind.OFFER), author)
                db.session.commit()
                said.append("given")
            except (deciding.NoSeatLeft, deciding.DecidedMeanwhile) as refused:
                db.session.rollback()
                said.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=offer, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(said)


def test_the_last_seat_is_given_once(app):
    scene = make_round(seats=1, candidates=2)
    first, second = scene.candidates
    jobs = [(first.id, scene.cora.id), (second.id, scene.nils.id)]
    for _ in range(TURNS):
        assert at_once(app, jobs) == ["given", "no_seat_left"]
        db.session.expire_all()
        assert scene.round.seats_given == 1
        db.session.query(Decision).delete()
        places.give_back_seat(scene.round.id)
        db.session.commit()


def test_one_person_is_decided_about_once(app):
    scene = make_round(seats=2, candidates=1)
    jobs = [(scene.candidates[0].id, scene.cora.id), (scene.candidates[0].id, scene.nils.id)]
    assert at_once(app, jobs) == ["decided_meanwhile", "given"]
    db.session.expire_all()
    assert scene.round.seats_given == 1
