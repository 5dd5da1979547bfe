"""A student's week: her next class by the class's clock, what is due, "I can't come", and her calendar link."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from lms.accounts.models import EnrolmentStatus
from lms.core.db import db, utcnow
from lms.learning.models import Extension, LessonDate
from lms.programmes import calendars, week
from lms.programmes.feeds import feed_token, make_feed
from lms.programmes.models import AbsenceNotice, CalendarFeed, ClassSession
from lms.programmes.schedule import Slot
from tests.factories import School, enrol, make_school, make_user, plan_class, post, sign_in
from tests.programmes.test_places import place_of
from tests.queries import queries_of


@pytest.fixture
def school(app: Flask) -> School:
    return make_school()


def soon(hours: int) -> tuple[Slot, ...]:
    """A slot that comes in so many hours, by the clocks of Berlin."""
    at = utcnow().astimezone(ZoneInfo("Europe/Berlin")) + timedelta(hours=hours)
    return (Slot(at.weekday(), at.time().replace(second=0, microsecond=0, minute=0), 90),)


def next_of(cohort) -> ClassSession:
    return db.session.scalars(calendars.sessions_of(cohort)).first()


def test_she_sees_her_next_class_with_day_time_and_place(client, school):
    plan_class(school.cohort, slots=soon(30), place="Library", childcare=True)
    sign_in(client, school.ben)
    page = client.get("/week").get_data(as_text=True)
    local = next_of(school.cohort).starts_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{local:%A} {local.day} {local:%B}, {local:%H:%M}" in page
    assert "Library" in page
    assert "The time is that of Berlin." in page
    assert "There is childcare." in page


@pytest.mark.parametrize(
    ("tag", "words"),
    [("fr", "Votre prochain cours"), ("ar", "حصتك القادمة"), ("uk", "Ваше наступне заняття")],
)
def test_the_week_speaks_her_language(client, school, tag, words):
    plan_class(school.cohort, slots=soon(30))
    school.ben.language = tag
    db.session.commit()
    sign_in(client, school.ben)
    page = client.get("/week").get_data(as_text=True)
    assert words in page
    assert ":" in page
    assert f'<html lang="{tag}"' in page


def test_two_taps_say_that_she_cannot_come_and_two_take_it_back(app, school):
    plan_class(school.cohort, slots=soon(30))
    session = next_of(school.cohort)
    ben, ada = app.test_client(), app.test_client()
    sign_in(ben, school.ben)
    sign_in(ada, school.ada)
    address = f"/week/sessions/{session.public_id}"
    for _ in range(2):  # a double tap is one
        answer = post(ben, address, {"action": "absent"}, form="/week")
        assert answer.location.endswith(f"/week#session-{session.public_id}")
    assert "You said that you cannot come." in ben.get("/week").get_data(as_text=True)
    staff = f"/classes/{school.cohort.public_id}"
    assert "1 cannot come" in ada.get(f"{staff}/timetable").get_data(as_text=True)
    assert "Ben" in ada.get(f"{staff}/sessions/{session.public_id}").get_data(as_text=True)
    assert [one.name for one in week.absent_people(session)] == ["Ben"]
    for _ in range(2):
        post(ben, address, {"action": "present"}, form="/week")
    assert db.session.scalars(select(AbsenceNotice)).all() == []


def test_a_class_that_is_over_takes_no_answer(client, school):
    plan_class(school.cohort)
    over = db.session.scalars(calendars.sessions_of(school.cohort, past=True)).first()
    sign_in(client, school.ben)
    post(client, f"/week/sessions/{over.public_id}", {"action": "absent"}, form="/week")
    assert "This class is over." in client.get("/week").get_data(as_text=True)
    assert db.session.scalars(select(AbsenceNotice)).all() == []
    assert post(client, f"/week/sessions/{over.public_id}", {"action": "x"}, form="/week").status_code == 404


def test_what_is_due_comes_with_its_day_and_her_own_date(client, school):
    cohort = plan_class(school.cohort)
    sign_in(client, school.ben)
    open_now = [one for one in week.lesson_dates(school.ben) if one.opens_at <= utcnow() < one.due_at]
    assert open_now
    page = client.get("/week").get_data(as_text=True)
    assert "What to do" in page
    assert "Due on " in page
    chosen = open_now[0]
    later = chosen.due_at + timedelta(days=3)
    db.session.add(Extension(user_id=school.ben.id, cohort_id=cohort.id, lesson_key=chosen.key, due_at=later))
    db.session.commit()
    hers = {one.key: one.due_at for one in week.lesson_dates(school.ben)}
    others = {one.key: one.due_at for one in week.lesson_dates(school.dina)}
    assert hers.pop(chosen.key) == later
    assert others.pop(chosen.key) == chosen.due_at
    assert hers == others
    assert "You have more time" in client.get("/week").get_data(as_text=True)


def test_an_extension_of_a_past_date_brings_the_lesson_back(school):
    cohort = plan_class(school.cohort, starts_on=utcnow().date() - timedelta(weeks=7))
    first = db.session.scalars(
        select(LessonDate).where(LessonDate.cohort_id == cohort.id).order_by(LessonDate.due_at)
    ).first()
    assert first.due_at < utcnow() - week.OVERDUE
    assert first.lesson_key not in {one.key for one in week.lesson_dates(school.ben)}
    db.session.add(
        Extension(
            user_id=school.ben.id, cohort_id=cohort.id, lesson_key=first.lesson_key,
            due_at=utcnow() + timedelta(days=1),
        )
    )  # fmt: skip
    assert first.lesson_key in {one.key for one in week.lesson_dates(school.ben)}


def test_a_cancelled_class_is_shown_and_the_next_one_counts(client, school):
    cohort = plan_class(school.cohort, slots=soon(30))
    session = next_of(cohort)
    calendars.cancel_session(cohort, session, "The heating is broken")
    db.session.commit()
    sign_in(client, school.ben)
    page = client.get("/week").get_data(as_text=True)
    assert "Cancelled" in page
    assert "The heating is broken" in page
    assert week.next_session(school.ben).session.id != session.id


def test_someone_who_pauses_or_has_no_calendar_is_told_what_to_do(client, school):
    sign_in(client, school.ben)
    assert "None of your classes has a calendar yet." in client.get("/week").get_data(as_text=True)
    plan_class(school.cohort, slots=soon(30))
    place_of(school.ben, school.cohort).status = EnrolmentStatus.PAUSED
    db.session.commit()
    page = client.get("/week").get_data(as_text=True)
    assert "Your next class" not in page


def test_a_teacher_sees_her_next_class_too(client, school):
    plan_class(school.cohort, slots=soon(30))
    sign_in(client, school.ada)
    page = client.get("/week").get_data(as_text=True)
    assert "Your next class" in page
    assert "I can't come" not in page


def test_a_calendar_link_opens_her_classes_and_can_be_taken_back(app, school):
    cohort = plan_class(school.cohort, slots=soon(30), place="Library")
    ben, phone = app.test_client(), app.test_client()
    sign_in(ben, school.ben)
    post(ben, "/week/calendar", {"action": "make"}, form="/week")
    page = ben.get("/week").get_data(as_text=True)
    address = page.split('translate="no">http://localhost')[1].split("<")[0]
    answer = phone.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"].startswith("private")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    upcoming = [one for one in events if one["dtstart"].dt > utcnow()]
    session = next_of(cohort)
    assert upcoming[0]["dtstart"].dt == session.starts_at
    assert upcoming[0]["dtstart"].params["TZID"] == "Europe/Berlin"
    assert (upcoming[0]["dtend"].dt - upcoming[0]["dtstart"].dt) == timedelta(minutes=90)
    assert upcoming[0]["location"] == "Library"
    assert upcoming[0]["sequence"] == 0
    assert phone.get(address).data == answer.data
    calendars.cancel_session(cohort, session, "")
    db.session.commit()
    again = next(
        one for one in Calendar.from_ical(phone.get(address).data).walk("VEVENT")
        if one["uid"] == upcoming[0]["uid"]
    )  # fmt: skip
    assert (again["status"], again["sequence"]) == ("CANCELLED", 1)
    post(ben, "/week/calendar", {"action": "make"}, form="/week")
    assert phone.get(address).status_code == 404
    post(ben, "/week/calendar", {"action": "drop"}, form="/week")
    assert db.session.scalars(select(CalendarFeed)).all() == []


def test_the_database_does_not_hold_the_link(app, school):
    feed = make_feed(school.ben)
    db.session.commit()
    token = feed_token(feed)
    assert token not in {feed.nonce, feed.token_hash}
    app.config["SECRET_KEY"] = "another key, as long as it must be, for another site 0123"
    assert feed_token(feed) != token


def test_a_blocked_person_s_link_opens_nothing(client, app, school):
    token = feed_token(make_feed(school.ben))
    school.ben.active = False
    db.session.commit()
    assert client.get(f"/calendar/{token}.ics").status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404


def test_a_name_with_line_ends_cannot_write_into_the_calendar(client, school):
    plan_class(school.cohort, slots=soon(30), name="Evil\r\nATTENDEE:mailto:x@y.example")
    token = feed_token(make_feed(school.ben))
    db.session.commit()
    body = client.get(f"/calendar/{token}.ics").get_data(as_text=True)
    assert "\r\nATTENDEE" not in body


def test_her_week_costs_the_same_queries_in_a_bootcamp(client, school):
    plan_class(school.cohort, slots=soon(30))
    sign_in(client, school.ben)
    client.get("/week")
    few = queries_of(client, "/week")
    days = tuple(
        Slot(day, datetime.min.time().replace(hour=hour), 210) for day in range(5) for hour in (9, 14)
    )
    other = plan_class(school.beside, school.cohort.track, slots=days)
    enrol(school.ben, other)
    for number in range(5):
        enrol(make_user(f"Student {number}"), school.cohort)
    db.session.commit()
    assert queries_of(client, "/week") == few
    assert few <= 28
