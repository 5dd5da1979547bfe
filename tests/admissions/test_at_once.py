"""Two people do the same thing at the same moment, on real connections: one does it, the other is told.

Threads wait for each other before they begin; run over a PostgreSQL server, the same holds there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts.models import Enrolment, User
from lms.admissions import (
    deciding,
    interviewing,
    letter_templates,
    objecting,
    reporting,
    sheets,
    telling,
    waiting,
)
from lms.admissions.application_models import Application
from lms.admissions.decision_models import Answer, Decision, DecisionKind, LetterTemplate, Objection
from lms.admissions.interview_models import Interview, InterviewSlot
from lms.admissions.models import Round, RoundStage, Stage
from lms.admissions.rating_models import BlindSheet
from lms.admissions.report_models import FairnessReport
from lms.announcements.models import Message
from lms.core.db import db, utcnow
from lms.core.errors import PasserelleError
from tests.admissions.rounds import Scene, make_round, wanted
from tests.conftest import DATABASE_URL

WORDS = "Dear {name},\n\n{class}, until {until}.\n\n{reason}\n\n{objection_until}"


@pytest.fixture
def settings(settings: dict[str, object], tmp_path) -> dict[str, object]:
    """A database that several connections see: SQLite's in memory belongs to one."""
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'together.db'}"
    return settings


def at_once(app: Flask, *jobs: Callable[[Callable[[], None]], object]) -> list[str]:
    """Each job in a thread of its own: it reads, calls what it is given to wait for the others, and acts."""
    together = threading.Barrier(len(jobs))
    said: list[str] = []

    def work(job: Callable[[Callable[[], None]], object]) -> None:
        with app.app_context():
            try:
                answer = job(lambda: together.wait(30) and None)
                db.session.commit()
                said.append(f"done {answer}" if isinstance(answer, int) else "done")
            except PasserelleError as refused:
                db.session.rollback()
                said.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.expire_all()
    return sorted(said)


def told(scene: Scene, *kinds: DecisionKind) -> list[Decision]:
    made = [
        deciding.decide(application, wanted(kind), scene.cora)
        for application, kind in zip(scene.candidates, kinds, strict=False)
    ]
    deciding.release(scene.round)
    db.session.commit()
    return made


def test_the_report_on_fairness_is_made_once(app):
    scene = make_round(seats=4, waiting=0)
    told(scene, *[DecisionKind.OFFER] * 4)
    round_id = scene.round.id

    def make(author: int) -> Callable[[Callable[[], None]], object]:
        def job(wait: Callable[[], None]) -> None:
            screening, person = db.session.get_one(Round, round_id), db.session.get_one(User, author)
            wait()
            reporting.make(screening, person)

        return job

    assert at_once(app, make(scene.cora.id), make(scene.nils.id)) == ["done", "report_there"]
    reports = db.session.scalars(select(FairnessReport)).all()
    assert len(reports) == 1
    assert reports[0].body, "it is whole, whoever made it"


def test_one_time_for_a_talk_goes_to_one_candidate(app):
    scene = make_round()
    scene.round.stages = [RoundStage(stage=Stage.INTERVIEW)]
    slot = InterviewSlot(
        round_id=scene.round.id, interviewer_id=scene.nils.id, starts_at=utcnow() + timedelta(days=2), minutes=30,
        place="Room 4",
    )  # fmt: skip
    db.session.add(slot)
    interviewing.invite(scene.round, None, scene.cora)
    db.session.commit()
    slot_id = slot.public_id

    def pick(application: int) -> Callable[[Callable[[], None]], object]:
        def job(wait: Callable[[], None]) -> None:
            talk = db.session.get_one(Interview, application)
            version = talk.version
            wait()
            interviewing.pick(talk, slot_id, version)

        return job

    first, second = (one.id for one in scene.candidates[:2])
    assert at_once(app, pick(first), pick(second)) == ["done", "time_taken"]
    assert db.session.scalar(select(func.count(Interview.slot_id))) == 1


def test_two_coordinators_invite_each_candidate_once(app):
    scene = make_round()
    scene.round.stages = [RoundStage(stage=Stage.INTERVIEW)]
    db.session.commit()
    round_id, author = scene.round.id, scene.cora.id

    def job(wait: Callable[[], None]) -> int:
        screening, person = db.session.get_one(Round, round_id), db.session.get_one(User, author)
        wait()
        return interviewing.invite(screening, None, person)

    at_once(app, job, job)
    assert db.session.scalar(select(func.count()).select_from(Interview)) == 4
    invitations = select(func.count()).where(Message.kind == "talk_invited")
    assert db.session.scalar(invitations) == 4, "nobody is told twice"


def test_an_offer_is_answered_once_and_the_seat_is_in_one_place(app):
    scene = make_round(seats=1, waiting=1)
    offer, _ = told(scene, DecisionKind.OFFER, DecisionKind.WAITING)
    number = offer.id

    def answer(*, accepts: bool) -> Callable[[Callable[[], None]], object]:
        def job(wait: Callable[[], None]) -> None:
            decision = db.session.get_one(Decision, number)
            wait()
            deciding.answer_offer(decision, accepts=accepts)

        return job

    assert at_once(app, answer(accepts=True), answer(accepts=False)) == ["cannot_decide", "done"]
    offer = db.session.get_one(Decision, number)
    called = deciding.current_decision(scene.candidates[1].id)
    assert called is not None
    taken = offer.answer == Answer.ACCEPTED
    assert (called.kind == DecisionKind.WAITING) is taken, "the seat is hers, or the next person's"
    inside = select(func.count()).where(Enrolment.cohort_id == scene.round.cohort_id)
    assert db.session.scalar(inside) == int(taken)
    assert scene.round.seats_given == 1


def test_two_sweeps_at_once_let_an_offer_lapse_once_and_call_one(app):
    scene = make_round(seats=1, waiting=2)
    told(scene, DecisionKind.OFFER, DecisionKind.WAITING, DecisionKind.WAITING)
    later = utcnow() + timedelta(days=30)

    def job(wait: Callable[[], None]) -> int:
        wait()
        return waiting.lapse_overdue(later)

    assert at_once(app, job, job) == ["done 0", "done 1"]
    kinds = [deciding.current_decision(one.id).kind for one in scene.candidates[:3]]
    assert kinds == [DecisionKind.OFFER, DecisionKind.OFFER, DecisionKind.WAITING]
    assert scene.round.seats_given == 1


def test_two_sweeps_at_once_remind_once(app):
    scene = make_round()
    [offer] = told(scene, DecisionKind.OFFER)
    soon = offer.respond_by - timedelta(hours=20)

    def job(wait: Callable[[], None]) -> int:
        wait()
        return telling.remind(soon)

    assert at_once(app, job, job) == ["done 0", "done 1"]
    assert db.session.scalar(select(func.count()).where(Message.kind == "offer_waits")) == 1


def test_a_second_look_is_asked_for_once(app):
    scene = make_round()
    [decision] = told(scene, DecisionKind.LATER)
    number = decision.id

    def job(wait: Callable[[], None]) -> None:
        found = db.session.get_one(Decision, number)
        wait()
        objecting.ask(found, "Please look again.", "en")

    assert at_once(app, job, job) == ["cannot_decide", "done"]
    assert db.session.scalar(select(func.count()).select_from(Objection)) == 1


def test_a_letter_is_saved_by_one_of_two(app):
    scene = make_round()
    programme = scene.round.programme_id

    def job(wait: Callable[[], None]) -> None:
        found = db.session.get_one(Round, scene_round).programme
        wait()
        letter_templates.save_words(found, DecisionKind.OFFER, "en", WORDS, 0)

    scene_round = scene.round.id
    assert at_once(app, job, job) == ["done", "letter_changed"]
    assert db.session.scalars(select(LetterTemplate.version).filter_by(programme_id=programme)).all() == [1]


def test_sheets_are_made_once_for_each_candidate(app):
    scene = make_round()
    round_id = scene.round.id

    def job(wait: Callable[[], None]) -> int:
        screening = db.session.get_one(Round, round_id)
        wait()
        return sheets.prepare(screening)

    at_once(app, job, job)
    applications = set(db.session.scalars(select(Application.id)))
    assert sorted(db.session.scalars(select(BlindSheet.application_id))) == sorted(applications)
