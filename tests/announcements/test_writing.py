"""Announcements are written, looked at, published, changed and withdrawn by those who may; nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.accounts.models import Enrolment, EnrolmentStatus, User
from lms.accounts.services import enrol
from lms.announcements import retention, services
from lms.announcements.models import Announcement, Message, MessageCount
from lms.announcements.rendering import body_html
from lms.core.db import db, utcnow
from lms.programmes import calendars
from lms.programmes.calendars import sessions_of
from tests.announcements.conftest import Open, announce, messages_of
from tests.factories import School, plan_class


def url(school: School, end: str = "") -> str:
    return f"/classes/{school.cohort.public_id}/announcements{end}"


def all_programme(school: School, end: str = "") -> str:
    return f"/programmes/{school.cohort.programme.slug}/announcements{end}"


def names_told(announcement: Announcement) -> set[str]:
    rows = db.session.query(User.name).join(Message, Message.user_id == User.id)
    return {name for (name,) in rows.filter(Message.announcement_id == announcement.id)}


def only() -> Announcement:
    db.session.rollback()
    return db.session.query(Announcement).one()


def test_it_is_looked_at_before_it_is_sent(school: School, browse: Open) -> None:
    ada = browse(school.ada)
    arabic = {"text-ar-title": "لا درس اليوم", "text-ar-body": "آدا مريضة."}
    page = ada.send(url(school, "/new"), "look", **arabic).get_data(as_text=True)
    shown = page[page.index("look-title") : page.index("words-title")]
    assert 'lang="ar" dir="rtl"' in shown
    assert 'lang="en" dir="ltr"' in shown
    assert "آدا مريضة." in shown
    assert db.session.query(Announcement).count() == 0
    answer = ada.send(url(school, "/new"), **arabic)
    assert answer.status_code == 303
    assert names_told(only()) == {"Ben", "Dina", "Cora"}
    assert "It went to 3 people." in ada.page(answer.location)


def test_the_same_form_sent_twice_is_one_announcement(school: School, browse: Open) -> None:
    ada = browse(school.ada)
    for _ in range(2):
        answer = ada.send(url(school, "/new"), client_key="same")
        assert answer.status_code == 303
    assert len(messages_of(school.ben)) == 1
    # Another person's key leads to nobody else's announcement.
    assert browse(school.cora).send(url(school, "/new"), client_key="same").status_code == 409


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(school: School, browse: Open) -> None:
    ada = browse(school.ada)
    answer = ada.send(url(school, "/new"), **{"text-fr-title": "Pas de cours", "urgent": "y"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Pas de cours" in page
    assert "Ada is ill." in page
    assert 'id="text-fr-body-error"' in page
    assert 'id="urgent_reason-error"' in page
    empty = ada.send(url(school, "/new"), **{"text-en-title": "", "text-en-body": " "})
    assert empty.status_code == 422
    assert "in at least one language" in empty.get_data(as_text=True)
    assert db.session.query(Announcement).count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"when": "later"}, "day-error"),
        ({"when": "later", "day": "2020-01-01", "clock": "10:00"}, "This time is over already."),
        ({"when": "later", "day": "9999-12-31", "clock": "10:00"}, "within the next year"),
        ({"when": "later", "day": "tomorrow", "clock": "25:00"}, "Write a date"),
        ({"last_day": "2020-01-01"}, "before the announcement appears"),
        ({"last_day": "9999-12-31"}, "within the next year"),
        ({"text-en-title": "x" * 121}, "at most 120"),
        ({"text-en-body": "x" * 4001}, "at most 4000"),
    ],
)
def test_times_and_lengths_are_checked(
    school: School, browse: Open, fields: dict[str, str], words: str
) -> None:
    answer = browse(school.ada).send(url(school, "/new"), **fields)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_what_is_written_for_later_appears_at_its_time_and_once(school: School, browse: Open) -> None:
    tomorrow = utcnow() + timedelta(days=1)
    browse(school.ada).send(
        url(school, "/new"), when="later", day=tomorrow.date().isoformat(), clock=tomorrow.strftime("%H:%M")
    )
    assert messages_of(school.ben) == []
    assert services.publish_due() == 0
    assert services.publish_due(tomorrow) == 1
    assert services.publish_due(tomorrow) == 0
    db.session.commit()
    assert len(messages_of(school.ben)) == 1


def test_all_classes_of_a_programme_are_told_once_each(school: School, browse: Open) -> None:
    enrol(school.ben, school.beside)
    db.session.commit()
    assert browse(school.cora).send(all_programme(school, "/new")).status_code == 303
    assert names_told(only()) == {"Ada", "Ben", "Dina", "Mila"}
    assert len(messages_of(school.ben)) == 1
    assert messages_of(school.cleo) == []


def test_who_writes_where(school: School, browse: Open) -> None:
    told = announce(school)
    for person in (school.ben, school.cleo, school.otto, school.olga, school.mila):
        somebody = browse(person)
        somebody.page(url(school, "/new"), 404)
        somebody.page(url(school, f"/{told.public_id}"), 404)
        assert somebody.post(url(school, "/new"), action="send").status_code == 404
        assert somebody.post(url(school, f"/{told.public_id}/withdraw")).status_code == 404
    browse(school.ada).page(all_programme(school), 404)
    # An announcement of one class has no address under another one, nor under the programme.
    cora = browse(school.cora)
    cora.page(f"/classes/{school.beside.public_id}/announcements/{told.public_id}", 404)
    cora.page(all_programme(school, f"/{told.public_id}"), 404)


def test_who_has_left_is_told_nothing(school: School) -> None:
    place = db.session.query(Enrolment).filter_by(user_id=school.ben.id).one()
    place.status = EnrolmentStatus.WITHDRAWN
    db.session.commit()
    announce(school)
    assert messages_of(school.ben) == []


def test_who_joins_later_gets_what_still_holds(school: School) -> None:
    announce(school)
    over = announce(school, expires_at=utcnow() + timedelta(seconds=1))
    newcomer = school.cleo
    enrol(newcomer, school.cohort)
    over.expires_at = over.publish_at + timedelta(microseconds=1)
    db.session.commit()
    assert services.deliver_to_newcomers() == 1
    assert services.deliver_to_newcomers() == 0
    db.session.commit()
    assert len(messages_of(newcomer)) == 1


def change_form(announcement: Announcement, **more: str) -> dict[str, str]:
    return {
        "action": "send",
        "version": str(announcement.version),
        "main_language": "en",
        "text-en-title": "Class at five",
        "text-en-body": "Come at five.",
        **more,
    }


def test_a_change_leaves_a_trace_and_takes_languages_out(school: School, browse: Open) -> None:
    made = announce(school, "en", "fr")
    edit = url(school, f"/{made.public_id}/edit")
    ada = browse(school.ada)
    assert "Title fr" in ada.page(edit)
    assert ada.post(edit, **change_form(made)).status_code == 303
    page = browse(school.ben).page(f"/messages/{messages_of(school.ben)[0].public_id}")
    assert "Class at five" in page
    assert "Changed on" in page
    assert [text.language for text in only().texts] == ["en"]


def test_two_who_change_it_do_not_write_over_each_other(school: School, browse: Open) -> None:
    made = announce(school)
    edit = url(school, f"/{made.public_id}/edit")
    form = change_form(made)
    assert browse(school.ada).post(edit, **form).status_code == 303
    answer = browse(school.cora).post(edit, **{**form, "text-en-body": "Come at six."})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Come at six." in page
    assert "Come at five." in page
    assert only().texts[0].body == "Come at five."


def test_a_withdrawn_one_leaves_every_list(school: School, browse: Open) -> None:
    made = announce(school)
    ben = browse(school.ben)
    message = messages_of(school.ben)[0]
    assert "1 new message" in ben.page("/messages")
    assert browse(school.ada).post(url(school, f"/{made.public_id}/withdraw")).status_code == 303
    page = ben.page("/messages")
    assert "Title en" not in page
    assert "new message" not in page
    opened = ben.page(f"/messages/{message.public_id}")
    assert "This message was withdrawn." in opened
    assert "Text en" not in opened
    # Nor can it be changed, or published after all.
    edit = url(school, f"/{made.public_id}/edit")
    assert browse(school.cora).post(edit, **change_form(made)).status_code == 303
    assert only().texts[0].body == "Text en"


@pytest.mark.parametrize(
    ("typed", "never", "shown"),
    [
        ("<script>alert(1)</script>", "<script", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "href", "javascript:alert"),
        ("[x](data:text/html,hi)", "href", "data:"),
        ("![x](https://a.example/spy.png)", "<img", "a.example"),
        ("<img src=x onerror=alert(1)>", "<img", "&lt;img"),
        ("# Big", "<h1", "# Big"),
        ("https://a.example/b.", 'b."', 'href="https://a.example/b"'),
        ("**yes** and _no_", "**", "<strong>yes</strong>"),
        ('https://a.example/"onmouseover="x', 'onmouseover="x"', "a.example"),
    ],
)
def test_the_words_are_shown_and_nothing_else(typed: str, never: str, shown: str) -> None:
    html = body_html(typed)
    assert never not in html
    assert shown in html


def test_a_class_cancelled_today_offers_the_words(school: School, browse: Open) -> None:
    plan_class(school.cohort)
    session = db.session.scalars(sessions_of(school.cohort)).first()
    assert session is not None
    session.starts_at = utcnow() + timedelta(hours=5)
    db.session.commit()
    ada = browse(school.ada)
    timetable = f"/classes/{school.cohort.public_id}/timetable"
    assert "Tell the class" not in ada.page(timetable)
    calendars.cancel_session(school.cohort, session, "Ada is ill")
    session.starts_at = utcnow() + timedelta(hours=5)
    db.session.commit()
    assert "Tell the class" in ada.page(timetable)
    form = ada.page(url(school, f"/new?session={session.public_id}"))
    for words in ("The class is cancelled", "Le cours est annulé", "أُلغيت الحصة", "Заняття скасовано"):
        assert words in form
    assert "Ada is ill" in form
    browse(school.cora).page(
        f"/classes/{school.beside.public_id}/announcements/new?session={session.public_id}", 404
    )


def test_what_is_old_is_erased_and_counted(school: School) -> None:
    announce(school)
    assert retention.erase_old() == 0
    assert retention.erase_old(utcnow() + timedelta(days=200)) == 3
    assert retention.erase_old(utcnow() + timedelta(days=400)) == 1
    db.session.commit()
    counts = {row.what: row.count for row in db.session.query(MessageCount)}
    assert counts == {"message:announcement": 3, "announcement:en": 1}
    assert db.session.query(Announcement).count() == 0
