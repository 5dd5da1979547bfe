"""A coordinator plans: tracks at two paces, classes with their times, and every mistake told in a sentence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Cohort, Pace, Programme, ProgrammeStaff, Track
from lms.core.db import db, utcnow
from lms.programmes import planning
from lms.programmes.models import ClassSession, TimeSlot
from tests.factories import (
    COURSE,
    OTHER_COURSE,
    School,
    make_cohort,
    make_school,
    make_track,
    plan_class,
    post,
    sign_in,
)
from tests.queries import queries_of

SOON = (utcnow().date() + timedelta(days=20)).isoformat()


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


@pytest.fixture
def cora(app: Flask, school: School) -> FlaskClient:
    client = app.test_client()
    sign_in(client, school.cora)
    return client


def programme(school) -> str:
    return f"/programmes/{school.cohort.programme.slug}"


def track_form(**more) -> dict[str, str]:
    return {
        "name": "Evenings", "courses-0": OTHER_COURSE, "courses-1": COURSE, "pace": "steady",
        "hours_per_week": "4", "sessions_per_week": "2", "weeks": "", "buffer_weeks": "2", **more,
    }  # fmt: skip


def cohort_form(track: Track, **more) -> dict[str, str]:
    return {
        "name": "Autumn class", "track": track.public_id, "starts_on": SOON, "time_zone": "Europe/Berlin",
        "country": "DE", "part": "be", "teaching_language": "de", "place": "مكتبة", "link": "", "seats": "٢٠",
        "childcare": "y", "slots-0-weekday": "1", "slots-0-starts": "18:00", "slots-0-minutes": "120",
        "slots-1-weekday": "3", "slots-1-starts": "18:00", "slots-1-minutes": "120",
        "slots-2-weekday": "", "slots-2-starts": "", "slots-2-minutes": "", **more,
    }  # fmt: skip


def test_a_track_counts_its_weeks_from_the_courses_and_the_pace(cora, school):
    path = f"{programme(school)}/tracks/new"
    assert post(cora, path, track_form(), form=path).status_code == 303
    fast = track_form(name="Bootcamp", pace="bootcamp", hours_per_week="35", sessions_per_week="10")
    assert post(cora, path, fast, form=path).status_code == 303
    slow, quick = db.session.scalars(select(Track).order_by(Track.id))
    assert (slow.weeks, quick.weeks) == (9, 1)
    assert planning.slugs_of(slow) == planning.slugs_of(quick) == [OTHER_COURSE, COURSE]
    assert quick.pace == Pace.BOOTCAMP
    page = cora.get(programme(school)).get_data(as_text=True)
    assert "Evenings" in page
    assert "9 weeks" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"courses-0": "", "courses-1": ""}, "Choose at least one course."),
        ({"courses-0": "no-such-course"}, "Not a valid choice"),
        ({"hours_per_week": "a few"}, "Write a whole number."),
        ({"hours_per_week": "99"}, "Write a number from 1 to 60."),
        ({"pace": "sprint"}, "Not a valid choice"),
        ({"name": "Taken"}, "has this name already"),
    ],
)
def test_a_track_that_cannot_be_says_why_and_keeps_the_rest(cora, school, fields, sentence):
    make_track(school.cohort.programme).name = "Taken"
    db.session.commit()
    path = f"{programme(school)}/tracks/new"
    answer = post(cora, path, track_form(buffer_weeks="7", **fields), form=path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="7"' in page
    assert len(db.session.scalars(select(Track)).all()) == 1


def test_classes_follow_a_changed_track_unless_they_have_ended(cora, school):
    running = plan_class(school.cohort)
    ended = plan_class(school.beside, running.track, starts_on=date(2024, 1, 1))
    path = f"{programme(school)}/tracks/{running.track.public_id}"
    answer = post(
        cora, path, track_form(weeks="10", **{"courses-0": COURSE, "courses-1": OTHER_COURSE}), form=path
    )
    assert answer.status_code == 303
    assert running.course_slugs == (COURSE, OTHER_COURSE)
    assert ended.course_slugs == (COURSE,)

    def sessions(cohort):
        return len(db.session.scalars(select(ClassSession).where(ClassSession.cohort_id == cohort.id)).all())

    assert (sessions(running), sessions(ended)) == (20, 16)


def test_a_held_track_says_when_a_course_has_changed(cora, school):
    path = f"{programme(school)}/tracks/new"
    post(cora, path, track_form(pinned="y"), form=path)
    assert "has changed" not in cora.get(programme(school)).get_data(as_text=True)
    track = db.session.scalars(select(Track)).one()
    track.courses[0].version = "0" * 64
    db.session.commit()
    assert "has changed" in cora.get(programme(school)).get_data(as_text=True)
    assert planning.changed_courses(track) == [OTHER_COURSE]


def test_a_class_is_made_with_its_calendar(cora, school):
    track = make_track(school.cohort.programme)
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    answer = post(cora, path, cohort_form(track), form=path)
    cohort = db.session.scalars(select(Cohort).where(Cohort.name == "Autumn class")).one()
    assert answer.location.endswith(f"/classes/{cohort.public_id}/timetable")
    assert (cohort.region, cohort.seats, cohort.childcare, cohort.place) == ("DE-BE", 20, True, "مكتبة")
    assert cohort.teaching_language == "de"
    assert cohort.course_slugs == (COURSE,)
    assert len(db.session.scalars(select(TimeSlot).where(TimeSlot.cohort_id == cohort.id)).all()) == 2
    page = cora.get(answer.location).get_data(as_text=True)
    assert "16 classes are planned." in page
    assert "By the clocks of Berlin." in page
    assert "1 to" not in cora.get(programme(school)).get_data(as_text=True)
    assert "0 of 20 seats taken" in cora.get(programme(school)).get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"starts_on": "soon"}, "Write a date such as"),
        ({"time_zone": "Mars/Base"}, "Not a valid choice"),
        ({"part": "XX"}, "Use one of these codes: BB, BE"),
        ({"link": "javascript:alert(1)"}, "A link begins with https://"),
        ({"seats": "0"}, "Write a number from 1 to 1000."),
        ({"slots-0-starts": "six"}, "Write a time such as 18:30."),
        ({"slots-0-starts": ""}, "Please fill this in."),
        ({"slots-0-minutes": "5"}, "Write a number from 15 to 600."),
        ({"slots-1-weekday": "1"}, "name the same time"),
        ({"slots-1-weekday": "9"}, "Not a valid choice"),
    ],
)
def test_a_class_that_cannot_be_says_why_and_keeps_the_rest(cora, school, fields, sentence):
    track = make_track(school.cohort.programme)
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    answer = post(cora, path, cohort_form(track, **fields), form=path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "مكتبة" in page
    assert db.session.scalars(select(Cohort).where(Cohort.name == "Autumn class")).all() == []


def test_a_plan_can_be_changed_and_shows_what_it_is(cora, school):
    cohort = plan_class(school.cohort, place="Library")
    path = f"/classes/{cohort.public_id}/plan"
    page = cora.get(path).get_data(as_text=True)
    assert 'value="Library"' in page
    assert 'value="18:00"' in page
    answer = post(
        cora, path, cohort_form(cohort.track, name="Renamed", starts_on=str(cohort.starts_on)), form=path
    )
    assert answer.status_code == 303
    assert (cohort.name, cohort.place) == ("Renamed", "مكتبة")


def test_a_track_of_another_programme_is_not_among_the_choices(cora, school):
    foreign = make_track(school.other.programme)
    make_track(school.cohort.programme)
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    assert foreign.public_id not in cora.get(path).get_data(as_text=True)
    assert post(cora, path, cohort_form(foreign), form=path).status_code == 422


def test_a_class_without_days_left_warns(cora, school):
    track = make_track(school.cohort.programme, weeks=60)
    track.buffer_weeks = 0
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    answer = post(cora, path, cohort_form(track), form=path)
    assert "no day was left" in cora.get(answer.location).get_data(as_text=True)


def test_staff_move_and_cancel_a_class_and_add_days_without_class(app, school):
    cohort = plan_class(school.cohort)
    ada = app.test_client()
    sign_in(ada, school.ada)
    timetable = f"/classes/{cohort.public_id}/timetable"
    session = db.session.scalars(
        select(ClassSession).where(ClassSession.starts_at > utcnow()).order_by(ClassSession.starts_at)
    ).first()
    path = f"/classes/{cohort.public_id}/sessions/{session.public_id}"
    day = (session.planned_day + timedelta(days=1)).isoformat()
    moved = post(
        ada, path, {"action": "move", "day": day, "starts": "10:00", "note": "Room taken"}, form=path
    )
    assert moved.status_code == 303
    assert "Room taken" in ada.get(path).get_data(as_text=True)
    assert post(ada, path, {"action": "restore"}, form=path).status_code == 303
    assert post(ada, path, {"action": "cancel", "note": "Ill"}, form=path).status_code == 303
    assert "Cancelled" in ada.get(timetable).get_data(as_text=True)
    late = post(ada, path, {"action": "move", "day": "2020-01-01", "starts": "10:00"}, form=path)
    assert late.status_code == 422
    assert "This time is over." in late.get_data(as_text=True)
    assert 'value="2020-01-01"' in late.get_data(as_text=True)
    assert post(ada, path, {"action": "explode"}, form=path).status_code == 404
    holiday = {"action": "holiday", "first": SOON, "last": SOON, "note": "Trip"}
    assert post(ada, timetable, holiday, form=timetable).status_code == 303
    wrong = post(ada, timetable, {**holiday, "last": "2020-01-01"}, form=timetable)
    assert wrong.status_code == 422
    assert "before the first" in wrong.get_data(as_text=True)
    extra = {"action": "extra", "day": SOON, "starts": "08:00", "minutes": "60", "note": "Questions"}
    assert post(ada, timetable, extra, form=timetable).status_code == 303
    assert "Questions" in ada.get(timetable).get_data(as_text=True)
    again = post(ada, timetable, extra, form=timetable)
    assert again.status_code == 422
    assert "meets at this time already" in again.get_data(as_text=True)
    # Planning itself is the coordinators'.
    assert ada.get(f"/classes/{cohort.public_id}/plan").status_code == 404
    assert ada.get(f"{timetable}?past=1").status_code == 200


def test_an_admin_makes_a_programme_and_lets_a_teacher_coordinate_it(app, school):
    root = app.test_client()
    sign_in(root, school.root)
    form = {"name": "Women who code", "slug": "women-who-code"}
    made = post(root, "/programmes/new", form, form="/programmes/new")
    assert made.location.endswith("/programmes/women-who-code")
    twice = post(root, "/programmes/new", form, form="/programmes/new")
    assert twice.status_code == 422
    assert "has this short name already" in twice.get_data(as_text=True)
    assert (
        post(root, "/programmes/new", {**form, "slug": "a/../b"}, form="/programmes/new").status_code == 422
    )
    assert db.session.scalars(select(Programme).where(Programme.slug == "women-who-code")).one()
    here = programme(school)
    answer = post(root, f"{here}/coordinators", {"person": school.ada.public_id}, form=here)
    assert answer.status_code == 303
    assert len(db.session.scalars(select(ProgrammeStaff)).all()) == 3
    ada = app.test_client()
    sign_in(ada, school.ada)
    assert ada.get(here).status_code == 200
    stranger = post(root, f"{here}/coordinators", {"person": school.otto.public_id}, form=here)
    assert stranger.status_code == 422


def test_long_lists_come_in_pages_with_few_queries(cora, school):
    here = school.cohort.programme
    plan_class(school.cohort)
    cora.get("/classes")
    counts = {path: queries_of(cora, path) for path in ("/classes", programme(school))}
    for number in range(40):
        make_cohort(f"Class {number}", code=f"CODE{number:04}", programme=here).track = school.cohort.track
    db.session.commit()
    for path, few in counts.items():
        assert queries_of(cora, path) == few
        assert few <= 12
        first = cora.get(path).get_data(as_text=True)
        assert "page=2" in first
        second = cora.get(f"{path}?page=2").get_data(as_text=True)
        assert "page=1" in second
        assert "page=3" not in second
    assert cora.get("/classes?page=999999999").status_code == 200
    assert cora.get("/classes?page=x").status_code == 200


def test_a_timetable_of_a_whole_bootcamp_costs_few_queries(cora, school):
    cohort = plan_class(school.cohort)
    path = f"/classes/{cohort.public_id}/timetable"
    cora.get(path)
    few = queries_of(cora, path)
    cohort.track.weeks = 40
    planning.lay_out_cohort(cohort)
    db.session.commit()
    assert queries_of(cora, path) == few
    assert few <= 14
    assert "page=2" in cora.get(path).get_data(as_text=True)


@pytest.mark.parametrize("written", ["18:00", "18.00", "1800", "18 h 00", "١٨:٠٠", " 18:00 "])
def test_a_time_is_read_as_people_write_it(cora, school, written):
    track = make_track(school.cohort.programme)
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    assert post(cora, path, cohort_form(track, **{"slots-0-starts": written}), form=path).status_code == 303
    assert {slot.starts.isoformat() for slot in db.session.scalars(select(TimeSlot))} == {"18:00:00"}


@pytest.mark.parametrize("written", ["24:00", "18:60", "18", "six", "18:00:00"])
def test_what_is_no_time_is_told(cora, school, written):
    track = make_track(school.cohort.programme)
    db.session.commit()
    path = f"{programme(school)}/classes/new"
    answer = post(cora, path, cohort_form(track, **{"slots-0-starts": written}), form=path)
    assert answer.status_code == 422
    assert "Write a time such as 18:30." in answer.get_data(as_text=True)
    assert f'value="{written}"' in answer.get_data(as_text=True)
