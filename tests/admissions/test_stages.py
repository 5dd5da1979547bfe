"""Whether somebody goes on after a stage is said by a person, with a reason, and shown in the report."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.admissions import deciding, reporting, stages
from lms.admissions.decision_models import DecisionKind
from lms.admissions.models import RoundStage, Stage
from lms.core.db import db
from tests.admissions.rounds import Scene, make_round, wanted
from tests.factories import post, sign_in


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_round()
    made.round.stages = [
        RoundStage(stage=stage) for stage in (Stage.COURSEWORK, Stage.INTERVIEW, Stage.DECISION)
    ]
    db.session.commit()
    return made


@pytest.fixture
def cora(client: FlaskClient, scene: Scene) -> FlaskClient:
    sign_in(client, scene.cora)
    return client


def candidate_url(scene: Scene, number: int = 0) -> str:
    return f"/rounds/{scene.round.public_id}/candidates/{scene.candidates[number].public_id}"


def test_a_coordinator_says_who_goes_on_and_changes_it(cora, scene):
    page = candidate_url(scene)
    here = f"{page}/stages/coursework"
    missing = post(cora, here, {"coursework-goes_on": "no", "coursework-reason": " "}, form=page)
    assert missing.status_code == 422
    assert "Write the reason why the person does not go on" in missing.text
    assert stages.results_of(scene.candidates[0]) == {}
    stops = {"coursework-goes_on": "no", "coursework-reason": "Two tasks are open."}
    assert post(cora, here, stops, form=page).status_code == 303
    assert "Two tasks are open." in cora.get(page).text
    assert post(cora, here, {"coursework-goes_on": "yes"}, form=page).status_code == 303
    row = stages.results_of(scene.candidates[0])[Stage.COURSEWORK]
    assert (row.goes_on, row.reason, row.author_id) == (True, "", scene.cora.id)
    assert post(cora, here, {}, form=page).status_code == 422


@pytest.mark.parametrize("stage", ["decision", "task", "nonsense"])
def test_a_stage_that_the_round_has_not_is_no_page(cora, scene, stage):
    page = candidate_url(scene)
    assert post(cora, f"{page}/stages/{stage}", {f"{stage}-goes_on": "yes"}, form=page).status_code == 404


def test_what_was_said_stays_once_the_decision_is_told(scene):
    stages.say(
        scene.round, scene.candidates[0], "coursework", scene.cora, goes_on=False, reason="Open tasks."
    )
    deciding.decide(scene.candidates[0], wanted(DecisionKind.LATER), scene.cora)
    stages.say(scene.round, scene.candidates[0], "coursework", scene.cora, goes_on=True, reason="")
    deciding.release(scene.round)
    with pytest.raises(deciding.CannotDecide):
        stages.say(scene.round, scene.candidates[0], "coursework", scene.cora, goes_on=False, reason="No.")
    assert stages.results_of(scene.candidates[0])[Stage.COURSEWORK].goes_on


def test_the_report_knows_at_which_stage_people_stopped(scene):
    first, second, third, fourth = scene.candidates
    stages.say(scene.round, first, "coursework", scene.cora, goes_on=False, reason="Open tasks.")
    stages.say(scene.round, second, "interview", scene.cora, goes_on=False, reason="No time this year.")
    for application, kind in (
        (first, DecisionKind.LATER),
        (second, DecisionKind.LATER),
        (third, DecisionKind.LATER),
    ):
        deciding.decide(application, wanted(kind), scene.cora)
    deciding.decide(fourth, wanted(DecisionKind.OFFER), scene.cora)
    deciding.release(scene.round)
    db.session.commit()
    stopped = sorted((person.stopped for person in reporting.people_of(scene.round)), key=str)
    assert stopped == [0, 1, 2, None]
