"""A course from its first word to a student who reads it in Arabic: written, tried, published, translated, changed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, School, Visit
from tests.browser.people import (
    choose_language,
    code_is_left_to_right,
    hand_in,
    join,
    no_sideways_scrolling,
    picture,
    sign_in,
    verdict,
    write_code,
)
from tests.system import Site, run_in

pytestmark = [pytest.mark.browser, pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(600)]

COURSE, SLUG = "Saving and counting", "saving-and-counting"
LESSON = "01-a-savings-box"
TEXT = """# A savings box

A savings box keeps coins. The function `print` shows how many.

"""
CHANGED = "A savings box keeps coins and paper money."
ADDED = "Nobody has translated this sentence yet."
ARABIC = {
    "A savings box": "حصّالة",
    "A savings box keeps coins. The function `print` shows how many.": "الحصّالة تحفظ النقود."
    " الدالة `print` تعرض عددها.",
    "What does `len` count?": "ماذا تعدّ `len`؟",
    "An account": "حساب",
}
WHAT_STAYS = re.compile(r"\{\w+\}`[^`]+`|`[^`]+`|\d+")
RIGHT = """class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount
"""
OPEN_A_CLASS = """
from sqlalchemy import select
from lms.accounts.models import Cohort, Programme
from lms.app import create_app
from lms.core.db import db
with create_app().app_context():
    programme = db.session.scalars(select(Programme).where(Programme.name == "Demo School")).first()
    cohort = Cohort(programme=programme, name="Savers", course_slug="saving-and-counting", time_zone="UTC")
    db.session.add(cohort)
    db.session.commit()
    print(cohort.join_code)
"""


def in_arabic(source: str) -> str:
    """Words in Arabic that keep what every language keeps: code, terms and numbers."""
    return ARABIC.get(source) or " ".join(["نصّ بالعربية", *WHAT_STAYS.findall(source)])


def begin(page: Page) -> str:
    """A new course; the address of its overview."""
    page.goto("/authoring")
    page.locator("main a[href$='/authoring/new']").click()
    page.fill("[name=title]", COURSE)
    page.fill("[name=summary]", "A small course about counting.")
    page.fill("[name=lesson]", "A savings box")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/authoring/[\w-]{16}$"))
    return page.url


def write_lesson(page: Page, course: str) -> None:
    """Its text, and a question by the form beside it."""
    page.goto(f"{course}/lessons/{LESSON}")
    page.fill("#text", TEXT)
    preview = page.frame_locator("#preview")
    expect(preview.locator("body")).to_contain_text("A savings box keeps coins.")
    page.locator(".insert", has=page.locator("[data-panel=quiz]")).locator("summary").click()
    panel = page.locator("[data-panel=quiz]")
    panel.locator("[name=quiz-kind]").select_option("single")
    panel.locator("[name=quiz-question]").fill("What does `len` count?")
    panel.locator("[name=quiz-options-0-text]").fill("The things in a list")
    panel.locator("[name=quiz-options-0-right]").check()
    panel.locator("[name=quiz-options-1-text]").fill("Coins only")
    panel.locator("button[value=insert-quiz]").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"\{quiz\}"))
    expect(preview.locator("body")).to_contain_text("Coins only")
    no_sideways_scrolling(page)
    picture(page, "en-author-lesson", full=False)
    page.locator("button[name=action][value=save]").click()
    expect(page.locator("#text")).to_have_value(re.compile("What does"))
    expect(page.locator("#faults li")).to_have_count(0)


def write_exercise(page: Page, course: str) -> None:
    """An exercise with unittest tests: begun, tried in the sandbox, and everything as it must be."""
    page.goto(f"{course}/lessons/{LESSON}/exercises/new")
    page.fill("[name=title]", "An account")
    page.locator("[name=start][value=class]").check()
    page.locator("main form button").last.click()
    page.wait_for_url("**/exercises/an-account")
    no_sideways_scrolling(page)
    picture(page, "en-author-exercise")
    page.locator("button[name=do][value=try]").first.click()
    page.wait_for_url("**/tries/*")
    expect(page.locator("#try .try")).to_have_attribute("data-open", "0", timeout=120_000)
    expect(page.locator("#try .notice.success")).to_be_visible()
    rows = page.locator(".try-row")
    assert rows.count() >= 3, "the solution, the starter and a wrong sample"
    expect(page.locator(".try-row.passed")).to_have_count(rows.count())
    picture(page, "en-author-try")


def publish(page: Page, course: str, *, moving: str | None = None) -> None:
    """Check, run, publish; `moving` is a class that goes along at once."""
    page.goto(f"{course}/publish")
    if moving is not None:
        page.get_by_label(moving).check()
    picture(page, "en-author-publish")
    page.locator("main form.card button.primary").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator(f"main a.primary[href='{course_path(course)}/versions']")).to_be_visible(
        timeout=180_000
    )


def course_path(course: str) -> str:
    return course[course.index("/authoring") :]


def translate_all(page: Page, course: str) -> None:
    """Every text into Arabic, page by page, and then all of them called right."""
    page.goto(f"{course}/translations")
    page.locator("select[name=language]").select_option("ar")
    page.locator("main form.card button").last.click()
    while True:
        page.goto(f"{course}/translations/ar?state=missing")
        rows = page.locator(".bench-row")
        if rows.count() == 0:
            break
        for row in rows.all():
            row.locator("textarea").fill(in_arabic(row.locator("[data-source]").inner_text()))
        picture(page, "en-author-translate", full=False)
        page.locator("button[name=save][value=all]").click()
        page.wait_for_load_state()
        expect(page.locator(".bench-faults li")).to_have_count(0)
    while True:
        page.goto(f"{course}/translations/ar?state=draft")
        if page.locator(".bench-row").count() == 0:
            break
        page.locator("button[name=review][value=all]").click()
        page.wait_for_load_state()
    page.goto(f"{course}/translations/ar")
    expect(page.locator("main progress").first).to_have_attribute("value", "100")
    expect(page.locator(".bench-row [data-state=reviewed]").first).to_be_visible()


def test_a_course_is_written_published_translated_read_and_changed(
    site: Site, school: School, visit: Visit
) -> None:
    cora = visit(site, viewport={"width": 1280, "height": 900}).page
    sign_in(cora, school.code, "Cora", school.pins["Cora"])
    course = begin(cora)
    write_lesson(cora, course)
    write_exercise(cora, course)
    publish(cora, course)
    translate_all(cora, course)
    publish(cora, course)

    code = run_in(site, "-c", OPEN_A_CLASS).strip()
    amal = visit(site, **PHONE).page
    amal.goto("/")
    choose_language(amal, "ar")
    join(amal, code, "أمل")
    amal.goto(f"/courses/{SLUG}/{LESSON}")
    expect(amal.locator("h1")).to_have_text("حصّالة")
    expect(amal.locator("main")).to_contain_text("الحصّالة تحفظ النقود")
    expect(amal.locator("main .untranslated, main .stale")).to_have_count(0)
    no_sideways_scrolling(amal)
    code_is_left_to_right(amal)
    picture(amal, "ar-360-written-lesson")
    amal.goto(f"/courses/{SLUG}/{LESSON}/an-account")
    solve(amal)

    change(cora, course)
    cora.goto(f"{course}/translations/ar?state=stale")
    expect(cora.locator(".bench-row [data-state=stale]")).to_have_count(1)
    expect(cora.locator(".bench-change mark").first).to_be_visible()
    picture(cora, "en-author-stale", full=False)
    publish(cora, course, moving="Savers")
    amal.goto(f"/courses/{SLUG}/{LESSON}")
    # The old words stay readable, marked as older than the source; what nobody translated is in its own language.
    expect(amal.locator("main .stale")).to_contain_text("الحصّالة تحفظ النقود")
    expect(amal.locator("main .untranslated")).to_have_text(ADDED)
    expect(amal.locator("main .untranslated")).to_have_attribute("dir", "ltr")
    no_sideways_scrolling(amal)
    picture(amal, "ar-360-stale-lesson")


def solve(page: Page) -> None:
    """The exercise, wrongly and then rightly."""
    editor = page.locator(".editor[data-file='solution.py']")
    write_code(page, editor, RIGHT.replace("+=", "="))
    hand_in(page)
    verdict(page, "failed")
    write_code(page, editor, RIGHT)
    hand_in(page)
    verdict(page, "passed")
    no_sideways_scrolling(page)


def change(page: Page, course: str) -> None:
    """One sentence is changed, another is new."""
    page.goto(f"{course}/lessons/{LESSON}")
    text = page.locator("#text").input_value()
    assert "A savings box keeps coins." in text
    text = text.replace("A savings box keeps coins.", CHANGED, 1).replace(
        "shows how many.\n", f"shows how many.\n\n{ADDED}\n", 1
    )
    page.fill("#text", text)
    page.locator("button[name=action][value=save]").click()
    expect(page.locator("#text")).to_have_value(re.compile(ADDED))
