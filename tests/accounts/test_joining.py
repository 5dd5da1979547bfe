"""Joining a class by its code, through the front door."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Enrolment, Role, User
from lms.core.db import db
from tests.factories import make_school, post, sign_in_at_the_door


def begin(client: FlaskClient, code: str) -> None:
    assert post(client, "/join", {"code": code}, form="/join").location == "/join/name"


def finish(client: FlaskClient, name: str, secret: str, again: str | None = None):
    return post(
        client, "/join/name", {"name": name, "secret": secret, "again": again or secret}, form="/join/name"
    )


def test_a_new_student_joins_by_code_and_is_signed_in(client):
    school = make_school()
    begin(client, "hej2-3456")  # as people write it
    answer = finish(client, "  Émilie\u202e  Noor ", "731 green doors")
    assert (answer.status_code, answer.location) == (303, "/courses")
    user = db.session.scalar(select(User).where(User.name == "Émilie Noor"))
    assert user is not None
    assert user.password is not None
    assert user.password.startswith("$argon2id$")
    enrolment = db.session.scalar(select(Enrolment).filter_by(user_id=user.id))
    assert enrolment is not None
    assert (enrolment.cohort_id, enrolment.role) == (school.cohort.id, Role.STUDENT)
    assert "Émilie Noor" in client.get("/me").get_data(as_text=True)


def test_the_code_of_a_qr_is_filled_in(client):
    make_school()
    assert 'value="HEJ23456"' in client.get("/join?code=hej23456").get_data(as_text=True)


@pytest.mark.parametrize(
    "code", ["HEJ23457", "", "0O1I", "<script>", "TRE9876", "\ud800".encode("utf-8", "replace").decode()]
)
def test_a_wrong_code_leads_nowhere(client, code):
    make_school()
    answer = post(client, "/join", {"code": code}, form="/join")
    assert answer.status_code == 422
    assert client.get("/join/name").location == "/join"


def test_a_closed_class_cannot_be_joined(client):
    school = make_school()
    begin(client, "HEJ23456")
    school.cohort.join_open = False
    db.session.commit()
    answer = client.get("/join/name")
    assert answer.status_code == 422
    assert "No class can be joined with this code" in answer.get_data(as_text=True)
    assert post(client, "/join", {"code": "HEJ23456"}, form="/join").status_code == 422


@pytest.mark.parametrize("name", ["ben", "BEN", "  Ben ", "Bén", "Be\u200fn"])
def test_a_name_is_given_once_in_a_class(client, name):
    make_school()
    begin(client, "HEJ23456")
    answer = finish(client, name, "582914")
    assert answer.status_code == 422
    assert "has this name already" in answer.get_data(as_text=True)
    assert len(db.session.scalars(select(User).where(User.name == "Ben")).all()) == 1


def test_the_same_name_is_free_in_another_class(client):
    make_school()
    begin(client, "TRE98765")
    assert finish(client, "Ben", "582914").status_code == 303


@pytest.mark.parametrize(
    "secret",
    [
        "12345",
        "123456",
        "654321",
        "111111",
        "121212",
        "123123",
        "٠١٢٣٤٥",
        "password",
        "Motdepasse",
        "Nour Nour",
        "aaaaaaaa",
    ],
)
def test_a_secret_that_is_easy_to_guess_is_refused(client, secret):
    make_school()
    begin(client, "HEJ23456")
    assert finish(client, "Nour Nour", secret).status_code == 422
    assert db.session.scalar(select(User).where(User.name == "Nour Nour")) is None


def test_two_different_secrets_are_refused(client):
    make_school()
    begin(client, "HEJ23456")
    assert "not the same" in finish(client, "Nour", "582914", "582915").get_data(as_text=True)


@pytest.mark.parametrize("name", [" ", "\u202e\u200b", "🙂" * 61, "؟"])
def test_a_name_needs_a_letter_and_a_length(client, name):
    make_school()
    begin(client, "HEJ23456")
    assert finish(client, name, "582914").status_code in ({422} if name != "؟" else {303})


def test_a_name_is_shown_as_text_and_never_run(client):
    make_school()
    begin(client, "HEJ23456")
    finish(client, "{{7*7}}<b>x</b>", "582914")
    page = client.get("/me").get_data(as_text=True)
    assert "{{7*7}}&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


def test_someone_signed_in_joins_a_second_class_with_the_same_account(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    begin(client, "TRE98765")
    assert post(client, "/join/name", form="/join/name").status_code == 303
    ids = db.session.scalars(select(Enrolment.cohort_id).filter_by(user_id=school.ben.id)).all()
    assert set(ids) == {school.cohort.id, school.other.id}


def test_joining_takes_nothing_but_name_and_secret_from_the_form(client):
    make_school()
    begin(client, "HEJ23456")
    extra = {"is_admin": "1", "role": "instructor", "public_id": "mine", "cohort_id": "2"}
    post(
        client,
        "/join/name",
        {"name": "Eve", "secret": "582914", "again": "582914", **extra},
        form="/join/name",
    )
    user = db.session.scalar(select(User).where(User.name == "Eve"))
    assert user is not None
    assert not user.is_admin
    assert user.public_id != "mine"
    assert [enrolment.role for enrolment in user.enrolments] == [Role.STUDENT]
