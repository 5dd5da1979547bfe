"""An instructor's first view: her classes, the grid, a student's work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import select

from lms.accounts.models import Cohort, Enrolment
from lms.catalog.model import Course
from lms.catalog.services import get_course, remember_version
from lms.core.db import db, utcnow
from lms.programmes.demo import PEOPLE, demo_pin, demo_sign_in_lines, seed_demo
from lms.programmes.services import course_exercises
from lms.submissions.models import Status, Submission
from tests.factories import COURSE, enrol, make_school, make_user, post, sign_in
from tests.queries import queries_of


@pytest.fixture
def course(app) -> Course:
    found = get_course(Path(current_app.config["COURSES_DIR"]), COURSE)
    assert found is not None
    return found


def hand_in(user, exercise, outcome=None, status=Status.GRADED, minutes=0):
    version = remember_version(exercise)
    db.session.flush()
    submission = Submission(
        user_id=user.id,
        cohort_id=user.enrolments[0].cohort_id,
        exercise_key=exercise.key,
        exercise_version=version.hash,
        client_key=f"{user.id}-{exercise.key}-{minutes}",
        files={"main.py": "print(1)"},
        received_at=utcnow() + timedelta(minutes=minutes),
        status=status,
        outcome=outcome,
    )
    db.session.add(submission)
    db.session.commit()
    return submission


def test_staff_see_their_own_classes_only(client):
    school = make_school()
    sign_in(client, school.ada)
    page = client.get("/classes").get_data(as_text=True)
    assert "Morning class" in page
    assert "2 students" in page
    assert "Evening class" not in page


def test_an_admin_sees_every_class(client):
    school = make_school()
    sign_in(client, school.root)
    page = client.get("/classes").get_data(as_text=True)
    assert "Morning class" in page
    assert "Evening class" in page


@pytest.mark.parametrize("who", ["ben", "cleo", "otto"])
def test_an_outsider_or_a_student_cannot_open_a_class(client, who):
    school = make_school()
    sign_in(client, getattr(school, who))
    base = f"/classes/{school.cohort.public_id}"
    hidden = [client.get(path) for path in (base, f"{base}/people/{school.ben.public_id}", f"{base}/cards")]
    absent = client.get("/classes/nothing")
    assert {answer.status_code for answer in hidden} == {404}
    assert all("This page does not exist" in answer.get_data(as_text=True) for answer in [*hidden, absent])


def test_a_person_of_another_class_is_not_found_through_this_one(client):
    school = make_school()
    sign_in(client, school.ada)
    assert client.get(f"/classes/{school.cohort.public_id}/people/{school.cleo.public_id}").status_code == 404
    assert client.get(f"/classes/{school.cohort.public_id}/people/{school.cora.public_id}").status_code == 404


def test_the_grid_shows_how_each_student_stands(client, course):
    school = make_school()
    first, second, third = course_exercises([course])[:3]
    hand_in(school.ben, first, "failed")
    hand_in(school.ben, first, "passed", minutes=1)
    hand_in(school.ben, second, "error")
    hand_in(school.ben, third, status=Status.RECEIVED)
    sign_in(client, school.ada)
    page = client.get(f"/classes/{school.cohort.public_id}").get_data(as_text=True)
    assert "HEJ23456" in page
    assert '<td class="standing passed">' in page
    assert '<td class="standing tried">' in page
    assert '<td class="standing waiting">' in page
    assert f"1/{len(course_exercises([course]))}" in page
    assert "Cora" not in page


def test_a_student_s_work_is_listed_by_exercise(client, course):
    school = make_school()
    first = course_exercises([course])[0]
    submission = hand_in(school.ben, first, "failed")
    sign_in(client, school.cora)
    page = client.get(f"/classes/{school.cohort.public_id}/people/{school.ben.public_id}").get_data(
        as_text=True
    )
    assert f"/submissions/{submission.public_id}" in page
    assert first.title in page
    assert "some tests failed" in page


def test_a_class_page_costs_the_same_queries_for_two_students_as_for_twenty(client, course):
    school = make_school()
    sign_in(client, school.ada)
    path = f"/classes/{school.cohort.public_id}"
    client.get(path)
    few = queries_of(client, path)
    for number in range(18):
        enrol(make_user(f"Student {number}"), school.cohort)
    db.session.commit()
    assert queries_of(client, path) == few
    assert few <= 8


def test_the_demo_school_is_made_once_and_its_people_can_sign_in(client):
    assert seed_demo()
    db.session.commit()
    assert not seed_demo()
    first = select(Cohort.id).where(Cohort.name == "Morning class").scalar_subquery()
    assert (
        len(db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == first)).all())
        == len(PEOPLE) - 1
    )
    lines = "\n".join(demo_sign_in_lines("http://127.0.0.1:8000"))
    code = lines.split("Class code   ")[1].split()[0]
    assert demo_pin("Ben") in lines
    answer = post(client, "/sign-in", {"code": code, "name": "ben", "secret": demo_pin("Ben")})
    assert answer.location == "/courses"
    admin = post(
        client,
        "/sign-in",
        {"name": "admin@school.example", "secret": demo_pin("Admin")},
        form="/sign-in?other=1",
    )
    assert admin.location == "/classes"


def test_pins_of_the_demo_school_differ_between_installations(app):
    here = demo_pin("Ben")
    app.config["SECRET_KEY"] = "another installation's secret, just as long as it must be"
    assert demo_pin("Ben") != here
