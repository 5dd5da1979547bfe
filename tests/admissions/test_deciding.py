"""Decisions: with a reason, told at once, answered in time, and no seat given twice."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from lms.accounts.models import Enrolment
from lms.admissions import deciding, places, waiting
from lms.admissions.application_models import ApplicationStatus
from lms.admissions.decision_models import Answer, Decision, DecisionKind, Letter, MoveCause, WaitingMove
from lms.admissions.models import Round, RoundStatus
from lms.core.db import db, utcnow
from tests.admissions.rounds import Scene, make_round, wanted

OFFER, WAITING, OTHER, LATER = (
    DecisionKind.OFFER,
    DecisionKind.WAITING,
    DecisionKind.OTHER,
    DecisionKind.LATER,
)


@pytest.fixture
def scene(app) -> Scene:
    return make_round()


def counts(round_: Round) -> tuple[int, int]:
    db.session.expire_all()
    return round_.seats_given, round_.waiting_given


def decide(scene: Scene, *kinds: DecisionKind) -> list[Decision]:
    made = [
        deciding.decide(application, wanted(kind), scene.cora)
        for application, kind in zip(scene.candidates, kinds, strict=False)
    ]
    db.session.commit()
    return made


def letter_of(decision: Decision) -> Letter | None:
    return db.session.get(Letter, decision.id)


def test_a_decision_is_made_by_a_person_with_a_reason(scene):
    [decision] = decide(scene, OFFER)
    assert (decision.author_id, decision.number, decision.holds_seat) == (scene.cora.id, 1, True)
    assert counts(scene.round) == (1, 0)
    assert decision.released_at is None
    assert letter_of(decision) is None


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        (OFFER, {"reason": "  \u202e "}, "Write the reason"),
        (OFFER, {"reason": "x" * 2001}, "too long"),
        (LATER, {"come_back_on": None}, "Choose the day"),
        (LATER, {"come_back_on": utcnow().date()}, "Choose the day"),
        (OTHER, {"other_words": " "}, "which other programme"),
    ],
)
def test_a_decision_that_lacks_something_says_what(scene, kind, more, sentence):
    asked = wanted(kind, **more) if "reason" not in more else deciding.Wanted(kind, more["reason"], "en")
    with pytest.raises(deciding.CannotDecide) as raised:
        deciding.decide(scene.candidates[0], asked, scene.cora)
    assert sentence in str(raised.value.sentence)
    assert deciding.current_decision(scene.candidates[0].id) is None


def test_seats_and_waiting_places_run_out(scene):
    decide(scene, OFFER, OFFER)
    with pytest.raises(deciding.NoSeatLeft):
        deciding.decide(scene.candidates[2], wanted(OFFER), scene.cora)
    db.session.rollback()
    scene.round.waiting_size = 1
    deciding.decide(scene.candidates[2], wanted(WAITING), scene.cora)
    with pytest.raises(deciding.WaitingListFull):
        deciding.decide(scene.candidates[3], wanted(WAITING), scene.cora)


def test_what_is_not_told_can_be_decided_otherwise_and_gives_its_seat_back(scene):
    first, second = decide(scene, OFFER, WAITING)
    assert counts(scene.round) == (1, 1)
    again = deciding.decide(scene.candidates[0], wanted(LATER), scene.nils, seen=first)
    swapped = deciding.decide(scene.candidates[1], wanted(OFFER), scene.nils, seen=second)
    db.session.commit()
    assert counts(scene.round) == (1, 0)
    assert (again.number, first.replaced_at is not None, swapped.holds_seat) == (2, True, True)
    assert deciding.current_decision(scene.candidates[0].id) == again


def test_of_two_who_decide_at_once_the_second_is_told(scene):
    [first] = decide(scene, OFFER)
    deciding.decide(scene.candidates[0], wanted(LATER), scene.cora, seen=first)
    db.session.commit()
    with pytest.raises(deciding.DecidedMeanwhile):
        deciding.decide(scene.candidates[0], wanted(WAITING), scene.nils, seen=first)
    db.session.rollback()
    with pytest.raises(deciding.DecidedMeanwhile):
        deciding.decide(scene.candidates[0], wanted(WAITING), scene.nils)
    db.session.rollback()
    assert counts(scene.round) == (0, 0)


def test_who_took_her_application_back_is_not_decided_about(scene):
    scene.candidates[0].status = ApplicationStatus.WITHDRAWN
    scene.candidates[0].withdrawn_at = utcnow()
    with pytest.raises(deciding.CannotDecide):
        deciding.decide(scene.candidates[0], wanted(OFFER), scene.cora)


def test_everybody_is_told_at_once_with_a_letter(scene):
    made = decide(scene, OFFER, WAITING, OTHER, LATER)
    scene.candidates[1].user.language = "ar"
    scene.candidates[2].user.language = "uk"
    assert deciding.release(scene.round) == 4
    assert deciding.release(scene.round) == 0
    db.session.commit()
    assert len({decision.released_at for decision in made}) == 1
    letters = [letter_of(decision) for decision in made]
    assert [letter.language for letter in letters] == ["en", "ar", "uk", "en"]
    assert all("She went on after each mistake." in letter.text for letter in letters)
    assert all("Kim" in letter.text for letter in letters)
    assert "Bootcamp" in letters[0].text
    assert "The evening class" in letters[2].text
    assert made[0].respond_by is not None
    local = made[0].respond_by.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.hour, local.minute) == (23, 59)
    assert made[1].respond_by is None


def test_nothing_is_told_while_people_can_still_apply(scene):
    decide(scene, OFFER)
    scene.round.status = RoundStatus.OPEN
    with pytest.raises(deciding.CannotDecide):
        deciding.release(scene.round)


def test_what_was_told_is_not_simply_changed(scene):
    [decision] = decide(scene, OFFER)
    deciding.release(scene.round)
    with pytest.raises(deciding.CannotDecide):
        deciding.decide(scene.candidates[0], wanted(LATER), scene.cora, seen=decision)


def test_an_offer_that_is_accepted_is_a_place_in_the_class(scene):
    [decision] = decide(scene, OFFER)
    deciding.release(scene.round)
    deciding.answer_offer(decision, accepts=True)
    db.session.commit()
    place = select(Enrolment).filter_by(user_id=scene.candidates[0].user_id, cohort_id=scene.round.cohort_id)
    assert db.session.scalar(place) is not None
    assert counts(scene.round) == (1, 0)
    with pytest.raises(deciding.CannotDecide):
        deciding.answer_offer(decision, accepts=False)


def test_an_offer_that_is_declined_goes_to_who_waits_longest(scene):
    offer, _, first, second = decide(scene, OFFER, OFFER, WAITING, WAITING)
    deciding.release(scene.round)
    deciding.answer_offer(offer, accepts=False)
    db.session.commit()
    assert counts(scene.round) == (2, 1)
    called = deciding.current_decision(first.application_id)
    assert (called.kind, called.number, called.author_id) == (OFFER, 2, scene.cora.id)
    assert called.released_at is not None
    assert letter_of(called).template.startswith("offer/")
    [move] = db.session.scalars(select(WaitingMove))
    assert (move.application_id, move.from_rank, move.cause, move.told_at) == (
        first.application_id, 1, MoveCause.DECLINED, None,
    )  # fmt: skip
    assert [one.id for one in waiting.waiting_list(scene.round.id)] == [second.id]


def test_an_answer_after_the_date_is_too_late_and_the_offer_lapses(scene):
    offer, _, called = decide(scene, OFFER, OFFER, WAITING)
    deciding.release(scene.round)
    late = offer.respond_by + timedelta(seconds=1)
    with pytest.raises(deciding.CannotDecide):
        deciding.answer_offer(offer, accepts=True, now=late)
    assert waiting.lapse_overdue(offer.respond_by - timedelta(seconds=1)) == 0
    assert waiting.lapse_overdue(late) == 2
    assert waiting.lapse_overdue(late) == 0
    db.session.commit()
    assert offer.answer == Answer.LAPSED
    assert deciding.current_decision(called.application_id).kind == OFFER
    assert counts(scene.round) == (1, 0)


def test_who_withdraws_frees_what_she_held(scene):
    offer, _, called, other = decide(scene, OFFER, OFFER, WAITING, WAITING)
    deciding.release(scene.round)
    deciding.let_go(scene.candidates[2])
    assert counts(scene.round) == (2, 1)
    deciding.let_go(scene.candidates[0])
    db.session.commit()
    assert counts(scene.round) == (2, 0)
    assert offer.answer == Answer.DECLINED
    assert deciding.current_decision(called.application_id) == called, "she is not called any more"
    assert deciding.current_decision(other.application_id).kind == OFFER


def test_who_accepted_and_withdraws_frees_her_seat(scene):
    offer, _, called = decide(scene, OFFER, OFFER, WAITING)
    deciding.release(scene.round)
    deciding.answer_offer(offer, accepts=True)
    deciding.let_go(scene.candidates[0])
    db.session.commit()
    assert counts(scene.round) == (2, 0)
    assert deciding.current_decision(called.application_id).kind == OFFER


def test_who_is_not_told_that_she_waits_is_not_called(scene):
    [offer] = decide(scene, OFFER)
    deciding.release(scene.round)
    deciding.decide(scene.candidates[1], wanted(WAITING), scene.cora)
    deciding.answer_offer(offer, accepts=False)
    assert waiting.call_next(scene.round.id, MoveCause.BY_HAND) == []


def test_more_seats_call_more_people(scene):
    decide(scene, OFFER, OFFER, WAITING, WAITING)
    deciding.release(scene.round)
    assert places.set_seats(scene.round.id, 3, 2)
    assert len(waiting.call_next(scene.round.id, MoveCause.MORE_SEATS)) == 1
    assert not places.set_seats(scene.round.id, 2, 2)
    assert counts(scene.round) == (3, 1)
