"""The pages on which people rate, decide, are told, answer and ask for a second look."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import User
from lms.admissions import deciding, raters
from lms.admissions.decision_models import Answer, DecisionKind, Objection, ObjectionStatus
from lms.admissions.rating_models import BlindSheet, BlindWork, Rating, RatingStatus
from lms.core.db import db, utcnow
from tests.admissions.rounds import Scene, make_round, wanted
from tests.factories import enrol, make_user, post, sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_round()


def browser(app: Flask, person: User) -> FlaskClient:
    client = app.test_client()
    sign_in(client, person)
    return client


@pytest.fixture
def cora(app, scene) -> FlaskClient:
    return browser(app, scene.cora)


def round_url(scene: Scene, rest: str = "") -> str:
    return f"/rounds/{scene.round.public_id}{rest}"


def decision_url(scene: Scene, number: int = 0) -> str:
    return round_url(scene, f"/candidates/{scene.candidates[number].public_id}/decision")


HELLO = "first-steps-python/01-hello/say-hello"
OFFER = {"kind": "offer", "reason": "She went on after each mistake.", "reason_language": "en"}


def test_a_coordinator_decides_and_tells_everybody(app, cora, scene):
    here = decision_url(scene)
    missing = post(
        cora, here, {"kind": "offer", "reason": " ", "reason_language": "en", "seen": ""}, form=here
    )
    assert missing.status_code == 422
    assert post(cora, here, {**OFFER, "seen": ""}, form=here).status_code == 303
    late = post(cora, here, {**OFFER, "kind": "later", "reason": "Not now.", "seen": ""}, form=here)
    assert late.status_code == 422
    assert "Somebody else has decided" in late.text
    assert "Not now." in late.text, "what was typed stays"
    listed = cora.get(round_url(scene, "/decisions")).text
    assert "Not told yet" in listed
    assert "3 people have no decision yet" in listed
    candidate = browser(app, scene.candidates[0].user)
    mine = f"/applications/{scene.candidates[0].public_id}"
    assert "Your letters" not in candidate.get(mine).text, "nothing is seen before it is told"
    told = post(cora, round_url(scene, "/release"), form=round_url(scene, "/decisions"))
    assert told.status_code == 303
    page = candidate.get(mine).text
    assert "Your letters" in page
    letter = candidate.get(re.search(r'href="(/letters/[^"]+)"', page)[1]).text
    assert "We offer you a seat in Bootcamp" in letter
    assert "She went on after each mistake." in letter
    assert "Cora" not in letter, "the school decides"


def test_seats_that_run_out_are_told_beside_the_choice(cora, scene):
    scene.round.seats = 1
    db.session.commit()
    for number, status in ((0, 303), (1, 422)):
        here = decision_url(scene, number)
        answer = post(cora, here, {**OFFER, "seen": ""}, form=here)
        assert answer.status_code == status
    assert "All seats of this round are given" in answer.text


def told(scene: Scene, *kinds: DecisionKind) -> list[str]:
    """Decisions about the first candidates, told; their addresses."""
    made = [
        deciding.decide(application, wanted(kind), scene.cora)
        for application, kind in zip(scene.candidates, kinds, strict=False)
    ]
    deciding.release(scene.round)
    db.session.commit()
    return [f"/letters/{one.public_id}" for one in made]


def test_an_offer_is_accepted_once(app, scene):
    [url] = told(scene, DecisionKind.OFFER)
    candidate = browser(app, scene.candidates[0].user)
    assert post(candidate, f"{url}/answer", {"answer": "yes"}, form=url).status_code == 303
    assert "You have the seat" in candidate.get(url).text
    assert post(candidate, f"{url}/answer", {"answer": "no"}, form=url).status_code == 400
    assert "Bootcamp" in candidate.get("/week").text or "Bootcamp" in candidate.get("/me").text
    assert deciding.current_decision(scene.candidates[0].id).answer == Answer.ACCEPTED


def test_a_class_that_is_full_after_all_loses_nobody_her_offer(app, scene):
    [url] = told(scene, DecisionKind.OFFER)
    scene.round.cohort.seats = 1
    enrol(make_user("Quick"), scene.round.cohort)
    db.session.commit()
    candidate = browser(app, scene.candidates[0].user)
    refused = post(candidate, f"{url}/answer", {"answer": "yes"}, form=url)
    assert refused.status_code >= 400
    assert "All seats of this class are taken" in refused.text
    assert deciding.current_decision(scene.candidates[0].id).answer is None
    scene.round.cohort.seats = 2
    db.session.commit()
    assert post(candidate, f"{url}/answer", {"answer": "yes"}, form=url).status_code == 303


def test_a_declined_offer_moves_the_list_and_tells_the_coordinator(app, cora, scene):
    url, _, _ = told(scene, DecisionKind.OFFER, DecisionKind.OFFER, DecisionKind.WAITING)
    candidate = browser(app, scene.candidates[0].user)
    post(candidate, f"{url}/answer", {"answer": "no"}, form=url)
    page = cora.get(round_url(scene, "/decisions")).text
    assert "Called from the waiting list" in page
    assert "an offer was declined" in page
    assert "New" in page
    post(cora, round_url(scene, "/moves/seen"), form=round_url(scene, "/decisions"))
    assert "I have seen these" not in cora.get(round_url(scene, "/decisions")).text
    next_one = browser(app, scene.candidates[2].user)
    assert next_one.get(f"/applications/{scene.candidates[2].public_id}").text.count("/letters/") == 2


def test_who_withdraws_frees_her_seat(app, scene):
    told(scene, DecisionKind.OFFER, DecisionKind.OFFER, DecisionKind.WAITING)
    candidate = browser(app, scene.candidates[1].user)
    mine = f"/applications/{scene.candidates[1].public_id}"
    post(candidate, mine, {"action": "withdraw"}, form=mine)
    assert deciding.current_decision(scene.candidates[2].id).kind == DecisionKind.OFFER


def test_a_second_look_by_somebody_else(app, cora, scene):
    [url] = told(scene, DecisionKind.LATER)
    candidate = browser(app, scene.candidates[0].user)
    empty = post(candidate, f"{url}/objection", {"text": " "}, form=url)
    assert empty.status_code in {400, 422}
    asked = post(candidate, f"{url}/objection", {"text": "My last task was not read."}, form=url)
    assert asked.status_code == 303
    objection = db.session.scalars(select(Objection)).one()
    here = round_url(scene, f"/second-looks/{objection.public_id}")
    assert "Somebody else takes the second look" in cora.get(here).text
    refused = post(cora, here, {"outcome": "stays", "answer": "It stays."}, form=round_url(scene, "/raters"))
    assert refused.status_code == 422
    nils = browser(app, scene.nils)
    assert "My last task was not read." in nils.get(here).text
    anew = {**OFFER, "outcome": "anew", "answer": "The task was there."}
    assert post(nils, here, anew, form=here).status_code == 303
    assert objection.status == ObjectionStatus.UPHELD
    page = candidate.get(url).text
    assert "You were right" in page
    assert "There is a newer decision" in page


def test_a_second_look_may_leave_the_decision(app, scene):
    [url] = told(scene, DecisionKind.LATER)
    candidate = browser(app, scene.candidates[0].user)
    post(candidate, f"{url}/objection", {"text": "Please look again."}, form=url)
    objection = db.session.scalars(select(Objection)).one()
    nils = browser(app, scene.nils)
    here = round_url(scene, f"/second-looks/{objection.public_id}")
    assert post(nils, here, {"outcome": "stays", "answer": " "}, form=here).status_code == 422
    assert (
        post(nils, here, {"outcome": "stays", "answer": "Two tasks are open."}, form=here).status_code == 303
    )
    assert "Two tasks are open." in candidate.get(url).text


@pytest.fixture
def rita(app, scene) -> FlaskClient:
    """A rater who is asked for the first candidate."""
    people = [make_user("Rita"), make_user("Rolf")]
    for person in people:
        person.email = f"{person.name.lower()}@school.example"
        raters.add_rater(scene.round, person)
    sheet = BlindSheet(
        application_id=scene.candidates[0].id, round_id=scene.round.id, code="KX7PQ2MA", checked_at=utcnow(),
        motivation="I like to repair things.",
        work=[BlindWork(position=0, exercise_key=HELLO, text="print(1)", outcome="passed")],
    )  # fmt: skip
    db.session.add(sheet)
    raters.assign(scene.round)
    db.session.commit()
    return browser(app, people[0])


def rating_url(name: str) -> str:
    rating = db.session.scalars(
        select(Rating).join(User, User.id == Rating.rater_id).where(User.name == name)
    ).one()
    return f"/ratings/{rating.public_id}"


def test_a_rater_reads_by_code_and_rates(app, rita, scene):
    assert "KX7PQ2MA" in rita.get("/ratings").text
    here = rating_url("Rita")
    page = rita.get(here).text
    assert "I like to repair things." in page
    assert "Kim" not in page
    one, two = (criterion.id for criterion in scene.round.criteria)
    begun = {"version": "1", f"level-{one}": "2", f"words-{one}": "Goes on.", "action": "keep"}
    assert post(rita, here, begun, form=here).status_code == 303
    assert "Goes on." in rita.get(here).text
    unfinished = post(rita, here, {**begun, "version": "2", "action": "done"}, form=here)
    assert unfinished.status_code == 400
    assert "Choose a level for each criterion" in unfinished.text
    assert "Goes on." in unfinished.text
    stale = post(rita, here, {**begun, f"level-{two}": "1", "action": "done"}, form=here)
    assert stale.status_code == 409
    whole = {**begun, "version": "2", f"level-{two}": "1", "action": "done"}
    assert post(rita, here, whole, form=here).status_code == 303
    assert "when both ratings are in" in rita.get(here).text
    rolf = browser(app, db.session.scalars(select(User).where(User.name == "Rolf")).one())
    there = rating_url("Rolf")
    assert "Goes on." not in rolf.get(there).text, "raters are blind to one another"
    post(
        rolf, there, {"version": "1", f"level-{one}": "0", f"level-{two}": "1", "action": "done"}, form=there
    )
    assert "Another rater" in rita.get(here).text
    cora = browser(app, scene.cora)
    page = cora.get(round_url(scene, "/raters")).text
    assert "Seen differently" in page
    settle = re.search(r'action="(/rounds/[^"]+/agreed/\d+)"', page)[1]
    assert post(cora, settle, {"note": " "}, form=round_url(scene, "/raters")).status_code == 400
    assert (
        post(cora, settle, {"note": "We agreed on 1."}, form=round_url(scene, "/raters")).status_code == 303
    )
    assert "Seen differently" not in cora.get(round_url(scene, "/raters")).text


def test_a_rater_who_knows_the_candidate_gives_it_away(rita, scene):
    here = rating_url("Rita")
    assert post(rita, f"{here}/conflict", {"why": "nonsense"}, form=here).status_code == 303
    assert post(rita, f"{here}/conflict", {"why": "recognised"}, form=here).status_code == 303
    assert rita.get(here).status_code == 404
    assert db.session.scalars(select(Rating.status).where(Rating.conflict.is_not(None))).all() == [
        RatingStatus.CONFLICT
    ]


def test_coordinators_ask_raters_and_take_work_back(app, cora, rita, scene):
    here = round_url(scene, "/raters")
    page = cora.get(here).text
    assert "KX7PQ2MA" in page
    assert f'<option value="{scene.school.mila.public_id}">Mila</option>' in page
    added = post(cora, here, {"action": "add", "person": scene.school.mila.public_id}, form=here)
    assert added.status_code == 303
    rating = db.session.scalars(select(Rating).where(Rating.status == RatingStatus.ASKED)).first()
    post(cora, here, {"action": "take_back", "rating": rating.public_id}, form=here)
    assert rating.status == RatingStatus.TAKEN_BACK
    assert "KX7PQ2MA" in browser(app, scene.school.mila).get("/ratings").text
    assert post(cora, here, {"action": "add", "person": "nobody"}, form=here).status_code == 404
