"""Coordinators write the examples with which raters begin."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.admissions import calibration, raters
from lms.admissions.rating import criteria_of
from lms.admissions.rating_models import CalibrationAnswer, CalibrationExample, CalibrationLevel, Rater
from lms.core.db import db
from tests.admissions.conftest import browser
from tests.admissions.rounds import Scene, make_round
from tests.factories import post


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_round()


@pytest.fixture
def cora(app: Flask, scene: Scene) -> FlaskClient:
    return browser(app, scene.cora)


def url(scene: Scene, rest: str = "") -> str:
    return f"/rounds/{scene.round.public_id}/examples{rest}"


def filled(scene: Scene, **more: str) -> dict[str, str]:
    data = {"motivation": "Sara writes that she repaired phones.", "evidence": "", "work": "print('hi')\n"}
    for criterion in criteria_of(scene.round.id):
        data[f"level-{criterion.id}"] = "2"
        data[f"words-{criterion.id}"] = "She tried three ways."
    return {**data, **more}


def written(cora: FlaskClient, scene: Scene, **more: str) -> CalibrationExample:
    new = url(scene, "/new")
    assert post(cora, new, filled(scene, **more), form=new).status_code == 303
    return db.session.scalars(select(CalibrationExample).order_by(CalibrationExample.id.desc())).first()


def test_an_example_is_written_read_by_a_rater_and_answered(app, cora, scene):
    assert "There is no example yet" in cora.get(url(scene)).text
    written(cora, scene)
    raters.add_rater(scene.round, scene.nils)
    db.session.commit()
    nils = browser(app, scene.nils)
    here = f"/ratings/rounds/{scene.round.public_id}/examples/0"
    assert "She tried three ways." not in nils.get(here).text, "first she looks herself"
    first, second = criteria_of(scene.round.id)
    answer = {f"level-{first.id}": "2", f"level-{second.id}": "0"}
    assert post(nils, here, answer, form=here).status_code == 303
    assert "She tried three ways." in nils.get(here).text
    assert db.session.get(Rater, (scene.round.id, scene.nils.id)).calibrated_at is not None
    assert "1 rater has answered." in cora.get(url(scene)).text
    assert "Levels as agreed: 1 of 2." in cora.get(url(scene)).text


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"motivation": "", "work": ""}, "Write what the made-up person wrote or did."),
        ({"level": ""}, "Choose the level that you agreed on"),
        ({"words": " "}, "Say why for each criterion"),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(cora, scene, missing, sentence):
    first = criteria_of(scene.round.id)[0].id
    more = {
        f"{name}-{first}" if name in {"level", "words"} else name: value for name, value in missing.items()
    }
    new = url(scene, "/new")
    answer = post(cora, new, filled(scene, **more), form=new)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "She tried three ways." in answer.text
    assert db.session.scalar(select(func.count()).select_from(CalibrationExample)) == 0


def test_an_example_that_was_answered_no_longer_changes(app, cora, scene):
    example = written(cora, scene)
    rater = raters.add_rater(scene.round, scene.nils)
    calibration.answer_example(rater, example, {one.id: 2 for one in criteria_of(scene.round.id)})
    db.session.commit()
    here = url(scene, "/0")
    refused = post(cora, here, filled(scene, motivation="Other words"), form=here)
    assert refused.status_code == 409
    assert "Somebody has answered this example already" in refused.text
    assert "Other words" in refused.text
    assert db.session.get(CalibrationExample, example.id).motivation.startswith("Sara")
    assert post(cora, here, {"action": "drop"}, form=here).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(CalibrationAnswer)) == 0


def test_who_has_rated_nobody_begins_with_a_new_example_and_who_has_goes_on(app, cora, scene):
    fresh = raters.add_rater(scene.round, scene.nils)
    db.session.commit()
    assert fresh.calibrated_at is not None, "there was nothing to begin with"
    example = written(cora, scene)
    db.session.expire_all()
    assert db.session.get(Rater, (scene.round.id, scene.nils.id)).calibrated_at is None
    calibration.drop_example(example)
    db.session.commit()
    assert db.session.get(Rater, (scene.round.id, scene.nils.id)).calibrated_at is not None


def test_a_criterion_that_came_later_is_not_asked_for(app, cora, scene):
    """Else nobody could ever answer the example."""
    example = written(cora, scene)
    last = criteria_of(scene.round.id)[1]
    db.session.delete(db.session.get(CalibrationLevel, (example.id, last.id)))
    raters.add_rater(scene.round, scene.nils)
    db.session.commit()
    assert "Says nothing of a newer criterion" in cora.get(url(scene)).text
    nils = browser(app, scene.nils)
    here = f"/ratings/rounds/{scene.round.public_id}/examples/0"
    assert f"level-{last.id}" not in nils.get(here).text
    first = criteria_of(scene.round.id)[0]
    assert post(nils, here, {f"level-{first.id}": "1"}, form=here).status_code == 303


def test_a_round_has_no_endless_list_of_examples(cora, scene, monkeypatch):
    monkeypatch.setattr(calibration, "MOST_EXAMPLES", 1)
    written(cora, scene)
    assert url(scene, "/new") not in cora.get(url(scene)).text
    refused = post(cora, url(scene, "/new"), filled(scene), form=url(scene, "/new"))
    assert refused.status_code == 422
    assert "at most 1" in refused.text
