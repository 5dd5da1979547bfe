"""Scripts off: reading, answering, handing in, and a page that loads itself until the verdict is here."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enrol, School, Visit
from tests.browser.people import FIRST_LESSON, HELLO, HELLO_RIGHT, HELLO_WRONG, join, picture, verdict
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
