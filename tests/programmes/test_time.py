"""More time for one student: given for one lesson or for weeks, changed, taken back; her week shows it."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Cohort, EnrolmentStatus
from lms.core.db import db, utcnow
from lms.learning.models import Extension, LessonDate
from lms.programmes import week
from lms.programmes.calendars import NotPossible
from lms.programmes.extensions import give_lesson, give_weeks, lesson_times
from tests.factories import School, make_school, plan_class, post, sign_in
from tests.programmes.test_places import place_of
from tests.queries import queries_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def school(app: Flask) -> School:
    made = make_school()
    plan_class(made.cohort)
    return made


@pytest.fixture
def ada(app, school):
    client = app.test_client()
    sign_in(client, school.ada)
    return client


def path(school) -> str:
    return f"/classes/{school.cohort.public_id}/people/{school.ben.public_id}/time"


def due_soon(cohort: Cohort) -> list[LessonDate]:
    found = db.session.scalars(
        select(LessonDate)
        .where(LessonDate.cohort_id == cohort.id, LessonDate.due_at > utcnow())
        .order_by(LessonDate.due_at)
    )
    return list(found)


def day_after(lesson: LessonDate, days: int) -> date:
    return lesson.due_at.astimezone(BERLIN).date() + timedelta(days=days)


def give(client, school, **fields):
    form = {"lesson": "soon", "weeks": "2", **fields}
    return post(client, path(school), form, form=path(school))


def given() -> list[Extension]:
    db.session.rollback()
    return list(db.session.scalars(select(Extension).order_by(Extension.id)))


def test_more_time_for_one_lesson_is_given_changed_and_taken_back(app, school, ada):
    lesson = due_soon(school.cohort)[0]
    key, first, second = lesson.lesson_key, day_after(lesson, 5), day_after(lesson, 2)
    assert give(ada, school, lesson=key, until=first.isoformat(), weeks="nonsense").status_code == 303
    (one,) = given()
    assert one.due_at.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == f"{first} 23:59"
    assert (one.user_id, one.author_id) == (school.ben.id, school.ada.id)
    page = ada.get(path(school)).get_data(as_text=True)
    assert "Given by Ada" in page
    assert f"{first.day} {first:%B}, 23:59" in page
    ben = app.test_client()
    sign_in(ben, school.ben)
    assert "You have more time" in ben.get("/week").get_data(as_text=True)
    # Her coordinator chooses an earlier day: the last word counts.
    cora = app.test_client()
    sign_in(cora, school.cora)
    assert give(cora, school, lesson=key, until=second.isoformat()).status_code == 303
    (one,) = given()
    assert one.due_at.astimezone(BERLIN).date() == second
    assert one.author_id == school.cora.id
    for _ in range(2):  # a double click is one
        assert post(ada, path(school), {"withdraw": key}, form=path(school)).status_code == 303
    assert not given()
    assert "You have more time" not in ben.get("/week").get_data(as_text=True)


def test_more_time_for_all_lessons_of_the_next_weeks(school, ada):
    soon = [one for one in due_soon(school.cohort) if one.due_at < utcnow() + timedelta(weeks=2)]
    assert len(soon) > 1
    longest, until = day_after(soon[-1], 30), day_after(soon[-1], 3)
    give(ada, school, lesson=soon[0].lesson_key, until=longest.isoformat())
    assert give(ada, school, weeks="٢", until=until.isoformat()).status_code == 303
    days = {one.lesson_key: one.due_at.astimezone(BERLIN).date() for one in given()}
    # What had been given for longer is not shortened.
    assert days == {soon[0].lesson_key: longest, **{one.lesson_key: until for one in soon[1:]}}
    hers = {one.key for one in week.lesson_dates(school.ben) if one.extended}
    assert hers <= set(days)
    assert not [one for one in week.lesson_dates(school.dina) if one.extended]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": ""}, "Please fill this in."),
        ({"until": "soon"}, "Write a date such as"),
        ({"until": "2020-01-31"}, "This day is over."),
        ({"until": "9999-12-31"}, "more than a year away"),
        ({"until": "{due}"}, "The day must be later than the date"),
        ({"until": "{later}", "weeks": ""}, "Please fill this in."),
        ({"until": "{later}", "weeks": "0"}, "Write a number from 1 to 12."),
        ({"until": "{later}", "weeks": "many"}, "Write a whole number."),
        ({"until": "{later}", "lesson": "no/such"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_told_and_the_form_is_kept(school, ada, fields, sentence):
    days = {
        "due": day_after(due_soon(school.cohort)[0], -1),
        "later": day_after(due_soon(school.cohort)[-1], 1),
    }
    fields = {name: value.format(**days) for name, value in fields.items()}
    answer = give(ada, school, **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{fields["until"]}"' in page
    assert not given()


def test_a_lesson_whose_class_date_is_later_is_refused(school, ada):
    lesson = due_soon(school.cohort)[-1]
    answer = give(ada, school, lesson=lesson.lesson_key, until=day_after(lesson, -1).isoformat())
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "The day must be later than the date of the class." in page
    assert f'<option selected value="{lesson.lesson_key}">' in page
    assert not given()


def test_weeks_without_lessons_and_lessons_that_are_gone_are_told(school):
    place = place_of(school.ben, school.cohort)
    until = utcnow().date() + timedelta(days=90)
    with pytest.raises(NotPossible, match="This lesson has no date"):
        give_lesson(place, school.cohort, "no/such", until, school.ada)
    for row in due_soon(school.cohort):
        db.session.delete(row)
    db.session.flush()
    with pytest.raises(NotPossible, match="No lesson is due in the next 3 weeks"):
        give_weeks(place, school.cohort, 3, until, school.ada)


def test_who_has_left_gets_no_more_time(school, ada):
    place_of(school.ben, school.cohort).status = EnrolmentStatus.WITHDRAWN
    db.session.commit()
    assert "Only students who are in the class" in ada.get(path(school)).get_data(as_text=True)
    until = day_after(due_soon(school.cohort)[-1], 1)
    form = {"lesson": "soon", "weeks": "2", "until": until.isoformat()}
    answer = post(ada, path(school), form, form=f"/classes/{school.cohort.public_id}")
    assert answer.status_code == 422
    assert not given()


def test_a_class_date_that_moves_past_her_own_counts(app, school, ada):
    lesson = due_soon(school.cohort)[0]
    give(ada, school, lesson=lesson.lesson_key, until=day_after(lesson, 1).isoformat())
    moved = db.session.get_one(LessonDate, (school.cohort.id, lesson.lesson_key))
    moved.due_at += timedelta(days=4)
    db.session.commit()
    assert "later now than the time that was given" in ada.get(path(school)).get_data(as_text=True)
    ben = app.test_client()
    sign_in(ben, school.ben)
    assert "You have more time" not in ben.get("/week").get_data(as_text=True)


@pytest.mark.parametrize("who", ["mila", "otto", "dina", "ben"])
def test_others_find_nothing_and_change_nothing(client, school, who):
    lesson = due_soon(school.cohort)[0]
    form = {"lesson": lesson.lesson_key, "until": day_after(lesson, 1).isoformat()}
    sign_in(client, getattr(school, who))
    assert client.get(path(school)).status_code == 404
    assert post(client, path(school), form, form="/courses").status_code == 404
    assert not given()


def test_a_class_without_a_calendar_says_so(client, school):
    sign_in(client, school.mila)
    base = f"/classes/{school.beside.public_id}"
    assert client.get(f"{base}/people/{school.ben.public_id}/time").status_code == 404
    assert not lesson_times(school.ben, school.beside)


def test_the_page_costs_the_same_queries_however_much_is_given(school, ada):
    ada.get(path(school))
    few = queries_of(ada, path(school))
    until = day_after(due_soon(school.cohort)[-1], 1)
    assert give(ada, school, weeks="12", until=until.isoformat()).status_code == 303
    ada.get(path(school))
    assert len(given()) > 2
    assert queries_of(ada, path(school)) == few
