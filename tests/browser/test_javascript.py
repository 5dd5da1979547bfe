"""The second language in the page: cells that run JavaScript, and an exercise of it, in French on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, School, Visit
from tests.browser.people import (
    choose_language,
    hand_in,
    join,
    no_sideways_scrolling,
    picture,
    run_cell,
    sign_in,
    verdict,
    write_code,
)
from tests.system import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

LESSON = "/courses/web-first-steps/01-values"
NOTICE = f"{LESSON}/the-notice"
SOLUTION = (ROOT / "courses" / "web-first-steps" / "01-values" / "the-notice" / "solution.js").read_text()


def bootcamp_code(site: Site, school: School, visit: Visit) -> str:
    """The code of the class that goes on with JavaScript, as its teacher sees it."""
    page = visit(site).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    page.get_by_role("link", name="Bootcamp", exact=True).click()
    return page.locator(".big-code").first.inner_text().replace(" ", "")


def test_cells_and_an_exercise_of_javascript(site: Site, school: School, visit: Visit) -> None:
    code = bootcamp_code(site, school, visit)
    # The first kernel of a language is started when somebody asks for it, and the doctor looks at it first.
    page = visit(site, timeout=60_000, **PHONE).page
    page.goto("/")
    choose_language(page, "fr")
    join(page, code, "Léa")
    page.goto(LESSON)
    no_sideways_scrolling(page)

    first = page.locator(".cell[data-cell=first-line]")
    first.locator("[data-do=run]").click()
    expect(first.locator(".output")).to_have_text("Good morning!", timeout=60_000)
    expect(first).to_have_attribute("aria-busy", "false")
    run_cell(page, page.locator(".cell[data-cell=first-const]"))
    later = page.locator(".cell[data-cell=calculate]")
    write_code(page, later, 'console.log(`${bottles} bottles`);\nconst bottle = "1 l";\nbottle = 2;')
    run_cell(page, later)
    expect(later.locator(".output .stdout")).to_have_text("6 bottles\n")
    expect(later.locator(".output")).to_contain_text("TypeError")
    picture(page, "fr-360-javascript-cells", full=False)

    page.goto(NOTICE)
    write_code(page, page.locator(".editor[data-file]").first, 'console.log("Library");')
    hand_in(page)
    verdict(page, "failed")
    write_code(page, page.locator(".editor[data-file]").first, SOLUTION)
    hand_in(page)
    verdict(page, "passed")
    no_sideways_scrolling(page)
    picture(page, "fr-360-javascript-passed")
