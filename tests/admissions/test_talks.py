"""Talks with candidates: offered, picked, changed, missed, noted, and kept apart from ratings by code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts.models import Role, User
from lms.admissions import hearing, interviewing, raters, sheets, talk_times
from lms.admissions.application_models import Application
from lms.admissions.hearing import Heard
from lms.admissions.interview_models import Interview, InterviewNote, InterviewSlot, InterviewStatus
from lms.admissions.interviewing import CannotTalk, TalkChanged, TimeTaken
from lms.admissions.models import Criterion, CriterionLevel, CriterionText, RoundStage, Stage
from lms.admissions.rating_models import Rating
from lms.announcements.models import Message
from lms.core.db import db, utcnow
from tests.admissions.conftest import browser
from tests.admissions.rounds import Scene, make_round
from tests.factories import enrol, make_user, post
from tests.queries import queries_of

SOON = timedelta(days=3)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A round with interviews, about one criterion."""
    made = make_round()
    made.round.stages = [RoundStage(stage=Stage.COURSEWORK), RoundStage(stage=Stage.INTERVIEW)]
    made.round.criteria.append(
        Criterion(
            position=9,
            stage=Stage.INTERVIEW,
            texts=[CriterionText(language="en", name="Knows what it is for", words="You can say why.")],
            levels=[CriterionLevel(level=level, anchor=f"Says {level}") for level in range(3)],
        )
    )
    db.session.commit()
    return made


@pytest.fixture
def cora(app: Flask, scene: Scene) -> FlaskClient:
    return browser(app, scene.cora)


@pytest.fixture
def kim(app: Flask, scene: Scene) -> FlaskClient:
    return browser(app, scene.candidates[0].user)


def page_of(scene: Scene) -> str:
    return f"/rounds/{scene.round.public_id}/interviews"


def mine(scene: Scene, number: int = 0) -> str:
    return f"/applications/{scene.candidates[number].public_id}/talk"


def talk_url(scene: Scene, number: int = 0) -> str:
    return f"/talks/{scene.candidates[number].public_id}"


def slot(scene: Scene, person: User | None = None, *, ahead: timedelta = SOON) -> InterviewSlot:
    made = InterviewSlot(
        round_id=scene.round.id,
        interviewer_id=(person or scene.nils).id,
        starts_at=utcnow() + ahead,
        minutes=30,
        place="Room 4",
    )
    db.session.add(made)
    db.session.commit()
    return made


def invited(scene: Scene, *numbers: int) -> list[Interview]:
    chosen = [scene.candidates[number] for number in numbers or (0,)]
    interviewing.invite(scene.round, [one.public_id for one in chosen], scene.cora)
    db.session.commit()
    return [talk_of(one) for one in chosen]


def talk_of(application: Application) -> Interview:
    found = interviewing.interview_of(application)
    assert found is not None
    return found


def planned(scene: Scene, *, ahead: timedelta = SOON) -> Interview:
    [talk] = invited(scene)
    place = slot(scene, ahead=SOON)
    interviewing.pick(talk, place.public_id, talk.version)
    place.starts_at = utcnow() + ahead
    db.session.commit()
    return talk


def later(talk: Interview) -> Interview:
    db.session.expire_all()
    return talk_of(talk.application)


# Coordinators


def offered(scene: Scene, **more: str) -> dict[str, str]:
    day = (utcnow() + timedelta(days=7)).date().isoformat()
    return {
        "action": "offer", "day": day, "begins": "17:00", "ends": "19:00", "minutes": "30",
        "interviewer": scene.nils.public_id, "place": "Room 4", "link": "", **more,
    }  # fmt: skip


def test_times_are_offered_once_and_shown_by_the_class_s_clock(cora, scene):
    here = page_of(scene)
    assert post(cora, here, offered(scene), form=here).status_code == 303
    assert "17:00" in cora.get(here).text
    assert "18:30" in cora.get(here).text
    again = post(cora, here, offered(scene), form=here)
    assert again.status_code == 303, "a second click offers nothing twice"
    assert db.session.scalar(select(func.count()).select_from(InterviewSlot)) == 4


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"ends": "17:10"}, "there is no room for a talk"),
        ({"place": ""}, "Say where the talk is"),
        ({"day": "2020-01-01"}, "This time is over"),
        ({"link": "http://call"}, "A link begins with https://"),
        ({"link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"minutes": "5", "begins": "08:00", "ends": "20:00"}, "Offer fewer at once"),
        ({"interviewer": "nobody"}, "Not a valid choice"),
    ],
)
def test_times_that_cannot_be_are_refused_and_what_was_typed_stays(cora, scene, more, sentence):
    here = page_of(scene)
    answer = post(cora, here, offered(scene, **more), form=here)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{more.get("begins", "17:00")}"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(InterviewSlot)) == 0


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [("17:15", "17:45", "30"), ("16:00", "20:00", "240"), ("18:50", "19:10", "20")],
)
def test_nobody_talks_with_two_people_at_once(cora, scene, begins, ends, minutes):
    here = page_of(scene)
    post(cora, here, offered(scene), form=here)
    other = {"begins": begins, "ends": ends, "minutes": minutes}
    refused = post(cora, here, offered(scene, **other), form=here)
    assert refused.status_code == 422
    assert "another talk at one of these times" in refused.text
    for free in ({"begins": "16:30", "ends": "17:00"}, {"interviewer": scene.cora.public_id, **other}):
        assert post(cora, here, offered(scene, **free), form=here).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(InterviewSlot)) == 4 + 1 + 1


def test_candidates_are_invited_once_and_find_it_among_their_messages(app, cora, kim, scene):
    here = page_of(scene)
    chosen = {"action": "invite", "candidate": scene.candidates[0].public_id}
    post(cora, here, chosen, form=here)
    post(cora, here, chosen, form=here)
    messages = db.session.scalars(select(Message).where(Message.user_id == scene.candidates[0].user_id)).all()
    assert [one.kind for one in messages] == ["talk_invited"]
    assert kim.get(messages[0].url).status_code == 200
    other = browser(app, scene.candidates[1].user)
    assert other.get(mine(scene, 1)).status_code == 404, "nobody has invited her"
    assert other.get(mine(scene, 0)).status_code == 404
    post(cora, here, {"action": "invite_all"}, form=here)
    assert db.session.scalar(select(func.count()).select_from(Interview)) == 4


def test_a_round_without_interviews_invites_nobody(cora, scene):
    scene.round.stages = [RoundStage(stage=Stage.COURSEWORK)]
    db.session.commit()
    assert page_of(scene) not in cora.get(f"/rounds/{scene.round.public_id}").text
    answer = post(cora, page_of(scene), {"action": "invite_all"}, form=page_of(scene))
    assert answer.status_code == 422
    assert "Interviews are not a stage of this round." in answer.text


def test_the_list_costs_the_same_for_four_and_for_forty(cora, scene):
    invited(scene, 0, 1)
    here = page_of(scene)
    few = queries_of(cora, here)
    for number in range(40):
        user = make_user(f"Extra {number}")
        enrol(user, scene.school.cohort)
        db.session.add(
            Application(
                round_id=scene.round.id, user_id=user.id, from_cohort_id=scene.school.cohort.id,
                status="submitted", submitted_at=utcnow(),
            )
        )  # fmt: skip
        slot(scene, ahead=SOON + timedelta(hours=number))
    db.session.commit()
    assert queries_of(cora, here) == few


# The candidate


def test_she_picks_changes_and_gives_up_a_time(kim, scene):
    invited(scene)
    first, second = slot(scene), slot(scene, ahead=SOON + timedelta(hours=1))
    page = kim.get(mine(scene)).text
    assert "Knows what it is for" in page
    assert page.count("Take this time") == 2
    assert (
        post(kim, mine(scene), {"slot": first.public_id, "version": "1"}, form=mine(scene)).status_code == 303
    )
    assert "Room 4" in kim.get(mine(scene)).text
    assert "Your talk" in kim.get(f"/applications/{scene.candidates[0].public_id}").text
    post(kim, mine(scene), {"slot": second.public_id, "version": "2"}, form=mine(scene))
    assert talk_of(scene.candidates[0]).slot_id == second.id
    assert [one.id for one in interviewing.free_slots(scene.candidates[0])] == [first.id]
    post(kim, mine(scene), {"action": "give_up", "version": "3"}, form=mine(scene))
    assert later(talk_of(scene.candidates[0])).status == InterviewStatus.INVITED
    assert (
        "talk_picked"
        in db.session.scalars(select(Message.kind).where(Message.user_id == scene.nils.id)).all()
    )


def test_the_page_speaks_her_language(app, scene):
    scene.candidates[0].user.language = "ar"
    db.session.commit()
    invited(scene)
    page = browser(app, scene.candidates[0].user).get(mine(scene)).text
    assert 'dir="rtl"' in page


def test_of_two_who_pick_one_time_one_has_it(app, kim, scene):
    invited(scene, 0, 1)
    place = slot(scene)
    other = browser(app, scene.candidates[1].user)
    wanted = {"slot": place.public_id, "version": "1"}
    assert post(kim, mine(scene), wanted, form=mine(scene)).status_code == 303
    late = post(other, mine(scene, 1), wanted, form=mine(scene, 1))
    assert late.status_code == 409
    assert "This time is no longer free" in late.text


def test_of_two_who_pick_at_the_very_same_moment_the_table_lets_one(scene, monkeypatch):
    one, two = invited(scene, 0, 1)
    place = slot(scene)
    free = interviewing.free_slots(one.application)
    interviewing.pick(one, place.public_id, one.version)
    db.session.commit()
    monkeypatch.setattr(interviewing, "free_slots", lambda *_: free)
    with pytest.raises(TimeTaken):
        interviewing.pick(two, place.public_id, two.version)
    db.session.rollback()
    assert later(two).status == InterviewStatus.INVITED


def test_what_another_tab_did_is_not_overwritten(kim, scene):
    invited(scene)
    place = slot(scene)
    post(kim, mine(scene), {"slot": place.public_id, "version": "1"}, form=mine(scene))
    late = post(
        kim, mine(scene), {"action": "wish", "wish": "An interpreter", "language": "ar", "version": "1"},
        form=mine(scene),
    )  # fmt: skip
    assert late.status_code == 409
    assert "An interpreter" in late.text, "what she wrote stays"
    assert post(
        kim, mine(scene), {"action": "wish", "wish": "An interpreter", "language": "ar", "version": "2"},
        form=mine(scene),
    ).status_code == 303  # fmt: skip


def test_shortly_before_she_calls_instead(kim, scene):
    talk = planned(scene, ahead=timedelta(hours=3))
    page = kim.get(mine(scene)).text
    assert "If you cannot come, tell the school." in page
    assert "I cannot come at this time" not in page
    refused = post(kim, mine(scene), {"action": "give_up", "version": str(talk.version)}, form="/me")
    assert refused.status_code == 422
    assert later(talk).status == InterviewStatus.PLANNED


def test_no_time_with_who_rates_teaches_or_is_she(scene):
    invited(scene)
    her = scene.candidates[0]
    rater, teacher = (
        make_user("Rita", email="rita@school.example"),
        make_user("Tom", email="tom@school.example"),
    )
    enrol(teacher, scene.school.cohort, Role.INSTRUCTOR)
    db.session.add(Rating(round_id=scene.round.id, application_id=her.id, rater_id=rater.id, slot=1))
    for person in (rater, teacher, her.user):
        slot(scene, person)
    fine = slot(scene, scene.nils)
    slot(scene, scene.cora, ahead=timedelta(hours=1))  # too soon
    assert [one.id for one in interviewing.free_slots(her)] == [fine.id]


def test_who_talks_with_her_is_not_asked_to_rate_her(scene):
    planned(scene)
    for person in (scene.nils, make_user("Rita", email="rita@school.example")):
        raters.add_rater(scene.round, person)
    sheets.prepare(scene.round)
    for application in scene.candidates:
        sheet = sheets.sheet_of(application)
        sheets.check_sheet(sheet, sheet.motivation, set(), sheet.version)
    raters.assign(scene.round)
    asked = select(Rating.application_id).where(Rating.rater_id == scene.nils.id)
    assert scene.candidates[0].id not in db.session.scalars(asked).all()
    assert len(db.session.scalars(asked).all()) == 3


def test_a_rater_opens_no_talk_even_if_both_came_about_at_once(app, scene):
    talk = planned(scene)
    rita = make_user("Rita", email="rita@school.example")
    talk.slot.interviewer_id = rita.id
    db.session.commit()
    browser_of_rita = browser(app, rita)
    assert browser_of_rita.get(talk_url(scene)).status_code == 200
    db.session.add(
        Rating(round_id=scene.round.id, application_id=talk.application_id, rater_id=rita.id, slot=1)
    )
    db.session.commit()
    assert browser_of_rita.get(talk_url(scene)).status_code == 404
    assert "Kim 1" not in browser_of_rita.get("/talks").text


# Who holds it


def test_notes_follow_the_criteria_and_stand_apart_from_ratings(app, cora, scene):
    talk = planned(scene)
    nils = browser(app, scene.nils)
    assert "Kim 1" in nils.get("/talks").text
    page = nils.get(talk_url(scene)).text
    assert "Says 2" in page
    criterion = hearing.criteria_heard(scene.round.id)[0].id
    data = {
        f"level-{criterion}": "2", f"words-{criterion}": "She has a plan.", "general": "Talked in French.",
        "version": str(talk.version),
    }  # fmt: skip
    assert post(nils, talk_url(scene), data, form=talk_url(scene)).status_code == 303
    decide = f"/rounds/{scene.round.public_id}/candidates/{scene.candidates[0].public_id}/decision"
    for address in (decide, decide.removesuffix("/decision")):
        assert "She has a plan." in cora.get(address).text
    assert db.session.scalar(select(func.count()).select_from(Rating)) == 0, "a note is no rating"
    reads = browser(app, scene.candidates[0].user).get(f"/applications/{scene.candidates[0].public_id}").text
    assert "Nils" in reads.partition("Who has read it")[2], "she sees who has read her application"
    data |= {"version": str(later(talk).version), "general": ""}
    post(nils, talk_url(scene), data, form=talk_url(scene))
    assert db.session.scalar(select(func.count()).select_from(InterviewNote)) == 1, "his own are replaced"


@pytest.mark.parametrize(
    ("level", "words", "sentence"),
    [
        ("2", "", "Write what you heard that shows the level."),
        ("1", "x" * 601, "too long"),
        ("7", "a", "cannot read"),
    ],
)
def test_notes_that_cannot_be_kept_are_told(app, scene, level, words, sentence):
    talk = planned(scene)
    nils = browser(app, scene.nils)
    criterion = hearing.criteria_heard(scene.round.id)[0].id
    data = {
        f"level-{criterion}": level,
        f"words-{criterion}": words,
        "general": "Kept.",
        "version": str(talk.version),
    }
    answer = post(nils, talk_url(scene), data, form=talk_url(scene))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept." in answer.text


def test_two_tabs_of_notes_do_not_overwrite_each_other(scene):
    talk = planned(scene)
    version = talk.version
    hearing.write_notes(talk, scene.nils, {}, "First.", version)
    with pytest.raises(TalkChanged):
        hearing.write_notes(talk, scene.nils, {}, "Second.", version)
    assert [note.text for note in hearing.notes_of(talk.application)] == ["First."]


def test_who_did_not_come_is_invited_again_and_picks_another_time(app, cora, kim, scene):
    talk = planned(scene, ahead=-timedelta(hours=1))
    nils = browser(app, scene.nils)
    outcome = f"{talk_url(scene)}/outcome"
    data = {"outcome": "missed", "version": str(talk.version)}
    assert post(nils, outcome, data, form=talk_url(scene)).status_code == 303
    assert (later(talk).status, later(talk).missed) == (InterviewStatus.MISSED, 1)
    assert "you can be invited again" in kim.get(mine(scene)).text
    post(cora, page_of(scene), {"candidate": scene.candidates[0].public_id}, form=page_of(scene))
    assert (later(talk).status, later(talk).missed) == (InterviewStatus.INVITED, 1)
    place = slot(scene, ahead=SOON + timedelta(hours=2))
    version = str(later(talk).version)
    assert (
        post(kim, mine(scene), {"slot": place.public_id, "version": version}, form=mine(scene)).status_code
        == 303
    )


def test_an_outcome_can_be_corrected_and_comes_after_the_beginning(scene):
    talk = planned(scene)
    with pytest.raises(CannotTalk):
        interviewing.say_outcome(talk, InterviewStatus.HELD, talk.version)
    talk.slot.starts_at = utcnow() - timedelta(minutes=5)
    db.session.commit()
    for outcome, missed in (
        (InterviewStatus.MISSED, 1),
        (InterviewStatus.MISSED, 1),
        (InterviewStatus.HELD, 0),
    ):
        talk = later(talk)
        interviewing.say_outcome(talk, outcome, talk.version)
        assert (later(talk).status, later(talk).missed) == (outcome, missed)


def test_a_time_that_is_taken_out_tells_who_had_it(cora, kim, scene):
    talk = planned(scene)
    slot_id = talk.slot.public_id
    assert (
        post(cora, page_of(scene), {"action": "take_out", "slot": slot_id}, form=page_of(scene)).status_code
        == 303
    )
    assert later(talk).status == InterviewStatus.INVITED
    kinds = db.session.scalars(
        select(Message.kind).where(Message.user_id == scene.candidates[0].user_id)
    ).all()
    assert "talk_off" in kinds
    assert post(cora, page_of(scene), {"action": "take_out", "slot": slot_id}, form="/me").status_code == 404


def test_a_talk_that_is_over_stays_in_the_list(scene):
    talk = planned(scene, ahead=-timedelta(hours=1))
    with pytest.raises(CannotTalk):
        talk_times.take_out(talk.slot)


def test_a_talk_is_called_off_and_its_time_is_free_again(app, cora, kim, scene):
    talk = planned(scene)
    data = {"outcome": "off", "version": str(talk.version)}
    post(cora, f"{talk_url(scene)}/outcome", data, form=talk_url(scene))
    assert later(talk).status == InterviewStatus.CANCELLED
    assert "There is no talk." in kim.get(mine(scene)).text
    assert len(interviewing.free_slots(scene.candidates[1])) == 1


def test_nobody_opens_the_talk_about_herself_or_of_others(app, scene):
    planned(scene)
    for person in (scene.candidates[0].user, scene.candidates[1].user, scene.school.ada, scene.school.olga):
        assert browser(app, person).get(talk_url(scene)).status_code == 404


def test_a_name_is_no_markup(app, cora, scene):
    talk = planned(scene)
    interviewing.keep_wish(talk, "<script>alert(1)</script>", "", talk.version)
    db.session.commit()
    for address in (page_of(scene), talk_url(scene)):
        assert not re.search(r"<script>alert", cora.get(address).text)


def test_levels_of_what_was_heard_must_exist(scene):
    talk = planned(scene)
    rated = scene.round.criteria[0].id
    with pytest.raises(CannotTalk):
        hearing.write_notes(talk, scene.nils, {rated: Heard(1, "Coursework")}, "", talk.version)
