"""Signing in and out, guessing, sessions, a shared device, cards and resets."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, func, select, update

from lms.accounts.models import SignIn, Throttle, User
from lms.accounts.services import new_card, rotate_code
from lms.accounts.throttle import LONGEST_DELAY, delay_after
from lms.core.db import db, utcnow
from tests.factories import PIN, csrf_token, make_school, post, sign_in_at_the_door

ONE_ANSWER = "Code, name and PIN do not fit together"


def attempt(client, code="HEJ23456", name="Ben", secret=PIN):
    return post(client, "/sign-in", {"code": code, "name": name, "secret": secret}, form="/sign-in?other=1")


def is_in(client) -> bool:
    return client.get("/me").status_code == 200


@pytest.mark.parametrize("name", ["Ben", "ben ", "BÉN"])
def test_a_student_comes_back_by_code_name_and_pin(client, name):
    make_school()
    answer = attempt(client, code=" hej-23456", name=name)
    assert (answer.status_code, answer.location) == (303, "/courses")
    assert is_in(client)


def test_native_digits_are_the_same_pin(client):
    make_school()
    assert attempt(client, secret="٥٨٢٩١٣").status_code == 303


def test_staff_land_on_their_classes_and_an_admin_signs_in_by_e_mail(client):
    school = make_school()
    sign_in_at_the_door(client, school.root)
    assert client.get("/").location == "/classes"


@pytest.mark.parametrize(
    ("code", "name", "secret"),
    [
        ("HEJ23456", "Ben", "000111"),
        ("HEJ23456", "Nobody", PIN),
        ("TRE98765", "Ben", PIN),
        ("NNNNNNNN", "Ben", PIN),
        ("", "x@y.example", PIN),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(client, code, name, secret):
    make_school()
    answer = attempt(client, code, name, secret)
    assert answer.status_code == 422
    assert ONE_ANSWER in answer.get_data(as_text=True)
    assert not is_in(client)


def test_after_a_new_class_code_students_still_sign_in_with_the_old_one(client):
    school = make_school()
    old = school.cohort.join_code
    rotate_code(school.cohort)
    db.session.commit()
    assert attempt(client, code=old).status_code == 303
    assert post(client.application.test_client(), "/join", {"code": old}, form="/join").status_code == 422


def test_guessing_is_slowed_down_for_one_person_and_nobody_else(app):
    make_school()
    client = app.test_client()
    answers = [attempt(client, secret=f"90000{turn}").status_code for turn in range(6)]
    assert answers == [422] * 5 + [429]
    assert attempt(client).status_code == 429  # even with the right PIN
    assert attempt(client, name="Dina").status_code == 303


def test_a_name_that_nobody_has_is_slowed_down_alike(client):
    make_school()
    assert [attempt(client, name="Zed").status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_stranger_who_guesses_does_not_lock_a_person_out_of_her_own_device(app):
    school = make_school()
    own = app.test_client()
    sign_in_at_the_door(own, school.ben)
    stranger = app.test_client()
    for turn in range(6):
        attempt(stranger, secret=f"90000{turn}")
    post(own, "/sign-out", form="/me")
    assert attempt(own).status_code == 303


def test_the_delay_grows_and_ends(app):
    assert delay_after(4) is None
    delays = [delay_after(number) for number in range(5, 40)]
    assert delays[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert delays[-1] == LONGEST_DELAY


def test_the_right_pin_after_the_wait_forgives(client):
    make_school()
    for turn in range(5):
        attempt(client, secret=f"90000{turn}")
    db.session.execute(update(Throttle).values(blocked_until=utcnow() - timedelta(seconds=1)))
    db.session.commit()
    assert attempt(client).status_code == 303
    assert db.session.scalar(select(func.count()).where(Throttle.key.like("person:%"))) == 0


def test_a_school_behind_one_address_is_never_locked_for_long(client):
    make_school()
    attempt(client, secret="900000")
    db.session.execute(update(Throttle).where(Throttle.key.like("address:%")).values(failures=5000))
    db.session.commit()
    attempt(client, secret="900001")
    until = db.session.scalar(select(Throttle.blocked_until).where(Throttle.key.like("address:%")))
    assert until is not None
    assert until - utcnow() <= timedelta(seconds=10)


def test_no_address_is_kept_in_the_clear(client):
    make_school()
    attempt(client, secret="900000")
    assert not [key for key in db.session.scalars(select(Throttle.key)) if "127.0.0.1" in key]


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(app):
    school = make_school()
    client = app.test_client()
    sign_in_at_the_door(client, school.ben)
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert post(client, "/sign-out", form="/me").status_code == 303
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert not is_in(thief)
    assert not is_in(client)


def test_signing_in_shares_nothing_with_the_session_before(client):
    make_school()
    with client.session_transaction() as session:
        session["planted"] = "by someone else"
    before = csrf_token(client)
    attempt(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_a_session_ends_by_itself(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    db.session.execute(update(SignIn).values(expires_at=utcnow() - timedelta(seconds=1)))
    db.session.commit()
    assert not is_in(client)


def test_a_disabled_person_is_out_at_once(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    school.ben.active = False
    db.session.commit()
    assert not is_in(client)
    assert attempt(client).status_code == 422


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "/%0d%0a//e\n",
    ],
)
def test_the_way_on_stays_on_this_site(client, target):
    make_school()
    data = {"code": "HEJ23456", "name": "Ben", "secret": PIN, "next": target}
    assert post(client, "/sign-in", data).location == "/courses"


def test_a_page_asked_for_before_signing_in_is_opened_after_it(client):
    make_school()
    asked = client.get("/me?x=1")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=/me?x%3D1"
    assert 'name="next" value="/me?x=1"' in client.get(asked.location).get_data(as_text=True)
    data = {"code": "HEJ23456", "name": "Ben", "secret": PIN, "next": "/me?x=1"}
    assert post(client, "/sign-in", data).location == "/me?x=1"


@pytest.mark.parametrize(
    "path", ["/join", "/join/name", "/sign-in", "/sign-out", "/people", "/language", "/me/name", "/me/secret"]
)
def test_a_form_without_its_token_does_nothing(client, path):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    answer = client.post(path, data={"name": "Changed", "lang": "fr"})
    assert answer.status_code == 400
    db.session.refresh(school.ben)
    assert school.ben.name == "Ben"


def test_a_token_of_another_person_s_form_is_not_taken(app):
    school = make_school()
    ben, dina = app.test_client(), app.test_client()
    sign_in_at_the_door(ben, school.ben)
    sign_in_at_the_door(dina, school.dina)
    assert ben.post("/me/name", data={"csrf_token": csrf_token(dina, "/me"), "name": "X"}).status_code == 400


def test_several_people_share_a_device_and_each_needs_her_pin(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    sign_in_at_the_door(client, school.dina)
    page = client.get("/people").get_data(as_text=True)
    assert page.index("Dina") < page.index("Ben")
    assert "Cora" not in page
    assert post(client, "/people", {"person": school.ben.public_id}, form="/people").location == "/sign-in"
    assert not is_in(client)
    assert post(client, "/sign-in", {"secret": "000111"}).status_code == 422
    assert post(client, "/sign-in", {"secret": PIN}).status_code == 303
    assert ">Ben<" in client.get("/me").get_data(as_text=True)


def test_a_person_is_taken_off_a_device_s_list(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    post(client, "/people", {"person": school.ben.public_id, "action": "forget"}, form="/people")
    assert 'name="person"' not in client.get("/people").get_data(as_text=True)


def test_only_people_of_this_device_can_be_switched_to(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    assert post(client, "/people", {"person": school.ada.public_id}, form="/people").status_code == 404
    client.set_cookie("people", "WyJmb3JnZWQiXQ.c2lnbmF0dXJl")
    assert 'name="person"' not in client.get("/people").get_data(as_text=True)


def test_a_card_names_its_owner_and_still_asks_for_the_pin(client):
    school = make_school()
    token = new_card(school.ben)
    db.session.commit()
    assert school.ben.card_hash is not None
    assert token not in school.ben.card_hash
    assert client.get(f"/card/{token}").location == "/sign-in"
    assert not is_in(client)
    assert "Ben" in client.get("/sign-in").get_data(as_text=True)
    assert post(client, "/sign-in", {"secret": PIN}).status_code == 303
    new_card(school.ben)
    db.session.commit()
    assert client.get(f"/card/{token}").status_code == 404


def test_staff_print_cards_that_work(app):
    school = make_school()
    client = app.test_client()
    sign_in_at_the_door(client, school.ada)
    path = f"/classes/{school.cohort.public_id}/cards"
    page = post(client, path, {"person": school.ben.public_id}, form=path).get_data(as_text=True)
    assert page.count("data:image/svg+xml") == 1
    assert "Dina" not in page.split('class="qr-cards')[1]
    db.session.refresh(school.ben)
    assert school.ben.card_hash is not None


def test_staff_reset_a_pin_and_the_old_session_and_pin_end(app):
    school = make_school()
    ben, ada = app.test_client(), app.test_client()
    sign_in_at_the_door(ben, school.ben)
    for turn in range(6):
        attempt(app.test_client(), secret=f"90000{turn}")
    sign_in_at_the_door(ada, school.ada)
    path = f"/classes/{school.cohort.public_id}/people/{school.ben.public_id}/reset"
    page = post(ada, path, form=path).get_data(as_text=True)
    found = re.search(r'class="big-code"[^>]*>(\d{6})<', page)
    assert found is not None
    assert not is_in(ben)
    stranger = app.test_client()
    assert attempt(stranger, secret=PIN).status_code == 422
    assert attempt(stranger, secret=found.group(1)).status_code == 303
    assert "Choose one of your own" in stranger.get("/me").get_data(as_text=True)
    assert found.group(1) not in ada.get(path).get_data(as_text=True)


@pytest.mark.parametrize("target", ["cora", "ada", "cleo", "root"])
def test_a_teacher_cannot_take_over_staff_or_outsiders_by_a_reset(client, target):
    school = make_school()
    sign_in_at_the_door(client, school.ada)
    person = getattr(school, target)
    before = person.password
    answer = post(client, f"/classes/{school.cohort.public_id}/people/{person.public_id}/reset", form="/me")
    assert answer.status_code == 404
    db.session.refresh(person)
    assert person.password == before


def test_a_teacher_who_learns_in_a_class_is_not_reset_by_its_teacher(client):
    from tests.factories import enrol  # noqa: PLC0415  # one test only

    school = make_school()
    enrol(school.otto, school.cohort)  # he teaches the other class
    db.session.commit()
    sign_in_at_the_door(client, school.ada)
    answer = post(
        client, f"/classes/{school.cohort.public_id}/people/{school.otto.public_id}/reset", form="/me"
    )
    assert answer.status_code == 404


def test_a_new_pin_of_one_s_own_ends_the_other_sessions(app):
    school = make_school()
    here, there = app.test_client(), app.test_client()
    sign_in_at_the_door(here, school.ben)
    sign_in_at_the_door(there, school.ben)
    data = {"current": PIN, "secret": "three green doors", "again": "three green doors"}
    assert post(here, "/me/secret", data, form="/me").status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert attempt(there, secret="three green doors").status_code == 303


def test_a_new_pin_needs_the_old_one(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    data = {"current": "000111", "secret": "three green doors", "again": "three green doors"}
    assert post(client, "/me/secret", data, form="/me").status_code == 422


def test_a_person_changes_her_name_and_signs_in_by_it(client):
    school = make_school()
    sign_in_at_the_door(client, school.ben)
    assert post(client, "/me/name", {"name": "Dina"}, form="/me").status_code == 422
    assert post(client, "/me/name", {"name": "Benjamin"}, form="/me").status_code == 303
    assert attempt(client, name="benjamin").status_code == 303


def test_the_code_is_rotated_and_joining_closed_by_staff_only(app):
    school = make_school()
    path = f"/classes/{school.cohort.public_id}/code"
    ada, ben = app.test_client(), app.test_client()
    sign_in_at_the_door(ben, school.ben)
    assert post(ben, path, {"action": "rotate"}, form="/me").status_code == 404
    sign_in_at_the_door(ada, school.ada)
    post(ada, path, {"action": "rotate"}, form="/me")
    post(ada, path, {"action": "close"}, form="/me")
    db.session.refresh(school.cohort)
    assert school.cohort.join_code != "HEJ23456"
    assert not school.cohort.join_open
    assert post(ada, path, {"action": "drop"}, form="/me").status_code == 404


def test_the_language_is_kept_with_the_person_and_goes_with_her(app):
    school = make_school()
    client = app.test_client()
    sign_in_at_the_door(client, school.ben)
    tags = [tag for tag in ("ar", "fr", "uk") if f'value="{tag}"' in client.get("/me").get_data(as_text=True)]
    assert tags == ["ar", "fr", "uk"]
    answer = post(client, "/language", {"lang": tags[0], "next": "/me"}, form="/me")
    assert urlsplit(answer.location).path == "/me"
    assert f'<html lang="{tags[0]}"' in client.get("/me").get_data(as_text=True)
    other = app.test_client()
    sign_in_at_the_door(other, school.ben)
    assert f'<html lang="{tags[0]}"' in other.get("/me").get_data(as_text=True)
    assert post(client, "/language", {"lang": "xx"}, form="/me").status_code == 404


def test_deleting_a_person_leaves_no_session(app):
    school = make_school()
    sign_in_at_the_door(app.test_client(), school.ben)
    db.session.execute(delete(User).where(User.id == school.ben.id))
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0
