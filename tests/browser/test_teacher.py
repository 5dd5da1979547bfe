"""Ada looks at her class."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Enrol, School, Visit
from tests.browser.people import HELLO, HELLO_RIGHT, HELLO_WRONG, no_sideways_scrolling, picture, sign_in
from tests.system import Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]


def test_ada_sees_the_grid_and_opens_a_hand_in(
    site: Site, school: School, enrol: Enrol, visit: Visit
) -> None:
    student = enrol("Zoya")
    student.get(HELLO)
    for code in (HELLO_WRONG, HELLO_WRONG, HELLO_RIGHT):
        handed_in = student.hand_in(HELLO.removeprefix("/courses/"), code, uuid.uuid4().hex)
        student.verdict(handed_in["events"])
    page = visit(site).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    page.locator("main .card a").first.click()
    page.wait_for_url("**/classes/*")
    row = page.locator("table.standings tbody tr", has_text="Zoya")
    expect(row.locator(".standing.passed .count")).to_have_text("3")
    picture(page, "en-class-grid")
    row.locator("th a").click()
    page.wait_for_url("**/people/*")
    entries = page.locator("main ol li")
    expect(entries).to_have_count(3)
    expect(entries.first.locator(".badge")).to_have_class("badge passed")
    entries.last.locator("a").click()
    page.wait_for_url("**/submissions/*")
    expect(page.locator(".verdict[data-outcome=failed]")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Zoya")
    expect(page.locator("main pre.code")).to_contain_text("hello, Python!")
    picture(page, "en-teacher-sees-a-hand-in")


def test_the_grid_on_a_phone(site: Site, school: School, visit: Visit) -> None:
    page = visit(site, **PHONE).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    no_sideways_scrolling(page)
    page.locator("main .card a").first.click()
    page.wait_for_url("**/classes/*")
    no_sideways_scrolling(page)
    picture(page, "en-360-class-grid")


def test_a_student_sees_no_class_page_and_no_other_work(site: Site, enrol: Enrol, visit: Visit) -> None:
    student = enrol("Amal")
    student.get(HELLO)
    handed_in = student.hand_in(HELLO.removeprefix("/courses/"), HELLO_WRONG, uuid.uuid4().hex)
    visitor = visit(site, student=enrol("Cleo"))
    visitor.watch.allow(r"status of 404")
    for path in (handed_in["url"], "/classes"):
        answer = visitor.page.goto(path)
        assert answer is not None
        assert answer.status == 404
    expect(visitor.page.locator("header")).not_to_contain_text("Classes")
