"""A connection that breaks: nothing that was written is lost, and nothing is handed in twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Enrol, Visit
from tests.browser.people import HELLO, HELLO_RIGHT, HELLO_WRONG, hand_in, picture, verdict, write_code
from tests.system import Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

BROKEN_LINK = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION"


def attempts(page: Page) -> int:
    """How many hand-ins the exercise page lists after loading again."""
    page.reload()
    return page.locator(".attempts li").count()


def lose_first_answer(page: Page, address: str) -> list[int]:
    """The server gets every request, but its first answer never arrives; the statuses that were lost."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(address, lose)
    return lost


def test_handed_in_while_offline_is_sent_once_when_the_link_is_back(
    site: Site, enrol: Enrol, visit: Visit
) -> None:
    visitor = visit(site, student=enrol("Rana"), **PHONE)
    visitor.watch.allow(BROKEN_LINK)
    page = visitor.page
    page.goto(HELLO)
    write_code(page, page.locator(".editor").first, HELLO_RIGHT)
    visitor.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible()
    hand_in(page)
    expect(page.locator("#result-state")).to_have_text(
        page.locator("#hand-in").get_attribute("data-again") or ""
    )
    picture(page, "en-360-offline", full=False)
    visitor.context.set_offline(False)
    verdict(page, "passed")
    assert attempts(page) == 1


def test_offline_for_long_keeps_the_text_for_another_try(site: Site, enrol: Enrol, visit: Visit) -> None:
    visitor = visit(site, student=enrol("Sami"))
    visitor.watch.allow(BROKEN_LINK)
    page = visitor.page
    page.goto(HELLO)
    editor = page.locator(".editor").first
    write_code(page, editor, HELLO_RIGHT)
    visitor.context.set_offline(True)
    hand_in(page)
    words = page.locator("#hand-in").get_attribute("data-failed") or ""
    expect(page.locator("#result-state")).to_have_text(words, timeout=20_000)
    visitor.context.set_offline(False)
    page.reload()
    expect(editor.locator("textarea")).to_have_value(HELLO_RIGHT)
    hand_in(page)
    verdict(page, "passed")
    assert attempts(page) == 1


def test_a_page_made_before_the_text_on_its_way_was_stored_shows_that_text(
    starting_site: Site, enrol: Enrol, visit: Visit
) -> None:
    visitor = visit(starting_site, student=enrol("Yana"))
    page = visitor.page
    page.goto(HELLO)
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        if on_their_way:
            route.continue_()
        else:
            on_their_way.append(route)

    def page_before_text(route: Route) -> None:
        older = route.fetch()
        on_their_way[0].fulfill(response=on_their_way[0].fetch())
        route.fulfill(response=older)

    page.route("**/draft", hold)
    with page.expect_request("**/draft"):
        write_code(page, page.locator(".editor").first, "print(3)\n")
    page.route(f"**{HELLO}", page_before_text)
    page.reload()
    page.unroute_all()
    expect(page.locator(".editor textarea").first).to_have_value(re.compile(r"^print\(3\)\s*$"))
    expect(page.locator(".draft-state")).to_have_text("Saved")
    expect(page.locator("#conflict .conflict")).to_have_count(0)


def test_a_text_whose_answer_was_lost_is_no_other_text(
    starting_site: Site, enrol: Enrol, visit: Visit
) -> None:
    visitor = visit(starting_site, student=enrol("Zora"))
    visitor.watch.allow(BROKEN_LINK)
    visitor.watch.allow(r"status of 409")
    page = visitor.page
    page.goto(HELLO)
    lost = lose_first_answer(page, "**/draft")
    editor = page.locator(".editor").first
    write_code(page, editor, "print(4)\n")
    expect(page.locator(".draft-state")).to_have_text(
        page.locator("form[data-draft-url]").get_attribute("data-kept") or ""
    )
    write_code(page, editor, "print(45)\n")
    expect(page.locator(".draft-state")).to_have_text("Saved")
    assert lost == [200]
    expect(page.locator("#conflict .conflict")).to_have_count(0)
    page.reload()
    expect(editor.locator("textarea")).to_have_value(re.compile(r"^print\(45\)\s*$"))


def test_an_answer_lost_on_the_way_makes_no_second_hand_in(site: Site, enrol: Enrol, visit: Visit) -> None:
    visitor = visit(site, student=enrol("Tomas"))
    visitor.watch.allow(BROKEN_LINK)
    page = visitor.page
    page.goto(HELLO)
    write_code(page, page.locator(".editor").first, HELLO_RIGHT)
    lost = lose_first_answer(page, "**/submissions")
    hand_in(page)
    verdict(page, "passed")
    assert lost == [201]
    page.unroute("**/submissions")
    assert attempts(page) == 1


def test_a_double_click_hands_in_once(site: Site, enrol: Enrol, visit: Visit) -> None:
    page = visit(site, student=enrol("Uma")).page
    page.goto(HELLO)
    write_code(page, page.locator(".editor").first, HELLO_WRONG)
    page.locator("#hand-in-button").dblclick()
    verdict(page, "failed")
    assert attempts(page) == 1


def test_two_tabs_show_both_texts_and_she_chooses(starting_site: Site, enrol: Enrol, visit: Visit) -> None:
    visitor = visit(starting_site, student=enrol("Vera"))
    visitor.watch.allow(r"status of 409")
    first, second = visitor.page, visitor.context.new_page()
    first.goto(HELLO)
    second.goto(HELLO)
    write_code(first, first.locator(".editor").first, "print(1)\n")
    expect(first.locator(".draft-state")).to_have_text("Saved")
    write_code(second, second.locator(".editor").first, "print(2)\n")
    conflict = second.locator("#conflict .conflict")
    expect(conflict.locator(".mine")).to_have_text("print(2)\n")
    expect(conflict.locator(".theirs")).to_have_text("print(1)\n")
    picture(second, "en-draft-conflict")
    conflict.locator("[data-keep=mine]").click()
    expect(second.locator(".draft-state")).to_have_text("Saved")
    expect(conflict).to_have_count(0)
    first.reload()
    expect(first.locator(".editor textarea").first).to_have_value(re.compile(r"^print\(2\)\s*$"))


def test_what_was_written_offline_is_there_after_a_reload(
    starting_site: Site, enrol: Enrol, visit: Visit
) -> None:
    visitor = visit(starting_site, student=enrol("Wafa"))
    visitor.watch.allow(BROKEN_LINK)
    page = visitor.page
    page.goto(HELLO)
    editor = page.locator(".editor").first
    write_code(page, editor, "# begun at home\n")
    expect(page.locator(".draft-state")).to_have_text("Saved")
    visitor.context.set_offline(True)
    write_code(page, editor, "# written on the bus\n")
    expect(page.locator(".draft-state")).to_have_text(
        page.locator("#hand-in").get_attribute("data-kept") or ""
    )
    visitor.context.set_offline(False)
    page.reload()
    expect(editor.locator("textarea")).to_have_value("# written on the bus\n")
    expect(page.locator(".draft-state")).to_have_text("Saved")
