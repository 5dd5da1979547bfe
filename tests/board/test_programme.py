"""The board of a programme: all classes on one list, what counts, and trying it out before it is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.board.counting import count_class, count_stale
from lms.board.models import BoardClass, BoardRow, BoardRules
from lms.board.rules import RulesChanged, preview, rules_of, save_rules
from lms.board.standing import DEFAULTS, Level, Rule, Rules, Sign
from lms.core.db import db, utcnow
from tests.board.conftest import ago, finish_all, place_of
from tests.factories import School, csrf_token, enrol, make_user, plan_class, sign_in
from tests.queries import count_queries


@pytest.fixture
def counted(school: School) -> School:
    """Ben has done his work and Dina has not; the class was counted just now."""
    finish_all(school.ben, school.cohort)
    count_stale(None, 10)
    db.session.commit()
    return school


def path(school: School, end: str = "") -> str:
    return f"/programmes/{school.cohort.programme.slug}/board{end}"


def page(client, school, end: str = "") -> str:
    sign_in(client, school.cora)
    answer = client.get(path(school, end))
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def form(rules: Rules = DEFAULTS, version: int = 0, **more: object) -> dict[str, object]:
    fields: dict[str, object] = {"behind": rules.behind, "risk": rules.risk, "version": version}
    for sign in Sign:
        rule = rules.of(sign)
        fields |= {
            f"{sign}-weight": rule.weight, f"{sign}-some": rule.some, f"{sign}-much": rule.much,
        }  # fmt: skip
    return {**fields, **more}


def send(client, school, action: str, **more: object):
    sign_in(client, school.cora)
    token = csrf_token(client, path(school, "/rules"))
    return client.post(path(school, "/rules"), data={"csrf_token": token, "action": action, **form(**more)})


def rows() -> dict[int, BoardRow]:
    db.session.expire_all()
    return {row.user_id: row for row in db.session.scalars(select(BoardRow))}


def test_whom_to_speak_with_comes_first_from_all_classes(client, counted):
    plan_class(counted.beside, counted.cohort.track)
    eden = make_user("Eden")
    enrol(eden, counted.beside).created_at = ago(days=28)
    db.session.execute(BoardClass.__table__.update().values(counted_at=ago(hours=2)))
    db.session.commit()
    text = page(client, counted)
    assert text.index("Dina") < text.index("Ben")
    assert text.index("Eden") < text.index("Ben")
    assert "Nothing seen for" in text
    assert "By class" in text


def test_opening_the_list_counts_a_class_that_was_never_counted(client, school):
    assert rows() == {}
    assert "Dina" in page(client, school)
    assert set(rows()) == {school.ben.id, school.dina.id}


def test_the_list_can_be_narrowed(client, counted):
    assert "Dina" not in page(client, counted, "?standing=on-track")
    assert "Ben" in page(client, counted, f"?class={counted.cohort.public_id}")
    assert "Ben" not in page(client, counted, f"?class={counted.beside.public_id}")
    sign_in(client, counted.cora)
    assert client.get(path(counted, f"?class={counted.other.public_id}")).status_code == 404


def test_students_of_another_programme_are_not_on_the_list(client, counted):
    assert counted.cleo.id in rows()
    assert "Cleo" not in page(client, counted)


def test_a_longer_list_is_paged_and_takes_no_more_queries(client, counted):
    sign_in(client, counted.cora)
    with count_queries() as few:
        client.get(path(counted))
    for number in range(40):
        enrol(make_user(f"Student {number}"), counted.cohort).created_at = ago(days=28)
    db.session.execute(BoardClass.__table__.update().values(counted_at=utcnow() - timedelta(hours=2)))
    db.session.commit()
    assert count_stale(None, 10) >= 1
    db.session.commit()
    with count_queries() as many:
        text = client.get(path(counted)).get_data(as_text=True)
    assert text.count("board-line") == 25
    assert "page=2" in text
    assert len(many) == len(few) <= 18


def test_of_two_who_count_a_class_at_once_one_does_it(school):
    now = utcnow()
    assert count_class(school.cohort, now) == 2
    db.session.commit()
    seen = db.session.scalar(select(BoardClass.counted_at).where(BoardClass.cohort_id == school.cohort.id))
    # Somebody else has counted between the look at the row and the update.
    db.session.execute(BoardClass.__table__.update().values(counted_at=seen + timedelta(seconds=1)))
    changed = db.session.execute(
        BoardClass.__table__.update().where(BoardClass.counted_at == seen).values(counted_at=now)
    )
    assert changed.rowcount == 0


def test_who_leaves_goes_from_the_list_at_the_next_count(school):
    count_class(school.cohort)
    place_of(school.ben, school.cohort).status = "paused"
    db.session.commit()
    count_class(school.cohort, utcnow() + timedelta(hours=1))
    assert set(rows()) == {school.dina.id}


def test_a_class_that_is_long_over_goes_from_the_list(school):
    count_class(school.cohort)
    db.session.commit()
    later = utcnow() + timedelta(weeks=60)
    assert count_stale(school.cohort.programme_id, 10, later) == 2
    db.session.commit()
    assert rows() == {}
    assert school.cohort not in [
        db.session.get(type(school.cohort), one)
        for one in db.session.scalars(select(BoardClass.cohort_id).where(BoardClass.counted_at < later))
    ]


def test_the_form_shows_what_counts_now(client, counted):
    text = page(client, counted, "/rules")
    assert 'name="absent-some"' in text
    assert "not how fast somebody works, not days in a row" in text


def test_a_preview_says_how_many_would_change_and_saves_nothing(client, counted):
    rules = Rules(overdue=Rule(0, 30, 55), quiet=Rule(0, 8, 15), absent=Rule(4, 25, 50))
    answer = send(client, counted, "preview", rules=rules)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "1 student would stand elsewhere." in text
    assert "At risk: 1 now, 0 then" in text
    assert "Nothing is saved yet." in text
    assert rules_of(counted.cohort.programme_id).version == 0
    assert "Nobody would stand elsewhere." in send(client, counted, "preview").get_data(as_text=True)


def test_saving_moves_everybody_at_once(client, counted):
    assert rows()[counted.dina.id].level == Level.AT_RISK
    rules = Rules(overdue=Rule(1, 30, 55), quiet=Rule(0, 8, 15), absent=Rule(4, 25, 50))
    assert send(client, counted, "save", rules=rules).status_code == 303
    assert rules_of(counted.cohort.programme_id).rules == rules
    assert rows()[counted.dina.id].level == Level.BEHIND
    assert rows()[counted.dina.id].points == 2
    sign_in(client, counted.cora)
    assert "Behind" in client.get(f"/classes/{counted.cohort.public_id}/board").get_data(as_text=True)


def test_another_programme_keeps_its_own(client, counted):
    send(client, counted, "save", rules=Rules(behind=3, risk=6))
    assert rules_of(counted.other.programme_id).rules == DEFAULTS


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"absent-some": "0"}, "Write a number from 1 to 99."),
        ({"absent-much": "101"}, "Write a number from 2 to 100."),
        ({"quiet-some": "20", "quiet-much": "20"}, "This must be more than the first limit."),
        ({"quiet-some": "soon"}, "Write a whole number."),
        ({"quiet-some": ""}, "Write a number from 1 to 99."),
        ({"overdue-weight": "6"}, "Not a valid choice."),
        ({"behind": "5", "risk": "5"}, "This must be more than the points for “behind”."),
        ({"behind": "0"}, "Write a number from 1 to 49."),
        ({"risk": "51"}, "Write a number from 2 to 50."),
        ({"risk": "40"}, "With these points nobody can reach more than 14."),
    ],
)
def test_what_is_out_of_bounds_is_told_beside_the_field(client, counted, wrong, sentence):
    for action in ("preview", "save"):
        answer = send(client, counted, action, **wrong)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
    assert rules_of(counted.cohort.programme_id).version == 0


def test_digits_of_other_scripts_are_read(client, counted):
    assert send(client, counted, "save", **{"quiet-some": "١٠", "quiet-much": "۲۰"}).status_code == 303
    assert rules_of(counted.cohort.programme_id).rules.quiet == Rule(2, 10, 20)


def test_the_table_itself_refuses_what_is_out_of_bounds(school):
    for wrong in (Rules(absent=Rule(6, 25, 50)), Rules(quiet=Rule(2, 15, 8)), Rules(behind=9, risk=4)):
        with pytest.raises(RulesChanged):
            save_rules(school.cohort.programme_id, wrong, 0)
        db.session.rollback()
    assert db.session.scalars(select(BoardRules)).all() == []


def test_two_coordinators_do_not_write_over_one_another(client, counted):
    programme = counted.cohort.programme_id
    save_rules(programme, Rules(behind=3, risk=6), 0)
    db.session.commit()
    answer = send(client, counted, "save", version=0, behind=1)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody else has changed these numbers at the same time." in text
    assert 'name="version" type="hidden" value="1"' in text, "a second look, then it is saved"
    assert rules_of(programme).rules.behind == 3
    assert send(client, counted, "save", version=1, behind=1).status_code == 303
    with pytest.raises(RulesChanged):
        save_rules(programme, DEFAULTS, 1)


def test_a_preview_of_nobody_says_so(school):
    assert preview(school.cohort.programme_id, DEFAULTS).people == 0


def test_a_teacher_does_not_change_what_counts(app: Flask, counted):
    for who in (counted.ada, counted.olga, counted.dina):
        browser = app.test_client()
        sign_in(browser, who)
        assert browser.get(path(counted, "/rules")).status_code == 404
        assert browser.get(path(counted)).status_code == 404
