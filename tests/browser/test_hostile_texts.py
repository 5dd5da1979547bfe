"""Names, code and output that would be markup: shown as the text they are, and nothing of them runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enrol, School, Visit
from tests.browser.people import (
    FIRST_LESSON,
    HELLO,
    hand_in,
    picture,
    run_cell,
    sign_in,
    verdict,
    write_code,
)
from tests.system import Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

IMAGE = '<img src=x onerror="window.ran=1">'
SCRIPT = "<script>window.ran=1</script>"


def nothing_ran(page: Page) -> None:
    """No element came of the texts, and no script ran."""
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src='x']").count() == 0
    assert page.evaluate("[...document.scripts].filter((s) => s.textContent.includes('ran=1')).length") == 0


def test_output_of_a_cell(site: Site, enrol: Enrol, visit: Visit) -> None:
    page = visit(site, student=enrol("Yara")).page
    page.goto(FIRST_LESSON)
    cell = page.locator(".cell").first
    output = cell.locator(".output")
    for code in (
        f"print('''{IMAGE}{SCRIPT}''')",
        f"display({{'text/html': '''{IMAGE}{SCRIPT}'''}}, raw=True)",
        f"raise ValueError('''{IMAGE}{SCRIPT}''')",
        f"""class Page:
    def _repr_html_(self):
        return '{SCRIPT}'
    def __repr__(self):
        return '{IMAGE}{SCRIPT}'
Page()""",
    ):
        write_code(page, cell, code)
        run_cell(page, cell)
        expect(output).to_contain_text(IMAGE)
        expect(output).to_contain_text(SCRIPT)
        nothing_ran(page)
    write_code(page, cell, f"input('''{IMAGE}''')")
    cell.locator("[data-do=run]").click()
    expect(cell.locator("form.ask")).to_contain_text(IMAGE)
    cell.locator("form.ask input").fill(SCRIPT)
    cell.locator("form.ask button").click()
    expect(output).to_contain_text(SCRIPT)
    nothing_ran(page)


def test_a_name_and_a_hand_in_seen_by_student_and_teacher(
    site: Site, school: School, enrol: Enrol, visit: Visit
) -> None:
    name = "<img src=x onerror=ran=1>"
    page = visit(site, student=enrol(name)).page
    page.goto(HELLO)
    expect(page.locator("header")).to_contain_text(name)
    code = f"print('''{IMAGE}{SCRIPT}''')\n# </textarea>{SCRIPT}\nraise ValueError('''{IMAGE}''')\n"
    write_code(page, page.locator(".editor").first, code)
    hand_in(page)
    verdict(page, "error")
    expect(page.locator("#result")).to_contain_text(IMAGE)
    # The same error stopped three visible tests; it is explained once.
    expect(page.locator("#result-tests details.problem")).to_have_count(1)
    nothing_ran(page)
    page.reload()
    expect(page.locator(".editor textarea").first).to_have_value(code)
    nothing_ran(page)
    page.locator(".attempts a").first.click()
    page.wait_for_url("**/submissions/*")
    expect(page.locator("main")).to_contain_text(SCRIPT)
    nothing_ran(page)
    handed_in = page.url

    ada = visit(site).page
    sign_in(ada, school.code, "Ada", school.pins["Ada"])
    ada.locator("main .card a").first.click()
    ada.wait_for_url("**/classes/*")
    student = ada.locator("table.standings th a", has_text=name)
    expect(student).to_be_visible()
    nothing_ran(ada)
    student.click()
    ada.wait_for_url("**/people/*")
    expect(ada.locator("h1")).to_have_text(name)
    nothing_ran(ada)
    ada.goto(handed_in)
    expect(ada.locator("main")).to_contain_text(SCRIPT)
    expect(ada.locator("main")).to_contain_text(name)
    nothing_ran(ada)
    picture(ada, "en-hostile-hand-in")
