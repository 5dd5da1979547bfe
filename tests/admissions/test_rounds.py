"""Coordinators make and run a round; its seats cannot be given twice; what is published does not change."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.admissions import criteria, places, rounds
from lms.admissions.decision_models import Decision, DecisionKind
from lms.admissions.models import EvidenceRule, Measure, Round, RoundChange, RoundEvent, RoundStatus, Stage
from lms.admissions.pages import zone_of
from lms.app import create_app
from lms.core.db import db, utcnow
from tests.admissions.conftest import apply, browser, make_round, set_row, text
from tests.conftest import DATABASE_URL, make_tables
from tests.factories import COURSE, make_school, post
from tests.queries import queries_of


def plan(cohort, **more):
    day = utcnow().date()
    return {
        "name": "Autumn round",
        "cohort": cohort.public_id,
        "seats": "16",
        "waiting_size": "8",
        "opens_on": str(day),
        "closes_on": str(day + timedelta(days=20)),
        "coursework": "y",
        "task-used": "y",
        "task-first": str(day),
        "task-last": str(day + timedelta(days=20)),
        "letters_on": "",
        "answer_days": "10",
        "languages": ["en", "ar"],
        "working_language": "en",
        "keep_days": "180",
        "version": "1",
        **more,
    }


def state(client, screening, action, **more):
    path = f"/rounds/{screening.public_id}"
    return post(client, f"{path}/state", {"action": action, **more}, form=path)


def test_a_round_from_the_first_page_to_the_opening(app, school, cora):
    base = f"/programmes/{school.cohort.programme.slug}/rounds"
    assert "no round yet" in text(cora.get(base))
    made = post(cora, f"{base}/new", plan(school.beside), form=f"{base}/new")
    assert made.status_code == 303
    screening = db.session.scalars(select(Round)).one()
    path = f"/rounds/{screening.public_id}"
    assert (screening.seats, screening.status) == (16, RoundStatus.DRAFT)
    assert {row.stage for row in screening.stages} == {Stage.COURSEWORK, Stage.TASK, Stage.DECISION}
    # Days are meant by the clock of the class.
    zone = zone_of(screening)
    assert screening.closes_at.astimezone(zone).strftime("%H:%M") == "23:59"
    page = text(cora.get(path))
    assert "not written in English yet" in page
    assert "not written in Arabic yet" in page
    assert state(cora, screening, "open").status_code == 422
    evidence = {
        "version": str(screening.version),
        "courses": [COURSE],
        "stretch": [],
        "baseline_lesson": "",
        "task_course": "web-first-steps",
        "task_count": "3",
    }
    assert post(cora, f"{path}/evidence", evidence, form=f"{path}/evidence").status_code == 303
    texts = {"about_0": "A class of six months.", "about_1": "صف لمدة ستة أشهر."}
    assert post(cora, f"{path}/criteria", texts, form=f"{path}/criteria").status_code == 303
    criterion = {
        "stage": "coursework",
        "name_0": "Goes on", "words_0": "You try again.", "name_1": "المثابرة", "words_1": "تحاول من جديد.",
        "level_0": "Stops.", "level_1": "Tries again.",
    }  # fmt: skip
    new = f"{path}/criteria/new"
    assert post(cora, new, criterion, form=new).status_code == 303
    assert rounds.missing(screening) == []
    assert state(cora, screening, "open").status_code == 303
    db.session.refresh(screening)
    assert screening.status == RoundStatus.OPEN
    assert "Opened" in text(cora.get(path))
    ben = browser(app, school.ben)
    assert "Weekend class" in text(ben.get("/apply"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("seats", "0", "Write a number from 1 to 500."),
        ("seats", "many", "Write a whole number."),
        ("closes_on", "2020-01-01", "The last day comes before the first."),
        ("languages", [], "Choose at least one language."),
        ("task-last", "", "Write both days, or none."),
        ("keep_days", "3", "Write a number from 30 to 730."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_nothing_is_lost(school, cora, field, value, sentence):
    new = f"/programmes/{school.cohort.programme.slug}/rounds/new"
    answer = post(cora, new, plan(school.beside, **{field: value}), form=new)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Autumn round" in text(answer)
    assert db.session.scalars(select(Round)).all() == []


def test_opening_closing_and_opening_again_leave_a_log(screening, cora):
    assert state(cora, screening, "close", reason="All seats are promised").status_code == 303
    without = state(cora, screening, "reopen", closes_on=str(utcnow().date() + timedelta(days=9)))
    assert without.status_code == 422
    assert "Say why the round opens again" in text(without)
    past = state(cora, screening, "reopen", reason="More seats", closes_on="2020-01-01")
    assert past.status_code == 422
    day = utcnow().date() + timedelta(days=9)
    assert state(cora, screening, "reopen", reason="More seats", closes_on=str(day)).status_code == 303
    events = db.session.scalars(select(RoundEvent).order_by(RoundEvent.id)).all()
    assert [event.change for event in events] == [
        RoundChange.OPENED,
        RoundChange.CLOSED,
        RoundChange.REOPENED,
    ]
    assert events[2].reason == "More seats"
    assert events[2].author.name == "Cora"
    page = text(cora.get(f"/rounds/{screening.public_id}"))
    assert "All seats are promised" in page


def test_of_two_coordinators_who_close_at_once_one_does(app, screening, school, cora):
    olds = db.session.get(Round, screening.id)
    rounds.close_round(olds, school.cora)
    db.session.commit()
    with pytest.raises(rounds.RoundConflict):
        rounds.close_round(olds, school.root)
    db.session.rollback()
    answer = state(cora, screening, "close")
    assert answer.status_code == 409
    assert len(db.session.scalars(select(RoundEvent)).all()) == 2


def test_a_plan_saved_from_an_old_page_is_refused(school, screening, cora):
    path = f"/rounds/{screening.public_id}/plan"
    fields = plan(school.beside, seats="5", **days_of(screening))
    first = post(cora, path, {**fields, "version": str(screening.version)}, form=path)
    assert first.status_code == 303, text(first)
    stale = post(cora, path, {**fields, "seats": "9", "version": str(screening.version)}, form=path)
    assert stale.status_code == 303
    again = post(cora, path, {**fields, "seats": "7", "version": "1"}, form=path)
    assert again.status_code == 422
    assert "Somebody else changed this round" in text(again)
    db.session.refresh(screening)
    assert screening.seats == 9


def days_of(screening):
    zone, day = zone_of(screening), str(utcnow().date())
    return {
        "opens_on": str(screening.opens_at.astimezone(zone).date()),
        "closes_on": str(screening.closes_at.astimezone(zone).date()),
        "interview-used": "y",
        "interview-first": day,
        "interview-last": day,
    }


def test_the_last_day_moves_only_with_a_reason_in_the_log(school, screening, cora):
    path = f"/rounds/{screening.public_id}/plan"
    closes = screening.closes_at
    later = str((closes + timedelta(days=5)).date())
    fields = plan(school.beside, **{**days_of(screening), "closes_on": later}, version=str(screening.version))
    answer = post(cora, path, fields, form=path)
    assert answer.status_code == 422
    assert "close the round and open it again" in text(answer)
    db.session.refresh(screening)
    assert screening.closes_at == closes


def test_what_was_published_no_longer_changes(school, screening, cora):
    path = f"/rounds/{screening.public_id}"
    criterion = screening.criteria[0]
    for address, fields in (
        ("criteria", {"about_0": "Something else", "about_1": "Else"}),
        (f"criteria/{criterion.id}", {"stage": "coursework", "name_0": "New", "words_0": "New"}),
        (f"criteria/{criterion.id}", {"stage": "coursework", "action": "drop"}),
        ("rules", {"measure": "help"}),
        ("rules", {"drop": "solved"}),
        ("evidence", {"version": str(screening.version), "courses": []}),
        ("plan", plan(school.beside, version=str(screening.version), languages=["en"])),
    ):
        answer = post(cora, f"{path}/{address}", fields, form=path)
        assert answer.status_code == 422, address
        assert "People have read what it says" in text(answer), address
    assert len(screening.criteria) == 2


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("speed", "second language"),
        ("streak", "shift workers"),
        ("hour", "when people are free"),
        ("tries", "Trying again".lower()),
        ("wall_time", "power cuts"),
    ],
)
def test_the_rule_builder_refuses_and_says_why(school, cora, name, word):
    screening = make_round(school.beside, draft=True, rules={})
    path = f"/rounds/{screening.public_id}"
    answer = post(cora, f"{path}/rules", {"measure": name, "guide": "5"}, form=f"{path}/evidence")
    assert answer.status_code == 422
    assert word in text(answer).split('error-text"')[1].lower()
    assert db.session.scalars(select(EvidenceRule)).all() == []


def test_rules_are_added_changed_and_left_out(school, cora):
    screening = make_round(school.beside, draft=True, rules={})
    path = f"/rounds/{screening.public_id}"
    for guide in ("5", "٨"):
        answer = post(
            cora, f"{path}/rules", {"measure": "active_weeks", "guide": guide}, form=f"{path}/evidence"
        )
        assert answer.status_code == 303
    rule = db.session.scalars(select(EvidenceRule)).one()
    assert (rule.measure, rule.guide) == (Measure.ACTIVE_WEEKS, 8)
    assert post(cora, f"{path}/rules", {"drop": "active_weeks"}, form=f"{path}/evidence").status_code == 303
    assert db.session.scalars(select(EvidenceRule)).all() == []


def test_a_round_closes_by_itself_when_its_date_comes(screening):
    assert rounds.close_what_is_over() == 0
    set_row(screening, closes_at=utcnow() - timedelta(minutes=1))
    assert rounds.close_what_is_over() == 1
    db.session.commit()
    assert rounds.close_what_is_over() == 0
    assert db.session.get(Round, screening.id).status == RoundStatus.CLOSED
    last = db.session.scalars(select(RoundEvent).order_by(RoundEvent.id.desc())).first()
    assert (last.change, last.author_id) == (RoundChange.CLOSED, None)


def test_seats_are_counted_to_the_last_and_not_beyond(screening):
    assert [places.take_seat(screening.id) for _ in range(3)] == [True, True, False]
    assert places.set_seats(screening.id, 1, 2) is False
    assert places.set_seats(screening.id, 3, 2) is True
    assert places.take_seat(screening.id) is True
    assert places.give_back_seat(screening.id) is True
    assert [places.take_waiting_place(screening.id) for _ in range(3)] == [True, True, False]
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(update(Round).values(seats_given=4))
    db.session.rollback()


def test_the_last_seat_is_given_once_whoever_asks_at_the_same_moment(settings, tmp_path):
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'seats.db'}"
    app = create_app(settings)
    with app.app_context():
        if not DATABASE_URL:
            db.create_all()
        else:
            make_tables()
        number = make_round(make_school().beside, seats=1).id
        db.session.remove()
    barrier, won = threading.Barrier(6), []

    def take() -> None:
        with app.app_context():
            barrier.wait()
            got = places.take_seat(number)
            db.session.commit()
            won.append(got)
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert sorted(won) == [False] * 5 + [True]
        assert db.session.get(Round, number).seats_given == 1
        db.session.remove()
        db.engine.dispose()


def decision(application, **more):
    return Decision(
        **{
            "round_id": application.round_id,
            "application_id": application.id,
            "kind": DecisionKind.OFFER,
            "reason": "Goes on after mistakes.",
            "reason_language": "en",
            **more,
        }
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"kind": DecisionKind.LATER},
        {"kind": DecisionKind.OTHER},
        {"kind": DecisionKind.WAITING, "holds_seat": True},
        {"answer": "accepted"},
        {"waiting_rank": 1},
        {"holds_seat": True, "replaced_at": utcnow()},
        {"released_at": utcnow()},
    ],
)
def test_the_table_refuses_decisions_that_make_no_sense(school, screening, wrong):
    application = apply(screening, school.ben)
    db.session.add(decision(application, **wrong))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_one_application_has_one_decision_that_counts(school, screening):
    application = apply(screening, school.ben)
    db.session.add(decision(application))
    db.session.commit()
    db.session.add(decision(application, number=2))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_list_of_rounds_asks_as_much_however_many_there_are(school, cora):
    make_round(school.beside)
    path = f"/programmes/{school.cohort.programme.slug}/rounds"
    few = queries_of(cora, path)
    for _ in range(8):
        make_round(school.beside)
    assert queries_of(cora, path) == few


def test_a_criterion_cannot_change_in_the_moment_in_which_the_round_opens(app, school, cora):
    screening = make_round(school.beside, draft=True)
    stale = db.session.get(Round, screening.id)
    assert stale.status == RoundStatus.DRAFT
    db.session.expunge(stale)
    assert state(cora, screening, "open").status_code == 303
    db.session.add(stale)  # as a request holds it that began before
    words = criteria.CriterionWords(Stage.COURSEWORK, {"en": ("New", "New")}, ("a", "b"))
    for change in (
        lambda: criteria.save_criterion(stale, None, words),
        lambda: criteria.set_rule(stale, "help", 3),
        lambda: criteria.drop_rule(stale, "help"),
        lambda: criteria.set_about(stale, {"en": "Else"}),
    ):
        with pytest.raises(rounds.Published):
            change()
        db.session.rollback()


def test_an_incomplete_round_does_not_open_and_stays_a_draft(school, cora):
    screening = make_round(school.beside, draft=True)
    criteria.set_about(screening, {"ar": ""})
    db.session.commit()
    assert state(cora, screening, "open").status_code == 422
    db.session.expire_all()
    assert db.session.get(Round, screening.id).status == RoundStatus.DRAFT
    assert db.session.scalars(select(RoundEvent)).all() == []
