"""A student's place: she pauses, moves, leaves, comes back; her work stays hers, and the page tells her."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Enrolment, EnrolmentStatus, Role
from lms.accounts.services import students_of
from lms.core.db import db
from lms.learning.models import Draft, QuizAnswer
from lms.programmes.models import EnrolmentEvent, Reason
from lms.programmes.places import change_place, history_of, news_for
from lms.programmes.services import course_exercises, courses_of
from lms.submissions.models import Submission
from tests.factories import School, enrol, make_school, make_user, plan_class, post, sign_in
from tests.programmes.test_classes import hand_in


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


def place_of(user, cohort) -> Enrolment:
    return db.session.scalars(
        select(Enrolment).where(Enrolment.user_id == user.id, Enrolment.cohort_id == cohort.id)
    ).one()


def path(school, person) -> str:
    return f"/classes/{school.cohort.public_id}/people/{person.public_id}/place"


def move(client, school, **fields):
    form = {"status": "moved", "to_cohort": school.beside.public_id, "reason": "time", "note": "", **fields}
    return post(client, path(school, school.ben), form, form=path(school, school.ben))


def test_a_student_moves_with_her_work_and_her_new_teacher_sees_it(app, school):
    exercise = course_exercises(courses_of(school.cohort))[0]
    handed_in = hand_in(school.ben, exercise, outcome="passed")
    db.session.add(Draft(user_id=school.ben.id, exercise_key=exercise.key, files={"main.py": "1"}))
    db.session.add(
        QuizAnswer(user_id=school.ben.id, lesson_key="l", quiz_id="q", answer={}, right=True, ever_right=True)
    )
    db.session.commit()
    mila = app.test_client()
    sign_in(mila, school.mila)
    assert mila.get(f"/submissions/{handed_in.public_id}").status_code == 404
    cora = app.test_client()
    sign_in(cora, school.cora)
    assert move(cora, school).status_code == 303
    assert place_of(school.ben, school.cohort).status == EnrolmentStatus.MOVED
    assert place_of(school.ben, school.beside).status == EnrolmentStatus.ENROLLED
    # Nothing of hers was touched.
    assert db.session.scalars(select(Submission)).one().cohort_id == school.cohort.id
    assert db.session.scalars(select(Draft)).one().files == {"main.py": "1"}
    assert db.session.scalars(select(QuizAnswer)).one().right
    # The new teacher sees her in the grid with what she had passed, and may open it.
    page = mila.get(f"/classes/{school.beside.public_id}").get_data(as_text=True)
    assert "Ben" in page
    assert "standing passed" in page
    assert mila.get(f"/submissions/{handed_in.public_id}").status_code == 200
    # The old class no longer lists her; its teacher still finds what she did there.
    assert school.ben not in students_of(school.cohort)
    ada = app.test_client()
    sign_in(ada, school.ada)
    assert "Ben" not in ada.get(f"/classes/{school.cohort.public_id}").get_data(as_text=True)
    assert ada.get(f"/submissions/{handed_in.public_id}").status_code == 200


def test_she_signs_in_with_the_old_code_and_hands_in_within_the_new_class(app, school):
    change_place(
        place_of(school.ben, school.cohort), EnrolmentStatus.MOVED, school.cora, reason=Reason.TIME,
        to_cohort=school.beside,
    )  # fmt: skip
    db.session.commit()
    ben = app.test_client()
    answer = post(
        ben, "/sign-in", {"code": school.cohort.join_code, "name": "Ben", "secret": "582913"},
        form="/sign-in?other=1",
    )  # fmt: skip
    assert answer.status_code == 303
    exercise = course_exercises(courses_of(school.beside))[0]
    post(ben, f"/courses/{exercise.key}/submissions", {"client_key": "k" * 20, "code": "print(1)"})
    assert [row.cohort_id for row in db.session.scalars(select(Submission))] == [school.beside.id]


def test_the_student_reads_what_changed(app, school):
    plan_class(school.cohort)
    ben = app.test_client()
    sign_in(ben, school.ben)
    assert "moved" not in ben.get("/week").get_data(as_text=True)
    change_place(
        place_of(school.ben, school.cohort), EnrolmentStatus.MOVED, school.cora, reason=Reason.TIME,
        note="Between us", to_cohort=school.beside,
    )  # fmt: skip
    db.session.commit()
    page = ben.get("/week").get_data(as_text=True)
    assert "You have moved from Morning class to Weekend class" in page
    assert "Between us" not in page
    assert "Not enough time" not in page


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("paused", "You pause in Morning class"),
        ("deferred", "begin again later"),
        ("withdrawn", "You have left Morning class"),
        ("graduated", "You have finished Morning class"),
        ("referred", "another school"),
    ],
)
def test_each_ending_is_told_in_a_sentence(app, school, status, sentence):
    cora, ben = app.test_client(), app.test_client()
    sign_in(cora, school.cora)
    sign_in(ben, school.ben)
    assert move(cora, school, status=status, to_cohort="").status_code == 303
    assert sentence in ben.get("/week").get_data(as_text=True)
    assert ben.get(f"/courses/{school.cohort.course_slug}").status_code == 200
    back = move(cora, school, status="enrolled", to_cohort="", reason="")
    assert back.status_code == 303
    assert "Welcome back" in ben.get("/week").get_data(as_text=True)


def test_the_history_says_who_decided_when_and_why(client, school):
    sign_in(client, school.cora)
    move(client, school, status="paused", to_cohort="", reason="family", note="Until March")
    move(client, school, status="enrolled", to_cohort="", reason="")
    events = history_of(place_of(school.ben, school.cohort))
    assert [event.status for event in events] == ["enrolled", "paused"]
    page = client.get(path(school, school.ben)).get_data(as_text=True)
    for words in ("Pausing", "Family or childcare", "Until March", "Cora", "Joined the class"):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"to_cohort": ""}, "Choose the class"),
        ({"reason": ""}, "Choose a reason"),
        ({"status": "deferred", "to_cohort": "", "reason": ""}, "Choose a reason"),
        ({"status": ""}, "Choose one"),
        ({"status": "queen"}, "Not a valid choice"),
        ({"reason": "x"}, "Not a valid choice"),
        ({"note": "a" * 501}, "at most 500"),
    ],
)
def test_a_form_that_lacks_something_says_what_and_keeps_the_rest(client, school, fields, sentence):
    sign_in(client, school.cora)
    answer = move(client, school, **{"note": "Remember this", **fields})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert fields.get("note", "Remember this")[:20] in page
    assert place_of(school.ben, school.cohort).status == EnrolmentStatus.ENROLLED
    assert db.session.scalars(select(EnrolmentEvent)).all() == []


def test_nobody_moves_into_another_school(client, school):
    sign_in(client, school.cora)
    # The other school's class is not among the choices, whoever sends it.
    assert move(client, school, to_cohort=school.other.public_id).status_code == 422
    with pytest.raises(Exception, match="within one programme"):
        change_place(
            place_of(school.ben, school.cohort), EnrolmentStatus.MOVED, school.root, reason=Reason.TIME,
            to_cohort=school.other,
        )  # fmt: skip


def test_a_name_that_is_taken_in_the_new_class_is_told(client, school):
    enrol(make_user("Ben"), school.beside)
    db.session.commit()
    sign_in(client, school.cora)
    answer = move(client, school)
    assert answer.status_code == 422
    assert "has this name already" in answer.get_data(as_text=True)
    assert place_of(school.ben, school.cohort).status == EnrolmentStatus.ENROLLED


def test_she_may_come_back_to_the_class_she_came_from(school):
    first = place_of(school.ben, school.cohort)
    change_place(first, EnrolmentStatus.MOVED, school.cora, reason=Reason.TIME, to_cohort=school.beside)
    second = place_of(school.ben, school.beside)
    change_place(second, EnrolmentStatus.MOVED, school.cora, reason=Reason.WORK, to_cohort=school.cohort)
    assert (first.status, second.status) == (EnrolmentStatus.ENROLLED, EnrolmentStatus.MOVED)
    assert len(news_for(school.ben)) == 3


def test_a_teacher_who_left_sees_the_class_no_longer(app, school):
    ada = app.test_client()
    sign_in(ada, school.ada)
    place_of(school.ada, school.cohort).status = EnrolmentStatus.WITHDRAWN
    db.session.commit()
    assert ada.get("/classes").status_code == 404
    assert ada.get(f"/classes/{school.cohort.public_id}").status_code == 404


def test_whoever_joined_with_the_code_can_be_made_a_teacher(app, school):
    cora, dina = app.test_client(), app.test_client()
    sign_in(cora, school.cora)
    sign_in(dina, school.dina)
    assert dina.get("/classes").status_code == 404
    answer = post(cora, f"/classes/{school.cohort.public_id}/people/{school.dina.public_id}/teach")
    assert answer.status_code == 303
    assert place_of(school.dina, school.cohort).role == Role.INSTRUCTOR
    assert dina.get(f"/classes/{school.cohort.public_id}").status_code == 200


def test_a_full_class_takes_nobody_new(client, school):
    school.cohort.seats = 2
    db.session.commit()
    answer = post(client, "/join", {"code": "HEJ23456"}, form="/join")
    assert answer.status_code == 422
    assert "All seats of this class are taken" in answer.get_data(as_text=True)
    place_of(school.dina, school.cohort).status = EnrolmentStatus.WITHDRAWN
    db.session.commit()
    assert post(client, "/join", {"code": "HEJ23456"}, form="/join").status_code == 303


@pytest.mark.parametrize(
    "event",
    [
        {"status": "withdrawn"},
        {"status": "moved", "reason": "time"},
        {"status": "asleep"},
        {"status": "paused", "reason": "because"},
    ],
)
def test_the_table_refuses_an_event_that_means_nothing(school, event):
    db.session.add(EnrolmentEvent(enrolment_id=place_of(school.ben, school.cohort).id, **event))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_erasing_a_coordinator_leaves_the_student_s_history(school):
    change_place(place_of(school.ben, school.cohort), EnrolmentStatus.PAUSED, school.cora)
    db.session.commit()
    db.session.delete(school.cora)
    db.session.commit()
    event = db.session.scalars(select(EnrolmentEvent)).one()
    assert (event.status, event.author_id) == (EnrolmentStatus.PAUSED, None)


def test_a_coordinator_of_another_programme_learns_nothing(client: FlaskClient, school):
    sign_in(client, school.olga)
    assert client.get(path(school, school.ben)).status_code == 404
    assert client.get(f"/programmes/{school.cohort.programme.slug}").status_code == 404
    assert "Morning class" not in client.get("/classes").get_data(as_text=True)
