"""The same road in English with nothing but the keyboard, and the focus to be seen at each step."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import School, Visit
from tests.browser.people import HELLO, INPUT_LESSON, picture, tab_to, verdict
from tests.system import PIN, Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]


def replace_all(page: Page, code: str) -> None:
    """Type over everything in the code field that has the focus."""
    page.keyboard.press("Control+A")
    page.keyboard.type(code)


def test_from_the_class_code_to_a_passed_exercise(site: Site, school: School, visit: Visit) -> None:
    page = visit(site).page
    keys = page.keyboard
    page.goto("/")
    keys.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    tab_to(page, page.locator("input[name=code]"))
    keys.type(school.code.lower())
    keys.press("Enter")
    page.wait_for_url("**/join/name")
    tab_to(page, page.locator("input[name=name]"))
    keys.type("Mira")
    keys.press("Tab")
    keys.type(PIN)
    keys.press("Tab")
    keys.type(PIN)
    keys.press("Enter")
    page.wait_for_url("**/courses")
    tab_to(page, page.locator(".course-card h2 a[href='/courses/first-steps-python']"))
    keys.press("Enter")
    page.wait_for_url("**/courses/first-steps-python")
    tab_to(page, page.locator(f"a.lesson-row[href='{INPUT_LESSON}']"))
    keys.press("Enter")
    page.wait_for_url(f"**{INPUT_LESSON}")

    cell = page.locator(".cell[data-cell=ask-name]")
    tab_to(page, cell.locator(".editor-host, textarea:not([hidden])").first)
    editor = cell.locator(".editor-host .cm-content")
    expect(editor).to_be_focused()
    replace_all(page, 'name = input("Name? ")\nprint("Hello", name)')
    expect(cell.locator("textarea")).to_have_value('name = input("Name? ")\nprint("Hello", name)')
    keys.press("Escape")
    keys.press("Tab")
    expect(editor).not_to_be_focused()
    tab_to(page, cell.locator("[data-do=run]"), most=3)
    keys.press("Enter")
    expect(cell.locator("form.ask input")).to_be_focused(timeout=30_000)
    keys.type("Mira")
    keys.press("Enter")
    expect(cell.locator(".output")).to_contain_text("Hello Mira")

    page.goto(HELLO)
    field = page.locator(".editor .editor-host")
    tab_to(page, page.locator(".editor").locator(".editor-host, textarea:not([hidden])").first)
    expect(page.locator(".editor .cm-content")).to_be_focused()
    replace_all(page, 'print("hello, Python!")')
    picture(page, "en-keyboard-editor", full=False)
    keys.press("Tab")  # indents: the field keeps the focus
    expect(page.locator(".editor .cm-content")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Escape")
    keys.press("Tab")
    expect(page.locator("#hand-in-button")).to_be_focused()
    keys.press("Enter")
    verdict(page, "failed")
    expect(page.locator("#result-title")).to_be_focused()
    expect(page.locator("#result-tests .got pre").first).to_contain_text("hello, Python!")
    assert field.is_visible()

    # Backwards, as a person does who reads the result and goes up to the code again.
    for _ in range(20):
        keys.press("Shift+Tab")
        if page.locator(".editor .cm-content").evaluate("(e) => e.getRootNode().activeElement === e"):
            break
    replace_all(page, 'print("Hello, Python!")')
    keys.press("Control+Enter")
    verdict(page, "passed")
    expect(page.locator("#result-title")).to_be_focused()


def test_a_menu_opens_and_closes_by_keys(starting_site: Site, visit: Visit) -> None:
    page = visit(starting_site).page
    page.goto("/")
    menu = page.locator("details.menu").first
    tab_to(page, menu.locator("summary"))
    page.keyboard.press("Enter")
    expect(menu.locator("button").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator("button").first).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
