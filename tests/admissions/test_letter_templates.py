"""A programme's own letters: written by kind and language, checked, shown, versioned, and given up again."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.admissions import deciding
from lms.admissions.decision_models import DecisionKind, Letter, LetterTemplate
from lms.admissions.letter_templates import OURS, LetterChanged, save_words
from lms.admissions.letters import our_places
from lms.core.db import db
from tests.admissions.conftest import browser
from tests.admissions.rounds import Scene, make_round, wanted
from tests.factories import post

WORDS = (
    "Dear {name},\n\ncome to {class}! Say so until {until}.\n\n{reason}\n\nA second look: {objection_until}."
)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_round()


@pytest.fixture
def cora(app: Flask, scene: Scene) -> FlaskClient:
    return browser(app, scene.cora)


def url(scene: Scene, rest: str = "") -> str:
    return f"/programmes/{scene.round.programme.slug}/letters{rest}"


def offer_letter(scene: Scene, number: int = 0) -> Letter:
    decision = deciding.decide(scene.candidates[number], wanted(DecisionKind.OFFER), scene.cora)
    deciding.release(scene.round)
    db.session.commit()
    return db.session.get_one(Letter, decision.id)


def test_a_programme_writes_a_letter_and_it_is_sent(cora, scene):
    here = url(scene, "/offer/en")
    page = cora.get(here).text
    assert "We offer you a seat in {class}." in page, "our words are where one begins"
    assert "We offer you a seat in Weekend class." in page, "and how they read stands below"
    assert post(cora, here, {"text": WORDS, "seen": "0"}, form=here).status_code == 303
    assert "Your own words" in cora.get(url(scene)).text
    letter = offer_letter(scene)
    assert letter.text.startswith("Dear Kim 1,\n\ncome to Bootcamp!")
    assert "She went on after each mistake." in letter.text
    assert letter.template == "offer/en/1"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write the letter, or go back to our words."),
        (WORDS + " {nmae}", "There is nothing to put in the place of {nmae}"),
        (WORDS + " {from}", "There is nothing to put in the place of {from}"),
        (WORDS + " {", "A bracket stands alone"),
        (WORDS.replace("{reason}", ""), "The letter must also say {reason}"),
        (WORDS.replace("{until}", ""), "The letter must also say {until}"),
        (WORDS.replace("{objection_until}", ""), "The letter must also say {objection_until}"),
        (WORDS + "x" * 6000, "That is too long"),
        (OURS, "There is nothing to put in the place of {ours}"),
    ],
)
def test_a_letter_that_cannot_be_sent_is_refused_beside_the_text(cora, scene, text, sentence):
    here = url(scene, "/offer/en")
    for action in ("look", ""):
        answer = post(cora, here, {"text": text, "seen": "0", "action": action}, form=here)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert db.session.scalar(select(LetterTemplate.id)) is None


def test_looking_shows_the_letter_and_saves_nothing(cora, scene):
    here = url(scene, "/offer/en")
    page = post(cora, here, {"text": WORDS + " <b>{name}</b>", "seen": "0", "action": "look"}, form=here)
    assert page.status_code == 200
    assert "Dear Amina," in page.text
    assert "&lt;b&gt;Amina&lt;/b&gt;" in page.text
    assert db.session.scalar(select(LetterTemplate.id)) is None


def test_going_back_to_our_words_is_a_version_too(cora, scene):
    here = url(scene, "/offer/en")
    post(cora, here, {"text": WORDS, "seen": "0"}, form=here)
    own = offer_letter(scene)
    assert post(cora, here, {"text": WORDS, "seen": "1", "action": "reset"}, form=here).status_code == 303
    ours = offer_letter(scene, 1)
    assert "We offer you a seat in Bootcamp" in ours.text
    assert (own.template, ours.template) == ("offer/en/1", "offer/en/2")
    assert "Your own words" not in cora.get(url(scene)).text
    assert "Dear Kim 1" in db.session.get_one(Letter, own.decision_id).text, "what was sent stays"


def test_another_language_stays_in_our_words(cora, scene):
    scene.candidates[0].user.language = "fr"
    db.session.commit()
    here = url(scene, "/offer/en")
    post(cora, here, {"text": WORDS, "seen": "0"}, form=here)
    letter = offer_letter(scene)
    assert letter.language == "fr"
    assert "Bonjour" in letter.text
    assert letter.template == "offer/fr/0"


def test_of_two_who_save_at_once_the_second_is_told(cora, scene):
    here = url(scene, "/offer/en")
    post(cora, here, {"text": WORDS, "seen": "0"}, form=here)
    late = post(cora, here, {"text": WORDS + " Mine.", "seen": "0"}, form=here)
    assert late.status_code == 409
    assert "Somebody else saved this letter" in late.text
    assert "Mine." in late.text, "what was typed stays"
    assert 'name="seen" type="hidden" value="1"' in late.text, "saving again replaces the other's"
    # At the very same moment, past the look: the unique version decides.
    db.session.add(
        LetterTemplate(
            programme_id=scene.round.programme_id, kind="offer", language="en", version=3, text=WORDS
        )
    )
    db.session.commit()
    with pytest.raises(LetterChanged):
        save_words(scene.round.programme, DecisionKind.OFFER, "en", WORDS, 2)


@pytest.mark.parametrize("rest", ["/offer/xx", "/nothing/en"])
def test_a_letter_that_there_is_not(cora, scene, rest):
    assert cora.get(url(scene, rest)).status_code == 404


def test_every_letter_of_ours_can_be_taken_over_as_it_is(cora, scene):
    """Ours must hold what we ask of others."""
    for kind in DecisionKind:
        for tag in ("en", "fr", "ar", "uk"):
            here = url(scene, f"/{kind}/{tag}")
            text = our_places(kind, tag)
            assert post(cora, here, {"text": text, "seen": "0"}, form=here).status_code == 303, (kind, tag)
