"""The whole road in Arabic, on a phone of 360 by 740."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Enrol, School, Visit
from tests.browser.people import (
    INPUT_LESSON,
    TICKETS,
    choose_language,
    code_is_left_to_right,
    hand_in,
    join,
    no_sideways_scrolling,
    picture,
    run_cell,
    verdict,
    write_code,
)
from tests.system import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

ARABIC = re.compile(r"[\u0620-\u064a]{2,}")
FOLDER = ROOT / "courses" / "first-steps-python" / "08-functions" / "ticket-price"
RIGHT = (FOLDER / "solution.py").read_text()
# Each test takes a moment, so that they can be seen to come one by one. The way back is not doubled.
SLOW_AND_WRONG = "import time\n" + RIGHT.replace(
    "    if zones < 1:", "    time.sleep(0.25)\n    if zones < 1:"
).replace("price = price * 2", "pass")


def look_over(page: Page) -> None:
    """What holds on every page in Arabic."""
    html = page.locator("html")
    expect(html).to_have_attribute("dir", "rtl")
    expect(html).to_have_attribute("lang", "ar")
    assert ARABIC.search(page.locator("h1").first.inner_text())
    no_sideways_scrolling(page)
    code_is_left_to_right(page)


def test_from_the_class_code_to_a_passed_exercise(site: Site, school: School, visit: Visit) -> None:
    page = visit(site, locale="en-GB", **PHONE).page
    page.goto("/")
    choose_language(page, "ar")
    look_over(page)
    picture(page, "ar-360-welcome")
    join(page, school.code, "سلمى")
    look_over(page)
    picture(page, "ar-360-courses")
    page.locator(".course-card h2 a", has_text=re.compile("Python|بايثون")).first.click()
    look_over(page)
    picture(page, "ar-360-course")
    page.locator(f"a.lesson-row[href='{INPUT_LESSON}']").click()
    page.wait_for_url(f"**{INPUT_LESSON}")
    look_over(page)

    ask = page.locator(".cell[data-cell=ask-name]")
    ask.locator("[data-do=run]").click()
    answer = ask.locator("form.ask input")
    expect(answer).to_be_visible(timeout=30_000)
    expect(answer).to_be_focused()
    no_sideways_scrolling(page)
    answer.fill("سلمى")
    ask.locator("form.ask button").click()
    expect(ask.locator(".output")).to_contain_text("Welcome, سلمى")
    expect(ask).to_have_attribute("aria-busy", "false")

    bread = page.locator(".cell[data-cell=bread-price]")
    run_cell(page, bread)
    expect(bread.locator(".output pre.stdout")).to_have_text(
        "3 loaves cost 3.5999999999999996\n3 loaves cost 3.60\n"
    )
    broken = page.locator(".cell[data-cell=to-a-number]")
    write_code(page, broken, "print(loaf)")
    run_cell(page, broken)
    expect(broken.locator(".problem")).to_contain_text("NameError")
    assert ARABIC.search(broken.locator(".problem").inner_text())
    look_over(page)
    picture(page, "ar-360-lesson")
    broken.scroll_into_view_if_needed()
    picture(page, "ar-360-lesson-error", full=False)

    page.goto(TICKETS.rpartition("/")[0])
    page.locator(f"a[href='{TICKETS}']").click()
    page.wait_for_url(f"**{TICKETS}")
    look_over(page)
    editor = page.locator(".editor[data-file='solution.py']")
    write_code(page, editor, SLOW_AND_WRONG)
    expect(page.locator(".editor .symbols")).to_be_visible()
    saved = page.locator("#hand-in").get_attribute("data-saved")
    expect(page.locator(".draft-state")).to_have_text(saved or "")
    page.reload()
    expect(editor.locator("textarea")).to_have_value(SLOW_AND_WRONG)
    look_over(page)

    hand_in(page)
    tests = page.locator("#result-tests > li.test")
    expect(tests.first).to_be_visible(timeout=30_000)
    seen = {tests.count()}
    while page.locator(".verdict[data-outcome]").count() == 0:
        seen.add(tests.count())
        page.wait_for_timeout(50)
    verdict(page, "failed")
    assert len(seen) >= 4, f"tests came in bursts, not one by one: {sorted(seen)}"
    expect(tests).to_have_count(10)
    expect(tests.locator(".badge.passed")).not_to_have_count(0)
    failed = page.locator("#result-tests > li.test.failed:has(.expected)").first
    expect(failed.locator(".expected pre")).to_have_text("6")
    expect(failed.locator(".got pre")).to_have_text("3")
    for words in (
        failed.locator(".expected .compare-label"),
        failed.locator(".got .compare-label"),
        failed.locator(".badge"),
    ):
        assert ARABIC.search(words.inner_text()), words.inner_text()
    assert ARABIC.search(page.locator(".verdict h3").inner_text())
    hidden = page.locator("#result-tests > li.test.failed").last
    expect(hidden.locator(".expected")).to_have_count(0)
    look_over(page)
    picture(page, "ar-360-exercise-failed-window", full=False)
    picture(page, "ar-360-exercise-failed")

    write_code(page, editor, RIGHT)
    hand_in(page)
    verdict(page, "passed")
    expect(page.locator("#result-tests > li.test.passed")).to_have_count(10)
    look_over(page)
    picture(page, "ar-360-exercise-passed-window", full=False)
    page.goto(TICKETS.rpartition("/")[0])
    box = page.locator("#exercise-ticket-price")
    expect(box.locator(".badge.passed")).to_be_visible()
    look_over(page)


def test_the_signs_bar_writes_what_a_phone_keyboard_hides(site: Site, enrol: Enrol, visit: Visit) -> None:
    page = visit(site, student=enrol("نور"), **PHONE).page
    page.goto(TICKETS)
    editor = page.locator(".editor[data-file='solution.py']")
    write_code(page, editor, "x = ")
    for sign in ("[", "]"):
        editor.locator(f".symbols button[data-text='{sign}']").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    editor.locator(".symbols button[data-act=indent]").click()
    page.keyboard.insert_text("y")
    expect(editor.locator("textarea")).to_have_value("x = []\n    y")
