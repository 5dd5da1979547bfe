"""A volunteer reads a student's work on a phone in Arabic, and the student reads the answer; and without scripts."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enrol, School, Visit
from tests.browser.people import (
    choose_language,
    code_is_left_to_right,
    no_sideways_scrolling,
    picture,
    sign_in,
)
from tests.browser.test_arabic_phone import look_over
from tests.system import ROOT, Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

TILL = "first-steps-python/10-project/tea-kiosk-till"
SOLUTION = (ROOT / "courses" / TILL / "solution.py").read_text()
HOSTILE = "<img src=x onerror=ran=1> \u202e"


def work_that_waits(student: Person, code: str = SOLUTION) -> None:
    """The student hands in the till, and its tests pass."""
    student.get(f"/courses/{TILL}")
    handed_in = student.hand_in(TILL, code, uuid.uuid4().hex)
    assert student.verdict(handed_in["events"])["outcome"] == "passed"


def open_and_take(page: Page, student: Person) -> None:
    """From the queue to the student's work."""
    page.goto("/reviews")
    page.locator(".queue-entry", has_text=student.name).locator("a").click()
    page.wait_for_url(re.compile(r"/reviews/[\w-]{16}$"))
    page.locator("form[action$='/claim'] button").click()
    expect(page.locator("#review-form")).to_be_visible()


def test_a_review_on_a_phone_in_arabic(site: Site, school: School, enrol: Enrol, visit: Visit) -> None:
    student = enrol("هدى")
    work_that_waits(student)
    ada = visit(site, **PHONE).page
    # Before signing in: the choice stays with this device, and Ada's own language as it was.
    ada.goto("/")
    choose_language(ada, "ar")
    sign_in(ada, school.code, "Ada", school.pins["Ada"])
    ada.goto("/reviews")
    look_over(ada)
    picture(ada, "ar-360-reviews")
    open_and_take(ada, student)
    look_over(ada)

    ada.locator("#line-0-5 label.line-number").tap()
    comment = ada.locator("#comment-text")
    expect(comment).to_be_focused()
    expect(ada.locator("#line-0-5 .comment-box")).to_be_visible()
    picture(ada, "ar-360-review-line", full=False)
    comment.fill(f"اسم واضح. {HOSTILE}")
    ada.locator("#comment button").click()
    ada.wait_for_url("**#line-0-5")
    expect(ada.locator("#line-0-5 .said-text")).to_have_text("اسم واضح. <img src=x onerror=ran=1>")
    look_over(ada)
    ada.locator("input[name=met]").first.check()
    ada.locator("#summary").fill("عمل جيد.")
    ada.locator("button[value=needs_work]").click()
    ada.wait_for_url("**/reviews")
    expect(ada.locator(".queue-entry", has_text=student.name)).to_have_count(0)
    assert ada.evaluate("window.ran") is None

    page = visit(site, student=student, **PHONE).page
    page.goto("/")
    choose_language(page, "ar")
    page.goto("/courses")
    look_over(page)
    page.locator(".notice a").click()
    look_over(page)
    page.locator("main .card a").first.click()
    page.wait_for_url("**/answers/*")
    look_over(page)
    expect(page.locator("#line-0-5 .said-text")).to_have_text("اسم واضح. <img src=x onerror=ran=1>")
    expect(page.locator("#line-0-5 .said-text")).to_have_css("direction", "rtl")
    expect(page.locator("main")).to_contain_text("عمل جيد.")
    assert page.evaluate("window.ran") is None
    code_is_left_to_right(page)
    picture(page, "ar-360-answer")
    page.goto(f"/courses/{TILL}")
    expect(page.locator("#review .badge.warning")).to_be_visible()

    # She improves it, hands in again, and it is approved.
    work_that_waits(student, SOLUTION.replace("parts", "words"))
    page.reload()
    expect(page.locator("#review .badge.waiting")).to_be_visible()
    open_and_take(ada, student)
    expect(ada.locator(".changes .added").first).to_contain_text("words")
    picture(ada, "ar-360-review-again")
    for point in ada.locator("input[name=met]").all():
        point.check()
    ada.locator("button[value=approve]").click()
    ada.wait_for_url("**/reviews")
    page.reload()
    expect(page.locator("#review .badge.passed")).to_be_visible()
    no_sideways_scrolling(page)


def test_a_review_by_keyboard_and_without_scripts(
    site: Site, school: School, enrol: Enrol, visit: Visit
) -> None:
    student = enrol("Iryna")
    work_that_waits(student)
    visitor = visit(site, java_script_enabled=False)
    visitor.watch.allow(r"status of 422")
    page = visitor.page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    open_and_take(page, student)
    # The numbers of the lines are one choice: the arrow keys walk through them.
    page.locator("#line-0-1 input[name=line]").focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#line-0-3 input[name=line]")).to_be_checked()
    page.fill("#summary", "Kept with the comment.")
    page.fill("#comment-text", "What does the line hold?")
    page.locator("#comment button").click()
    expect(page.locator("#line-0-3 .said-text")).to_have_text("What does the line hold?")
    expect(page.locator("#summary")).to_have_value("Kept with the comment.")
    page.locator("#line-0-3 .said button").click()
    expect(page.locator(".said")).to_have_count(0)
    expect(page.locator("#summary")).to_have_value("Kept with the comment.")
    page.locator("button[value=approve]").click()
    expect(page.locator(".notice.warning")).to_be_visible()
    expect(page.locator("#summary")).to_have_value("Kept with the comment.")
    page.locator("button[value=release]").click()
    expect(page.locator(".queue-entry", has_text=student.name)).to_be_visible()


def test_the_arrow_keys_walk_through_the_lines_with_scripts_too(
    site: Site, school: School, enrol: Enrol, visit: Visit
) -> None:
    student = enrol("Mykola")
    work_that_waits(student)
    page = visit(site).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    open_and_take(page, student)
    page.locator("#line-0-1 input[name=line]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    fourth = page.locator("#line-0-4 input[name=line]")
    expect(fourth).to_be_checked()
    expect(fourth).to_be_focused()
    expect(page.locator("#line-0-4 .comment-box")).to_be_visible()
    page.locator("button[value=release]").click()
