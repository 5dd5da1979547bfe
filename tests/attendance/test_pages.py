"""The screens: one form for everybody, nothing lost on a conflict, hours to take away, sheets to sign."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms.accounts.services import rename
from lms.attendance import services, signing
from lms.attendance.models import Attendance, Presence
from lms.attendance.services import Mark
from lms.core.db import db, utcnow
from lms.programmes.models import ClassSession
from tests.factories import School, enrol, make_school, make_user, plan_class, post, sign_in
from tests.queries import queries_of


@pytest.fixture
def school(app) -> School:
    made = make_school()
    for user in (made.ben, made.dina):
        user.enrolments[0].created_at = utcnow() - timedelta(days=40)
    plan_class(made.cohort)
    return made


@pytest.fixture
def session(school) -> ClassSession:
    return db.session.scalars(services.past_sessions(school.cohort)).first()


@pytest.fixture
def ada(client, school):
    sign_in(client, school.ada)
    return client


def page_of(school, session) -> str:
    return f"/classes/{school.cohort.public_id}/attendance/{session.public_id}"


def fields(*people, **status: str) -> dict[str, str]:
    sent = {}
    for user in people:
        sent[f"status-{user.public_id}"] = status[user.name.lower()]
        sent[f"version-{user.public_id}"] = "0"
    return sent


def statuses(session) -> dict[str, str]:
    rows = db.session.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {row.user.name: row.status for row in rows}


def test_the_whole_class_is_one_form(ada, school, session):
    here = page_of(school, session)
    page = ada.get(here).text
    assert page.count('value="present" checked') == 2
    sent = fields(school.ben, school.dina, ben="present", dina="late") | {
        f"off-{school.dina.public_id}": "١٥"
    }
    answer = post(ada, here, sent, form=here)
    assert answer.status_code == 303
    assert statuses(session) == {"Ben": "present", "Dina": "late"}
    overview = ada.get(answer.location).text
    assert "Recorded" in overview
    assert "2 of 2 were there" in overview


def test_what_was_chosen_is_kept_when_something_is_missing(ada, school, session):
    here = page_of(school, session)
    sent = fields(school.ben, school.dina, ben="absent", dina="late")
    answer = post(ada, here, sent, form=here)
    assert answer.status_code == 400
    assert "how many minutes" in answer.text
    assert f'name="status-{school.ben.public_id}" value="absent" checked' in answer.text
    assert f'name="status-{school.dina.public_id}" value="late" checked' in answer.text
    assert statuses(session) == {}


def test_two_teachers_at_once_see_each_other(ada, school, session):
    services.mark(session, {school.ben.id: Mark(Presence.LATE, 10)}, school.cora)
    db.session.commit()
    here = page_of(school, session)
    answer = post(ada, here, fields(school.ben, school.dina, ben="absent", dina="present"), form=here)
    assert answer.status_code == 409
    assert "Recorded by somebody else: Late by 10 min" in answer.text
    assert f'name="status-{school.ben.public_id}" value="absent" checked' in answer.text
    assert f'name="version-{school.ben.public_id}" value="1"' in answer.text, "saving again is meant"
    assert statuses(session) == {"Ben": "late"}


def test_a_closed_list_asks_for_a_reason(ada, school):
    session = db.session.scalars(services.past_sessions(school.cohort)).all()[-1]
    here = page_of(school, session)
    assert "This list is closed" in ada.get(here).text
    sent = fields(school.ben, ben="present")
    refused = post(ada, here, sent, form=here)
    assert refused.status_code == 400
    assert 'name="reason"' in refused.text, "where to write it"
    assert post(ada, here, {**sent, "reason": "From paper"}, form=here).status_code == 303
    kept = ada.get(here).text
    assert "Not recorded yet → There" in kept
    assert "From paper" in kept


def test_a_class_that_has_not_begun_has_no_form(ada, school):
    later = db.session.scalars(
        select(ClassSession).where(ClassSession.starts_at > utcnow()).order_by(ClassSession.starts_at)
    ).first()
    page = ada.get(page_of(school, later)).text
    assert "has not begun" in page
    assert "status-" not in page


def test_a_student_confirms_on_her_week(client, school, session):
    services.mark(session, {school.ben.id: Mark(Presence.LATE, 10)}, school.ada)
    db.session.commit()
    sign_in(client, school.ben)
    week = client.get("/week").text
    assert "Recorded: Late by 10 min" in week
    here = f"/week/attendance/{session.public_id}"
    assert (
        "Write what is not right" in post(client, here, {"word": "wrong", "note": " "}, form="/week").text
        or "Write what is not right" in client.get("/week").text
    )
    post(client, here, {"word": "wrong", "note": "Only 5 minutes."}, form="/week")
    assert "Late by 10 min" not in client.get("/week").text
    client.post("/sign-out", data={})
    teacher = client.application.test_client()
    sign_in(teacher, school.ada)
    assert "Only 5 minutes." in teacher.get(page_of(school, session)).text
    assert "1 student says: not right" in teacher.get(f"/classes/{school.cohort.public_id}/attendance").text


def test_an_unknown_word_is_no_page(client, school, session):
    sign_in(client, school.ben)
    assert (
        post(client, f"/week/attendance/{session.public_id}", {"word": "x"}, form="/week").status_code == 404
    )


def hours_url(school, session, kind: str) -> str:
    return f"/classes/{school.cohort.public_id}/hours{kind}?month={session.starts_at:%Y-%m}"


def test_hours_of_a_month(ada, school, session):
    services.mark(
        session, {school.ben.id: Mark(Presence.LATE, 30), school.dina.id: Mark(Presence.ABSENT)}, school.ada
    )
    db.session.commit()
    page = ada.get(hours_url(school, session, "")).text
    assert ">1:30<" in page
    assert ">0:00<" in page
    assert ada.get(f"/classes/{school.cohort.public_id}/hours?month=nonsense").status_code == 200


def test_a_name_that_is_a_formula_stays_a_name(ada, school, session):
    evil = '=HYPERLINK("http://evil.example","x")'
    rename(school.ben, evil)
    services.mark(session, {school.ben.id: Mark(Presence.PRESENT)}, school.ada)
    db.session.commit()
    answer = ada.get(hours_url(school, session, ".csv"))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="hours-Morning_class-' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert ["'" + evil, "1", "2.0", "2.0"] in [row[:4] for row in rows]
    with zipfile.ZipFile(io.BytesIO(ada.get(hours_url(school, session, ".xlsx")).get_data())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in texts
    assert "rightToLeft" not in sheet


def test_a_sheet_for_arabic_readers_is_read_from_the_right(ada, school, session):
    post(ada, "/language", {"lang": "ar"}, form="/me")
    with zipfile.ZipFile(io.BytesIO(ada.get(hours_url(school, session, ".xlsx")).get_data())) as book:
        assert 'rightToLeft="1"' in book.read("xl/worksheets/sheet1.xml").decode()
    page = ada.get(f"/classes/{school.cohort.public_id}/sheet").text
    assert 'dir="rtl"' in page
    pdf = ada.get(f"/classes/{school.cohort.public_id}/sheet.pdf")
    assert PdfReader(io.BytesIO(pdf.get_data())).pages


def test_the_pdf_has_every_name_and_class_of_the_days(ada, school, session):
    for number in range(30):
        person = enrol(make_user(f"Оксана {number}"), school.cohort)
        person.created_at = utcnow() - timedelta(days=30)
    db.session.commit()
    first = (session.starts_at - timedelta(days=13)).date().isoformat()
    answer = ada.get(f"/classes/{school.cohort.public_id}/sheet.pdf?first={first}&last={utcnow().date()}")
    assert answer.content_type == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.get_data())).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) >= 2
    for name in ("Ben", "Dina", "Оксана 0", "Оксана 29", "Signature of the teacher", "18:00–20:00"):
        assert name in text, name
    shown = ada.get(f"/classes/{school.cohort.public_id}/sheet?first={first}&last={utcnow().date()}").text
    assert "Оксана 29" in shown
    empty = ada.get(f"/classes/{school.cohort.public_id}/sheet.pdf?first=2001-01-01&last=2001-01-02")
    assert "Ben" in PdfReader(io.BytesIO(empty.get_data())).pages[0].extract_text()
    assert ada.get(f"/classes/{school.cohort.public_id}/sheet?first=x&last=y").status_code == 200


@pytest.mark.parametrize("days", ["9999-12-31", "0001-01-01", "99999-01-01", "2026-02-30"])
@pytest.mark.parametrize(
    "page", ["hours?month=", "hours.csv?month=", "sheet?first=", "sheet.pdf?first=", "sheet?last="]
)
def test_days_that_no_clock_knows_are_passed_over(ada, school, page, days):
    asked = days.rpartition("-")[0] if "month" in page else days
    assert ada.get(f"/classes/{school.cohort.public_id}/{page}{asked}").status_code == 200


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_last_year_have_sheets_and_hours(ada, school, year):
    root = f"/classes/{school.cohort.public_id}"
    for page in (f"hours?month={year}-01", f"hours?month={year}-12", f"sheet?first={year}-12-31"):
        assert str(year) in ada.get(f"{root}/{page}").text


def test_names_of_every_script_of_the_site_and_long_titles_are_on_the_paper():
    names = ("ሰላም ተስፋይ", "Ольга Їжакевич", "Zoë Lefèvre", "ژاله گلچین")
    title = "Відвідування: " + "ш" * 106  # the longest name that a class can have
    words = signing.Words(title, "School", "Name", "Signature", rtl=False)
    body = signing.as_pdf([signing.Sheet((signing.Column("Mon", "18:00", ""),), names)], words)
    [page] = PdfReader(io.BytesIO(body)).pages
    ends = []

    def note(text, matrix, text_matrix, font, size) -> None:
        if "шш" in text:
            ends.append(size)

    text = page.extract_text(visitor_text=note)
    for name in names[:3]:
        assert name in text, name
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert any("NotoSansEthiopic" in font for font in fonts)
    assert title in text
    assert ends
    assert max(ends) < 14, "smaller than usual, so that it ends on the page"


def test_pages_cost_the_same_queries_for_a_large_class(ada, school, session):
    root = f"/classes/{school.cohort.public_id}"
    urls = (
        page_of(school, session), f"{root}/attendance", hours_url(school, session, ""), f"{root}/sheet",
        hours_url(school, session, ".csv"),
    )  # fmt: skip
    services.mark(session, {school.ben.id: Mark(Presence.PRESENT)}, school.ada)
    db.session.commit()
    small = [queries_of(ada, url) for url in urls]
    for number in range(12):
        person = make_user(f"Kim {number}")
        enrol(person, school.cohort).created_at = utcnow() - timedelta(days=30)
        services.mark(session, {person.id: Mark(Presence.ABSENT)}, school.ada)
    db.session.commit()
    assert [queries_of(ada, url) for url in urls] == small
