"""What people find among their messages of a round: in time, once, and never before it is so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.models import EnrolmentStatus, User
from lms.admissions import deciding, objecting, raters, rounds, sheets, telling, waiting
from lms.admissions.decision_models import Decision, DecisionKind
from lms.admissions.models import Round, RoundStatus
from lms.announcements.models import Message
from lms.core.db import db, utcnow
from tests.admissions.conftest import apply, browser, set_row
from tests.admissions.conftest import make_round as published_round
from tests.admissions.rounds import Scene, make_round, wanted
from tests.factories import School, enrol, make_school, make_user, post


@pytest.fixture
def scene(app: Flask) -> Scene:
    return make_round(seats=1)


def told(user: User, kind: str | None = None) -> list[Message]:
    query = select(Message).where(Message.user_id == user.id)
    return list(db.session.scalars(query if kind is None else query.where(Message.kind == kind)))


def kinds(user: User) -> Sequence[str]:
    return [one.kind for one in told(user)]


def decided(scene: Scene, *wants: DecisionKind) -> list[Decision]:
    made = [
        deciding.decide(application, wanted(kind), scene.cora)
        for application, kind in zip(scene.candidates, wants, strict=False)
    ]
    db.session.commit()
    return made


# Rounds that open


def test_students_are_told_once_when_a_round_opens_and_can_follow_the_message(app):
    school = make_school()
    screening = published_round(school.beside)
    assert telling.announce_opened() > 0
    db.session.commit()
    assert telling.announce_opened() == 0, "once"
    [message] = told(school.ben, "round_opened")
    client = browser(app, school.ben)
    page = client.get("/messages").text
    assert "You can apply for" in page
    assert "Weekend class" in page
    assert client.get(message.url).status_code == 200
    assert told(school.cleo) == [], "she learns in another programme"
    assert told(school.ada) == [], "she teaches"
    assert screening.announced_at is not None


def test_who_is_told_of_a_round(app):
    school = make_school()
    published_round(school.beside)
    gone, inside, paused = make_user("Gone"), make_user("Inside"), make_user("Paused")
    enrol(gone, school.cohort).status = EnrolmentStatus.WITHDRAWN
    enrol(inside, school.beside)
    enrol(paused, school.cohort).status = EnrolmentStatus.PAUSED
    db.session.commit()
    telling.announce_opened()
    assert [kinds(user) for user in (gone, inside, paused)] == [[], [], ["round_opened"]]


def test_a_round_that_opens_later_is_told_of_later(app):
    school = make_school()
    screening = published_round(school.beside)
    set_row(screening, opens_at=utcnow() + timedelta(days=1))
    assert telling.announce_opened() == 0
    assert telling.announce_opened(utcnow() + timedelta(days=2)) > 0


def test_opening_in_the_browser_tells_at_once_and_opening_again_tells_who_has_not_applied(app):
    school = make_school()
    screening = published_round(school.beside, draft=True)
    cora = browser(app, school.cora)
    here = f"/rounds/{screening.public_id}"
    assert post(cora, f"{here}/state", {"action": "open"}, form=here).status_code == 303
    assert kinds(school.ben) == ["round_opened"]
    apply(screening, school.ben)
    rounds.close_round(screening, school.cora)
    rounds.reopen_round(screening, school.cora, "Seats are left.", utcnow() + timedelta(days=5))
    telling.announce_opened()
    assert len(told(school.ben)) == 1, "she has applied"
    assert len(told(school.dina)) == 2


def test_of_two_sweeps_at_once_one_tells(app, monkeypatch):
    school = make_school()
    published_round(school.beside)
    first = telling.changed_rows

    def beaten(statement):
        """Another sweep takes the round between the look and the change."""
        db.session.execute(update(Round).values(announced_at=utcnow()))
        return first(statement)

    monkeypatch.setattr(telling, "changed_rows", beaten)
    assert telling.announce_opened() == 0
    assert told(school.ben) == []


# Letters


def test_nobody_learns_anything_before_the_letters_are_out(app, scene):
    decided(scene, DecisionKind.OFFER, DecisionKind.WAITING, DecisionKind.LATER)
    people = [one.user for one in scene.candidates]
    assert [kinds(user) for user in people] == [[], [], [], []]
    telling.remind(utcnow() + timedelta(days=9))
    waiting.lapse_overdue(utcnow() + timedelta(days=30))
    assert [kinds(user) for user in people] == [[], [], [], []]
    deciding.release(scene.round)
    db.session.commit()
    assert [kinds(user) for user in people] == [["letter_out"]] * 3 + [[]]
    pages = {
        browser(app, user).get("/messages").text.partition("There is a letter")[2][:60] for user in people[:3]
    }
    assert len(pages) == 1, "an offer reads as every other answer does"


def test_an_offer_from_the_waiting_list_and_the_coordinators(app, scene):
    offer, _ = decided(scene, DecisionKind.OFFER, DecisionKind.WAITING)
    deciding.release(scene.round)
    deciding.answer_offer(offer, accepts=False)
    db.session.commit()
    second = scene.candidates[1].user
    assert kinds(second) == ["letter_out", "seat_free"]
    client = browser(app, second)
    assert "please answer by" in client.get("/messages").text
    assert client.get(told(second, "seat_free")[0].url).status_code == 200
    assert "list_moved" in kinds(scene.cora)
    assert "list_moved" in kinds(scene.nils)
    assert kinds(scene.candidates[2].user) == []


def test_an_offer_is_called_to_mind_once_before_it_lapses(app, scene):
    [offer] = decided(scene, DecisionKind.OFFER)
    deciding.release(scene.round)
    db.session.commit()
    user = scene.candidates[0].user
    assert telling.remind(offer.respond_by - timedelta(days=3)) == 0, "there is time"
    assert telling.remind(offer.respond_by - timedelta(days=1)) == 1
    assert telling.remind(offer.respond_by - timedelta(hours=5)) == 0, "once"
    assert kinds(user) == ["letter_out", "offer_waits"]
    assert "waits for your answer until" in browser(app, user).get("/messages").text


@pytest.mark.parametrize("accepts", [True, False])
def test_who_has_answered_is_not_reminded(scene, accepts):
    [offer] = decided(scene, DecisionKind.OFFER)
    deciding.release(scene.round)
    deciding.answer_offer(offer, accepts=accepts)
    db.session.commit()
    assert telling.remind(offer.respond_by - timedelta(days=1)) == 0


def test_an_offer_with_one_day_is_not_called_to_mind_at_once(scene):
    scene.round.answer_days = 1
    [offer] = decided(scene, DecisionKind.OFFER)
    deciding.release(scene.round)
    db.session.commit()
    assert telling.remind(utcnow() + timedelta(hours=1)) == 0
    assert offer.reminded_at is None


def test_of_two_reminders_at_once_one_is_kept(scene, monkeypatch):
    decided(scene, DecisionKind.OFFER)
    deciding.release(scene.round)
    db.session.commit()
    first = telling.changed_rows

    def beaten(statement):
        db.session.execute(update(Decision).values(reminded_at=utcnow()))
        return first(statement)

    monkeypatch.setattr(telling, "changed_rows", beaten)
    assert telling.remind(utcnow() + timedelta(days=9)) == 0
    assert kinds(scene.candidates[0].user) == ["letter_out"]


def test_a_second_look_tells_both_sides(app, scene):
    [told_one] = decided(scene, DecisionKind.LATER)
    deciding.release(scene.round)
    objection = objecting.ask(told_one, "I was ill.", "en")
    db.session.commit()
    [message] = told(scene.nils, "objection_filed")
    assert browser(app, scene.nils).get(message.url).status_code == 200
    objecting.reject(objection, "We looked again.", scene.nils)
    db.session.commit()
    assert kinds(scene.candidates[0].user) == ["letter_out", "objection_answered"]


def test_raters_are_told_once_for_all_that_they_are_asked(scene):
    teacher = make_user("Tara", email="tara@school.example")
    for person in (scene.nils, teacher):
        raters.add_rater(scene.round, person)
    scene.round.status = RoundStatus.CLOSED
    sheets.prepare(scene.round)
    for application in scene.candidates:
        sheet = sheets.sheet_of(application)
        sheets.check_sheet(sheet, sheet.motivation, set(), sheet.version)
    assert raters.assign(scene.round) == 8
    assert kinds(teacher) == ["ratings_asked"]
    assert raters.assign(scene.round) == 0
    assert kinds(teacher) == ["ratings_asked"]


def test_messages_of_what_is_gone_still_read(app):
    school: School = make_school()
    db.session.add_all(
        Message(user_id=school.ben.id, kind=kind, params={}, url="")
        for kind in ("round_opened", "letter_out", "seat_free", "offer_waits", "talk_invited")
    )
    db.session.commit()
    assert browser(app, school.ben).get("/messages").status_code == 200
