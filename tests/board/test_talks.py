"""Talks with a student: who reads them, for how long they are kept, and that she sees what is kept about her."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts.models import EnrolmentStatus
from lms.board.cli import keep_house
from lms.board.contacts import sweep
from lms.board.counting import count_class
from lms.board.models import BoardRow, Contact, ContactRead, Way
from lms.core.db import db, utcnow
from lms.programmes.models import Reason
from lms.programmes.places import change_place
from tests.board.conftest import line_of, place_of
from tests.factories import School, csrf_token, sign_in

TODAY = utcnow().date()


def path(school: School, who=None, cohort=None) -> str:
    cohort = cohort or school.cohort
    return f"/classes/{cohort.public_id}/people/{(who or school.ben).public_id}/talks"


def send(client, school, **more):
    fields = {
        "csrf_token": csrf_token(client, path(school)), "client_key": "one-talk-of-ours", "on_day": TODAY,
        "way": "call", "reached": "y", "note": "She works late on Tuesdays.", "next_step": "Send the recording",
        "next_on": TODAY + timedelta(days=2), "delete_after": TODAY + timedelta(days=90), **more,
    }  # fmt: skip
    return client.post(
        path(school), data={name: value for name, value in fields.items() if value is not None}
    )


def talks() -> list[Contact]:
    db.session.rollback()
    return list(db.session.scalars(select(Contact).order_by(Contact.id)))


def keep(school: School, **more: object) -> Contact:
    """A talk of Ada's with Ben, in the table."""
    contact = Contact(
        **{
            "user_id": school.ben.id, "programme_id": school.cohort.programme_id, "cohort_id": school.cohort.id,
            "author_id": school.ada.id, "on_day": TODAY - timedelta(days=1), "way": Way.CALL,
            "note": "The evening suits her.", "client_key": f"kept-{len(talks())}", **more,
        }
    )  # fmt: skip
    db.session.add(contact)
    db.session.commit()
    return contact


def test_a_talk_is_written_down_and_the_board_says_so(client, school):
    sign_in(client, school.ada)
    assert send(client, school).status_code == 303
    (talk,) = talks()
    assert (talk.author_id, talk.cohort_id, talk.way) == (school.ada.id, school.cohort.id, "call")
    assert talk.delete_after == TODAY + timedelta(days=90)
    page = client.get(path(school)).get_data(as_text=True)
    for text in (
        "She works late on Tuesdays.",
        "Send the recording",
        "The student can read this.",
        "Deleted on",
    ):
        assert text in page
    assert line_of(school.ben, school.cohort).talks.contacted_on == TODAY


def test_ninety_days_are_filled_in(client, school):
    sign_in(client, school.ada)
    page = client.get(path(school)).get_data(as_text=True)
    assert f'name="delete_after" required type="date" value="{TODAY + timedelta(days=90)}"' in page


def test_the_same_form_twice_is_kept_once(client, school):
    sign_in(client, school.ada)
    assert [send(client, school).status_code for _ in range(2)] == [303, 303]
    assert len(talks()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"on_day": TODAY + timedelta(days=2)}, "This day is still to come. Write down what has been."),
        ({"on_day": TODAY - timedelta(days=200)}, "That is more than three months ago."),
        ({"on_day": "soon"}, "Write a date such as 2026-09-30."),
        ({"next_step": ""}, "Say what is to be done on that day."),
        ({"next_on": TODAY - timedelta(days=3)}, "This day is over. Choose today or a later day."),
        ({"delete_after": TODAY + timedelta(days=1)}, "This would be deleted before that day."),
        ({"delete_after": TODAY - timedelta(days=1)}, "Choose a day from tomorrow to a year from now."),
        ({"delete_after": TODAY + timedelta(days=367)}, "Choose a day from tomorrow to a year from now."),
        ({"delete_after": ""}, "Please fill this in."),
        ({"note": "x" * 601}, "That is too long. Use at most 600 characters."),
        ({"way": "pigeon"}, "Not a valid choice."),
    ],
)
def test_a_mistake_is_told_beside_the_field_and_nothing_is_lost(client, school, wrong, sentence):
    sign_in(client, school.ada)
    answer = send(client, school, **wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "She works late on Tuesdays." in page or "note" in wrong
    assert talks() == []


def test_who_was_not_reached_has_not_been_spoken_with(client, school):
    sign_in(client, school.ada)
    send(client, school, reached=None, next_step="", next_on="")
    line = line_of(school.ben, school.cohort)
    assert line.talks.contacted_on is None
    assert line.call


def test_after_a_talk_nobody_is_asked_to_call_until_the_step_is_due(client, school):
    sign_in(client, school.ada)
    send(client, school, next_on=TODAY + timedelta(days=10))
    assert not line_of(school.ben, school.cohort).call
    talks()[0].next_on = TODAY
    db.session.commit()
    assert line_of(school.ben, school.cohort).call
    (talk,) = talks()
    for _ in range(2):
        answer = client.post(
            f"{path(school)}/{talk.public_id}",
            data={"csrf_token": csrf_token(client, path(school)), "action": "done"},
        )
        assert answer.status_code == 303
    assert not line_of(school.ben, school.cohort).call


def test_only_who_wrote_it_and_coordinators_delete_it_early(app: Flask, school):
    talk = keep(school, author_id=school.cora.id)
    for who, status in ((school.ada, 404), (school.cora, 303)):
        browser = app.test_client()
        sign_in(browser, who)
        answer = browser.post(
            f"{path(school)}/{talk.public_id}",
            data={"csrf_token": csrf_token(browser, path(school)), "action": "forget"},
        )
        assert answer.status_code == status
        assert len(talks()) == (1 if status == 404 else 0)


def test_a_talk_with_somebody_else_is_not_found_under_her_name(client, school):
    talk = keep(school, user_id=school.dina.id)
    sign_in(client, school.ada)
    answer = client.post(
        f"{path(school)}/{talk.public_id}",
        data={"csrf_token": csrf_token(client, path(school)), "action": "done"},
    )
    assert answer.status_code == 404


def test_talks_go_with_her_to_the_new_class_and_leave_the_old_one(app: Flask, school):
    keep(school)
    change_place(
        place_of(school.ben, school.cohort), EnrolmentStatus.MOVED, school.cora, reason=Reason.TIME,
        to_cohort=school.beside,
    )  # fmt: skip
    db.session.commit()
    seen = {}
    for who in (school.ada, school.mila, school.cora):
        browser = app.test_client()
        sign_in(browser, who)
        for cohort in (school.cohort, school.beside):
            answer = browser.get(path(school, cohort=cohort))
            if answer.status_code == 200:
                assert "The evening suits her." in answer.get_data(as_text=True)
            seen[who.name, cohort.name] = answer.status_code
    assert seen == {
        ("Ada", school.cohort.name): 404, ("Ada", school.beside.name): 404,
        ("Mila", school.cohort.name): 404, ("Mila", school.beside.name): 200,
        ("Cora", school.cohort.name): 200, ("Cora", school.beside.name): 200,
    }  # fmt: skip


def test_a_talk_whose_day_has_come_is_never_shown(client, school):
    keep(school, delete_after=TODAY)
    sign_in(client, school.ada)
    assert "The evening suits her." not in client.get(path(school)).get_data(as_text=True)
    assert line_of(school.ben, school.cohort).talks.contacted_on is None


def test_the_sweep_deletes_what_is_over_and_its_copies(school):
    keep(school, delete_after=TODAY + timedelta(days=3), next_step="Call", next_on=TODAY + timedelta(days=2))
    kept = keep(school, user_id=school.dina.id, delete_after=TODAY + timedelta(days=4))
    count_class(school.cohort)
    db.session.add(
        ContactRead(user_id=school.ben.id, reader_id=school.ada.id, on_day=TODAY - timedelta(days=91))
    )
    db.session.add(
        ContactRead(user_id=school.ben.id, reader_id=school.ada.id, on_day=TODAY - timedelta(days=20))
    )
    db.session.commit()
    assert copies(school) == {school.ben.id: (TODAY - timedelta(days=1), TODAY + timedelta(days=2)),
                              school.dina.id: (TODAY - timedelta(days=1), None)}  # fmt: skip
    assert sweep(TODAY + timedelta(days=2)) == 0
    assert sweep(TODAY + timedelta(days=3)) == 1
    db.session.commit()
    assert [talk.id for talk in talks()] == [kept.id]
    assert copies(school)[school.ben.id] == (None, None)
    assert copies(school)[school.dina.id][0] is not None
    assert db.session.scalar(select(func.count()).select_from(ContactRead)) == 1


def copies(school: School) -> dict[int, tuple[date | None, date | None]]:
    db.session.expire_all()
    return {row.user_id: (row.contacted_on, row.step_on) for row in db.session.scalars(select(BoardRow))}


def test_the_command_sweeps_without_anybody_opening_a_page(school):
    for number in range(3):
        keep(school, delete_after=TODAY, client_key=f"over-{number}")
    assert keep_house()[1] == 3
    assert talks() == []
    assert keep_house() == (0, 0)


def test_she_reads_what_is_kept_about_her_and_who_has_read_it(app: Flask, school):
    keep(school)
    reader = app.test_client()
    sign_in(reader, school.cora)
    for _ in range(3):
        reader.get(path(school))
    assert db.session.scalar(select(func.count()).select_from(ContactRead)) == 1, "one row a day"
    browser = app.test_client()
    sign_in(browser, school.ben)
    assert "/week/talks" in browser.get("/week").get_data(as_text=True)
    page = browser.get("/week/talks").get_data(as_text=True)
    assert "The evening suits her." in page
    assert "Who has read it" in page
    assert "Cora" in page


def test_she_reads_nothing_about_anybody_else(app: Flask, school):
    keep(school)
    browser = app.test_client()
    sign_in(browser, school.dina)
    assert "/week/talks" not in browser.get("/week").get_data(as_text=True)
    page = browser.get("/week/talks").get_data(as_text=True)
    assert "The evening suits her." not in page
    assert "Nothing is written down." in page


def test_what_was_written_is_text_and_never_markup(client, school):
    keep(school, note="<script>alert(1)</script>", next_step="<b>x</b>")
    sign_in(client, school.ada)
    page = client.get(path(school)).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
