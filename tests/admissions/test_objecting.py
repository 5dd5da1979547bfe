"""A second look is taken by somebody else, once, and a new decision is told at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.admissions import deciding, objecting, waiting
from lms.admissions.decision_models import Decision, DecisionKind, Letter, Objection, ObjectionStatus
from lms.core.db import db, utcnow
from tests.admissions.rounds import Scene, make_round, wanted


@pytest.fixture
def scene(app) -> Scene:
    return make_round()


@pytest.fixture
def told(scene) -> Decision:
    decision = deciding.decide(scene.candidates[0], wanted(DecisionKind.LATER), scene.cora)
    deciding.release(scene.round)
    db.session.commit()
    return decision


def test_the_second_look_is_upheld_and_the_new_decision_told(scene, told):
    objection = objecting.ask(told, "My last task was not read.", "en")
    assert [one.id for one in objecting.open_objections(scene.round.id)] == [objection.id]
    new = objecting.uphold(
        objection, "The task was handed in on time.", wanted(DecisionKind.OFFER), scene.nils
    )
    db.session.commit()
    assert (objection.status, objection.decided_by) == (ObjectionStatus.UPHELD, scene.nils.id)
    assert (new.number, new.holds_seat, new.released_at is not None) == (2, True, True)
    assert told.replaced_at is not None
    assert db.session.get(Letter, new.id) is not None
    assert scene.round.seats_given == 1
    assert objecting.open_objections(scene.round.id) == []


def test_the_second_look_leaves_the_decision_with_a_reason(scene, told):
    objection = objecting.ask(told, "Please look again.", "en")
    with pytest.raises(deciding.CannotDecide):
        objecting.reject(objection, "  ", scene.nils)
    objecting.reject(objection, "Both tasks are open still.", scene.nils)
    assert deciding.current_decision(told.application_id) == told
    with pytest.raises(deciding.DecidedMeanwhile):
        objecting.uphold(objection, "Yes.", wanted(DecisionKind.OFFER), scene.nils)
    assert not objecting.may_object(told), "once"


def test_who_decided_does_not_look_again(scene, told):
    objection = objecting.ask(told, "Please look again.", "en")
    with pytest.raises(objecting.OwnDecision):
        objecting.reject(objection, "It stays.", scene.cora)
    assert objection.status == ObjectionStatus.OPEN
    with pytest.raises(IntegrityError):  # and the table itself refuses it
        db.session.execute(
            update(Objection).values(
                status="rejected", decided_by=scene.cora.id, decided_at=utcnow(), reason="It stays."
            )
        )


def test_without_a_seat_the_objection_stays_open(scene, told):
    for application in scene.candidates[1:3]:
        deciding.decide(application, wanted(DecisionKind.OFFER), scene.cora)
    objection = objecting.ask(told, "Please look again.", "en")
    db.session.commit()
    with pytest.raises(deciding.NoSeatLeft):
        objecting.uphold(objection, "Right.", wanted(DecisionKind.OFFER), scene.nils)
    db.session.rollback()
    assert objection.status == ObjectionStatus.OPEN
    objecting.uphold(objection, "Right.", wanted(DecisionKind.WAITING), scene.nils)
    assert [one.application_id for one in waiting.waiting_list(scene.round.id)] == [told.application_id]


def test_it_is_asked_in_words_in_time_and_once(scene, told):
    with pytest.raises(deciding.CannotDecide):
        objecting.ask(told, " ", "en")
    with pytest.raises(deciding.CannotDecide):
        objecting.ask(told, "x" * 3001, "en")
    with pytest.raises(deciding.CannotDecide):
        objecting.ask(told, "Late.", "en", utcnow() + timedelta(days=31))
    objection = objecting.ask(told, "Please look again.", "en")
    with pytest.raises(deciding.CannotDecide):
        objecting.ask(told, "And again.", "en")
    objecting.take_back(objection)
    with pytest.raises(deciding.DecidedMeanwhile):
        objecting.reject(objection, "No.", scene.nils)


def test_nothing_can_be_asked_before_it_is_told(scene):
    decision = deciding.decide(scene.candidates[0], wanted(DecisionKind.LATER), scene.cora)
    with pytest.raises(deciding.CannotDecide):
        objecting.ask(decision, "I heard of it.", "en")
