"""Handing in, the page and the stream, through the front door."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.catalog.services import load_courses
from lms.core.config import ROOT
from lms.core.db import db, utcnow
from lms.grading.outcome import Outcome
from lms.grading.verdict import result_to_json
from lms.submissions import leases
from lms.submissions.models import Status, Submission
from tests.factories import School, csrf_token, sign_in
from tests.submissions.conftest import CODE, Place, grade_row, make_submission, result, verdict

CANARY = "canary-6f1e"


def _only() -> Submission:
    db.session.rollback()
    return db.session.query(Submission).one()


def _lines(client: FlaskClient, public_id: str, query: str = "") -> list[dict[str, object]]:
    answer = client.get(f"/submissions/{public_id}/events{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


def test_a_hand_in_is_stored_and_told_where_it_is(place: Place) -> None:
    answer = place.hand_in("print(1)\r\n\0")
    assert answer.status_code == 201
    row = _only()
    assert answer.json == {
        "id": row.public_id,
        "url": f"/submissions/{row.public_id}",
        "events": f"/submissions/{row.public_id}/events",
    }
    assert row.files == {"solution.py": "print(1)\n"}
    assert (row.user_id, row.cohort_id) == (place.school.ben.id, place.school.cohort.id)
    assert row.exercise_version == place.exercise.version


def test_a_json_hand_in_is_the_same(place: Place) -> None:
    answer = place.client.post(
        place.url,
        json={"files": {"solution.py": CODE}, "client_key": "json-key-1"},
        headers={"X-CSRFToken": place.token},
    )
    assert answer.status_code == 201
    assert _only().files == {"solution.py": CODE}


def test_sending_twice_makes_one_row(place: Place) -> None:
    first, second = place.hand_in(), place.hand_in("print('other')")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert _only().files == {"solution.py": CODE}


def test_without_scripts_the_form_leads_to_the_page(place: Place) -> None:
    answer = place.client.post(
        place.url, data={"code": CODE, "client_key": "form-key-1", "csrf_token": place.token}
    )
    assert answer.status_code == 303
    page = place.client.get(answer.location)
    text = page.get_data(as_text=True)
    assert '<meta http-equiv="refresh"' in text
    assert "Your work is saved" in text
    grade_row(_only(), Outcome.FAILED, (result(0, Outcome.FAILED, expected="'6'", got="'5'"),))
    text = place.client.get(answer.location).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in text
    assert "Not passed yet" in text
    assert "0 of 1 test passed" in text
    assert "&#39;5&#39;" in text


@pytest.mark.parametrize(
    ("code", "status"), [("", 400), ("  \n\t", 400), ("x" * 65_537, 413), ("# " + "é" * 33_000, 413)]
)
def test_what_is_no_answer_is_refused_in_words(place: Place, code: str, status: int) -> None:
    answer = place.hand_in(code)
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["sentence"].endswith(".")
    assert db.session.query(Submission).count() == 0


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"files": {"other.py": CODE}},
        {"files": {"solution.py": 3}},
        {"files": 3},
        {"code": CODE, "client_key": 9},
    ],
)
def test_other_shapes_are_refused(place: Place, body: object) -> None:
    answer = place.client.post(place.url, json=body, headers={"X-CSRFToken": place.token})
    assert answer.status_code == 400


def test_half_characters_and_nul_are_stored_as_text(place: Place) -> None:
    sent = json.dumps({"code": "x = '\ud800\u0000'", "client_key": "half-key-1"})
    answer = place.client.post(
        place.url, data=sent, content_type="application/json", headers={"X-CSRFToken": place.token}
    )
    assert answer.status_code == 201
    assert _only().files == {"solution.py": "x = '\N{REPLACEMENT CHARACTER}'"}


def test_without_the_form_token_nothing_is_taken(place: Place) -> None:
    answer = place.client.post(place.url, data={"code": CODE, "client_key": "no-token-1"})
    assert answer.status_code == 400
    assert db.session.query(Submission).count() == 0


def test_only_so_much_of_one_persons_work_waits(place: Place) -> None:
    answers = [place.hand_in(key=f"client-key-{number}") for number in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert answers[5].headers["Retry-After"] == "10"
    assert place.hand_in(key="client-key-0").status_code == 200


def test_an_exercise_of_a_course_that_is_not_hers_is_not_there(app: Flask, place: Place) -> None:
    place.school.other.course_slug = "another-course"
    db.session.commit()
    cleo = app.test_client()
    sign_in(cleo, place.school.cleo)
    token = csrf_token(cleo, "/me")
    answer = cleo.post(place.url, data={"code": CODE, "client_key": "cleo-key-1", "csrf_token": token})
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["cleo", "dina", "otto"])
@pytest.mark.parametrize("path", ["/submissions/{}", "/submissions/{}/events"])
def test_an_outsider_sees_nothing(app: Flask, place: Place, who: str, path: str) -> None:
    place.hand_in()
    other = app.test_client()
    sign_in(other, getattr(place.school, who))
    assert other.get(path.format(_only().public_id)).status_code == 404
    assert other.get(path.format("does-not-exist")).status_code == 404


@pytest.mark.parametrize("path", ["/submissions/{}", "/submissions/{}/events"])
def test_somebody_who_is_not_signed_in_sees_nothing(app: Flask, place: Place, path: str) -> None:
    place.hand_in()
    assert app.test_client().get(path.format(_only().public_id)).status_code in {302, 303, 401}


@pytest.mark.parametrize("who", ["ada", "cora", "root"])
def test_her_staff_see_her_work(app: Flask, place: Place, who: str) -> None:
    place.hand_in()
    staff = app.test_client()
    sign_in(staff, getattr(place.school, who))
    answer = staff.get(f"/submissions/{_only().public_id}")
    assert answer.status_code == 200
    assert "Ben" in answer.get_data(as_text=True)


def test_the_stream_tells_the_tests_in_order_and_then_the_verdict(place: Place) -> None:
    place.hand_in()
    tests = (result(0), result(2, Outcome.FAILED, got="7"), result(1, hidden=True))
    grade_row(_only(), Outcome.FAILED, tests)
    lines = _lines(place.client, _only().public_id)
    assert [line["type"] for line in lines] == ["test", "test", "test", "verdict"]
    assert [line.get("index") for line in lines[:3]] == [0, 2, 1]
    assert lines[3]["outcome"] == "failed"
    assert "Not passed yet" in str(lines[3]["html"])
    assert str(lines[3]["tests_html"]).count("<li") == 3


def test_a_broken_stream_goes_on_where_it_broke(place: Place) -> None:
    place.hand_in()
    grade_row(_only(), Outcome.PASSED, (result(0), result(1), result(2)))
    lines = _lines(place.client, _only().public_id, "?after=1")
    assert [line.get("number") for line in lines] == [2, None]


def test_nothing_of_a_hidden_test_reaches_her(place: Place) -> None:
    place.hand_in()
    hidden = result(
        1,
        Outcome.FAILED,
        hidden=True,
        **dict.fromkeys(
            ("expected", "got", "printed", "stdin", "call", "traceback"), f"ValueError: {CANARY}"
        ),
    )
    row = _only()
    lease = leases.claim()
    assert lease is not None
    leases.record_tests(lease, 0, [result_to_json(hidden)])
    db.session.commit()
    assert CANARY not in place.client.get(f"/submissions/{row.public_id}").get_data(as_text=True)
    leases.finish(lease, verdict(Outcome.FAILED, (result(0), hidden)))
    db.session.commit()
    assert CANARY not in json.dumps(_lines(place.client, row.public_id))
    page = place.client.get(f"/submissions/{row.public_id}").get_data(as_text=True)
    assert CANARY not in page
    assert "This test is hidden" in page


def test_the_authors_hint_comes_with_the_second_failure(place: Place) -> None:
    failed = (result(0, Outcome.FAILED, hint="Think of the brackets."),)
    pages = []
    for key in ("hint-key-1", "hint-key-2"):
        place.hand_in(key=key)
        row = db.session.query(Submission).filter_by(client_key=key).one()
        grade_row(row, Outcome.FAILED, failed)
        pages.append(place.client.get(f"/submissions/{row.public_id}").get_data(as_text=True))
    assert "Think of the brackets." not in pages[0]
    assert "Think of the brackets." in pages[1]


def test_what_her_program_printed_is_text_and_nothing_else(place: Place) -> None:
    place.hand_in()
    nasty = "<script>alert(1)</script>\x1b[31m\u202e{{ 7*7 }}"
    grade_row(_only(), Outcome.FAILED, (result(0, Outcome.FAILED, got=nasty, printed=nasty + "!"),))
    page = place.client.get(f"/submissions/{_only().public_id}").get_data(as_text=True)
    stream = json.dumps(_lines(place.client, _only().public_id), ensure_ascii=False)
    for text in (page, stream):
        assert "<script>alert" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "{{ 7*7 }}" in text


def test_work_that_waits_long_says_so_and_that_it_is_saved(place: Place) -> None:
    place.hand_in()
    row = _only()
    row.received_at = utcnow() - timedelta(minutes=2)
    db.session.commit()
    page = place.client.get(f"/submissions/{row.public_id}").get_data(as_text=True)
    assert "Waiting for the grader, your work is saved." in page


def test_work_that_staff_must_look_at_is_called_our_fault(place: Place) -> None:
    place.hand_in()
    row = _only()
    row.status = Status.NEEDS_STAFF
    db.session.commit()
    page = place.client.get(f"/submissions/{row.public_id}").get_data(as_text=True)
    assert "it is our fault, not yours" in page
    assert 'http-equiv="refresh"' not in page
    lines = _lines(place.client, row.public_id)
    assert [line["type"] for line in lines] == ["status"]


def test_an_error_is_explained_beside_the_english_line(place: Place) -> None:
    place.hand_in()
    trace = "Traceback (most recent call last):\n  line 2\nNameError: name 'pirnt' is not defined"
    grade_row(_only(), Outcome.ERROR, (result(0, Outcome.ERROR, traceback=trace),))
    page = place.client.get(f"/submissions/{_only().public_id}").get_data(as_text=True)
    assert "The name \u2066pirnt\u2069 is not defined." in page
    assert "NameError" in page


def test_the_place_in_the_queue_is_shown(place: Place) -> None:
    place.hand_in(key="place-key-1")
    answer = place.hand_in(key="place-key-2")
    assert answer.json is not None
    page = place.client.get(answer.json["url"]).get_data(as_text=True)
    assert re.search(r"place in the queue is 2\.", page)


def test_cells_say_when_code_cannot_run(place: Place) -> None:
    course, lesson, _ = place.exercise.key.split("/")
    url = f"/cells/{course}/{lesson}"
    headers = {"X-CSRFToken": place.token}
    cell = _first_cell(place)
    answer = place.client.post(f"{url}/run", json={"cell": cell, "code": "1"}, headers=headers)
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"] == "cells_away"
    assert (
        place.client.post(f"{url}/run", json={"cell": "none-such", "code": "1"}, headers=headers).status_code
        == 404
    )
    assert place.client.post(f"{url}/input", json={"text": "a"}, headers=headers).status_code == 409
    assert place.client.post(f"{url}/interrupt", json={}, headers=headers).status_code == 409
    assert place.client.post(f"{url}/restart", json={}, headers=headers).status_code == 200
    assert place.client.post(f"{url}/run", json={"cell": cell, "code": "1"}).status_code == 400


@pytest.mark.parametrize("what", ["run", "input", "interrupt", "restart"])
def test_cells_of_a_course_that_is_not_hers_are_not_there(app: Flask, place: Place, what: str) -> None:
    school: School = place.school
    school.other.course_slug = "another-course"
    db.session.commit()
    cleo = app.test_client()
    sign_in(cleo, school.cleo)
    course, lesson, _ = place.exercise.key.split("/")
    answer = cleo.post(
        f"/cells/{course}/{lesson}/{what}",
        json={"cell": _first_cell(place), "code": "1", "text": "x"},
        headers={"X-CSRFToken": csrf_token(cleo, "/me")},
    )
    assert answer.status_code == 404


def _first_cell(place: Place) -> str:
    course, lesson, _ = place.exercise.key.split("/")
    found = load_courses(ROOT / "courses")[course].lesson(lesson)
    assert found is not None
    return found.cells[0].id


def test_another_persons_hand_in_does_not_share_her_key(place: Place) -> None:
    make_submission(place.school.dina.id, place.exercise, "client-key-1")
    assert place.hand_in(key="client-key-1").status_code == 201
