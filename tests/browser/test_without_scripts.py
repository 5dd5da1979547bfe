"""Scripts off: reading, answering, handing in, and a page that loads itself until the verdict is here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enrol, School, Visit
from tests.browser.people import (
    FIRST_LESSON,
    HELLO,
    HELLO_RIGHT,
    HELLO_WRONG,
    join,
    picture,
    sign_in,
    verdict,
)
from tests.system import Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]


def test_read_answer_hand_in_and_see_the_verdict(site: Site, school: School, visit: Visit) -> None:
    page = visit(site, java_script_enabled=False).page
    page.goto("/")
    join(page, school.code, "Nadia")
    page.goto(FIRST_LESSON)
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator(".cell .no-js").first).to_be_visible()
    expect(page.locator(".cell [data-do=run]").first).to_be_hidden()
    quiz = page.locator("#quiz-what-print-does")
    quiz.get_by_label("It prints on paper.").check()
    quiz.locator("button[type=submit]").click()
    expect(quiz.locator(".quiz-result.warning")).to_be_visible()
    expect(quiz.locator(".choice-feedback")).to_contain_text("nothing goes to a printer")
    quiz.get_by_label("It shows something on the screen.").check()
    quiz.locator("button[type=submit]").click()
    expect(quiz.locator(".quiz-result.success")).to_be_visible()
    picture(page, "no-scripts-lesson")

    for code, outcome in [(HELLO_WRONG, "failed"), (HELLO_RIGHT, "passed")]:
        page.goto(HELLO)
        expect(page.locator(".js-only:visible")).to_have_count(0)
        page.locator("textarea[name=code]").fill(code)
        page.locator("#hand-in-button").click()
        page.wait_for_url("**/submissions/*")
        verdict(page, outcome)
        expect(page.locator("li.test")).to_have_count(4)
        expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    page.goto(HELLO)
    expect(page.locator(".attempts li")).to_have_count(2)
    expect(page.locator("textarea[name=code]")).to_have_value(HELLO_RIGHT)


def test_lines_are_put_in_order_without_scripts(starting_site: Site, enrol: Enrol, visit: Visit) -> None:
    page = visit(starting_site, student=enrol("Olena"), java_script_enabled=False).page
    page.goto("/courses/first-steps-python/03-input-and-output")
    quiz = page.locator("#quiz-ask-then-greet")
    for place, start in enumerate(["city =", "time =", "print("], start=1):
        quiz.locator("li", has_text=start).locator("select").select_option(str(place))
    quiz.locator("button[type=submit]").click()
    expect(quiz.locator(".quiz-result.success")).to_be_visible()


def test_a_lesson_is_written_and_translated_without_scripts(
    starting_site: Site, school: School, visit: Visit
) -> None:
    page = visit(starting_site, java_script_enabled=False).page
    sign_in(page, school.code, "Cora", school.pins["Cora"])
    page.goto("/authoring/new")
    page.fill("[name=title]", "Without scripts")
    page.fill("[name=summary]", "Written on an old phone.")
    page.fill("[name=lesson]", "One")
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/authoring/[\w-]{16}$"))
    course = page.url
    page.goto(f"{course}/lessons/01-one")
    expect(page.locator(".js-only:visible")).to_have_count(0)
    page.fill("#text", "# One\n\nAll of this is a form.\n")
    page.locator(".insert", has=page.locator("[data-panel=cell]")).locator("summary").click()
    page.fill("[name=cell-code]", "print(1)")
    page.locator("button[value=insert-cell]").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"All of this is a form\.[\s\S]*\{code-cell\}"))
    page.locator("button[name=action][value=save]").click()
    page.goto(f"{course}/lessons/01-one")
    expect(page.locator("#text")).to_have_value(re.compile(r"print\(1\)"))
    picture(page, "no-scripts-author-lesson")

    page.goto(f"{course}/translations")
    page.locator("select[name=language]").select_option("fr")
    page.locator("main form.card button").last.click()
    page.goto(f"{course}/translations/fr?state=missing")
    row = page.locator(".bench-row", has_text="All of this is a form.")
    row.locator("textarea").fill("Tout ceci est un formulaire.")
    row.locator("button[name=save]").click()
    page.goto(f"{course}/translations/fr?state=draft")
    expect(page.locator(".bench-row textarea")).to_have_value("Tout ceci est un formulaire.")
