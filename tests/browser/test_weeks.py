"""The week of a coordinator, an instructor and a student: on a phone, in French and in Arabic, at the demo school."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, School, Visit
from tests.browser.people import choose_language, no_sideways_scrolling, picture, sign_in
from tests.browser.test_arabic_phone import look_over
from tests.system import Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

EVENING, BOOTCAMP = "Evening class", "Bootcamp"
STUDENT = "Amal"


def enter(visit: Visit, site: Site, school: School, name: str, language: str, **options: object) -> Page:
    """Somebody of the staff, signed in, with the pages in her language."""
    page = visit(site, **options).page
    page.goto("/")
    choose_language(page, language)
    sign_in(page, school.code, name, school.pins[name])
    if page.locator("html").get_attribute("lang") != language:
        choose_language(page, language)
    return page


def open_class(page: Page, name: str) -> str:
    """From the list of classes to one of them; its address."""
    page.goto("/classes")
    page.locator("main .card a", has_text=re.compile(rf"^\s*{name}\s*$")).click()
    page.wait_for_url(re.compile(r"/classes/[\w-]{16}$"))
    return page.url


def open_tab(page: Page, address: str) -> None:
    """One of a class's pages, by its tab."""
    page.locator(f".tabs a[href$='{address}']").click()
    page.wait_for_url(f"**{address}")
    no_sideways_scrolling(page)


def test_an_instructor_s_week_in_french(starting_site: Site, school: School, visit: Visit) -> None:
    page = enter(visit, starting_site, school, "Ada", "fr", **PHONE)
    open_class(page, EVENING)
    no_sideways_scrolling(page)

    open_tab(page, "/attendance")
    open_lists = page.locator("main .agenda li", has=page.locator(".badge.waiting"))
    before = open_lists.count()
    assert before > 0, "the newest class is not recorded yet"
    open_lists.first.locator("a").click()
    rows = page.locator(".attendance-row")
    expect(rows.nth(1)).to_be_visible()
    rows.nth(0).locator("label.late").tap()
    rows.nth(0).locator(".minutes-off input").fill("20")
    rows.nth(1).locator("label.absent").tap()
    rows.nth(2).locator(".more summary").tap()
    rows.nth(2).locator("label.excused").tap()
    no_sideways_scrolling(page)
    picture(page, "fr-360-attendance", full=False)
    page.locator(".save-bar button").click()
    page.wait_for_url("**/attendance")
    expect(open_lists).to_have_count(before - 1)

    open_tab(page, "/board")
    expect(page.locator(".board-line").first).to_contain_text(re.compile(r"\w{4,}"))
    picture(page, "fr-360-board", full=False)
    open_tab(page, "/reviews")
    open_tab(page, "/announcements")
    page.locator("main a[href$='/announcements/new']").click()
    page.wait_for_url("**/announcements/new")
    no_sideways_scrolling(page)
    page.locator("input[name$='title']").first.fill("Visite jeudi")
    page.locator("textarea[name$='body']").first.fill("Jeudi, nous visitons la bibliothèque.")
    page.locator("button[value=look]").click()
    expect(page.locator("main")).to_contain_text("Jeudi, nous visitons la bibliothèque.")
    picture(page, "fr-360-announcement", full=False)
    page.locator("button[value=send]").click()
    page.wait_for_url(re.compile(r"/announcements(/[\w-]+)?$"))
    expect(page.locator("main")).to_contain_text("Visite jeudi")


def reset_pin(page: Page, address: str, name: str) -> str:
    """A new PIN for a student of the class; it is shown once."""
    page.goto(address)
    page.locator("table.standings th a", has_text=name).click()
    page.wait_for_url("**/people/*")
    page.goto(f"{page.url}/reset")
    page.locator("main form button").click()
    return page.locator(".big-code").inner_text().replace(" ", "")


def progress(page: Page) -> list[str]:
    """How far a student is in each course, as the bars say it."""
    page.goto("/courses")
    expect(page.locator("progress").first).to_be_visible()
    return page.locator("progress").evaluate_all("(all) => all.map((one) => `${one.value}/${one.max}`)")


def test_a_student_moves_to_the_bootcamp_with_her_work(
    starting_site: Site, school: School, visit: Visit
) -> None:
    cora = enter(visit, starting_site, school, "Cora", "ar", **PHONE)
    evening = open_class(cora, EVENING)
    look_over_class(cora)
    code = cora.locator(".big-code").first.inner_text().replace(" ", "")
    pin = reset_pin(cora, evening, STUDENT)

    amal = visit(starting_site, **PHONE).page
    amal.goto("/")
    choose_language(amal, "ar")
    amal.goto("/sign-in")
    amal.fill("input[name=code]", code)
    amal.fill("input[name=name]", STUDENT)
    amal.fill("input[name=secret]", pin)
    amal.locator("main form button").click()
    amal.wait_for_url("**/courses")
    before = progress(amal)
    amal.goto("/week")
    look_over(amal)
    expect(amal.locator("main")).to_contain_text(EVENING)
    expect(amal.locator("#attendance")).to_be_visible()
    amal.locator("button[name=word][value=was_there]").first.tap()
    amal.wait_for_url("**/week**")
    amal.locator("button[value=absent]").first.tap()
    expect(amal.locator("button[value=present]").first).to_be_visible()
    look_over(amal)
    picture(amal, "ar-360-week")

    # The coordinator moves her, and sees the trace of it.
    cora.goto(evening)
    cora.locator("table.standings th a", has_text=STUDENT).click()
    cora.wait_for_url("**/people/*")
    cora.goto(f"{cora.url}/place")
    look_over_class(cora)
    cora.locator("input[name=status][value=moved]").check()
    cora.locator("select[name=to_cohort]").select_option(label=BOOTCAMP)
    cora.locator("select[name=reason]").select_option("too_easy")
    cora.locator("main form.card button").first.click()
    expect(cora.locator("main")).to_contain_text(BOOTCAMP)
    picture(cora, "ar-360-place")

    amal.goto("/week")
    look_over(amal)
    expect(amal.locator("main")).to_contain_text(BOOTCAMP)
    after = progress(amal)
    assert before[0] in after, f"her work came along: {before}, {after}"
    assert set(before) <= set(after), f"her work came along: {before}, {after}"


def look_over_class(page: Page) -> None:
    """What holds on a class's pages in Arabic, whose first heading may be a name."""
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    no_sideways_scrolling(page)


def test_a_coordinator_s_week(starting_site: Site, school: School, visit: Visit) -> None:
    page = enter(visit, starting_site, school, "Cora", "fr", **PHONE)
    page.goto("/programmes")
    page.locator("main a", has_text="Demo School").first.click()
    page.wait_for_url("**/programmes/*")
    programme = page.url
    no_sideways_scrolling(page)
    for part in ("/board", "/rounds", "/announcements"):
        page.goto(f"{programme}{part}")
        expect(page.locator("h1")).to_be_visible()
        no_sideways_scrolling(page)
        picture(page, f"fr-360-programme{part.replace('/', '-')}")
    address = open_class(page, BOOTCAMP)
    for part in ("/timetable", "/plan", "/hours", "/sheet", "/attendance", "/board"):
        page.goto(f"{address}{part}")
        no_sideways_scrolling(page)
    page.goto(f"{address}/timetable")
    page.locator("main .agenda a.row-link").first.click()
    page.wait_for_url("**/sessions/*")
    no_sideways_scrolling(page)
    picture(page, "fr-360-session")
    with page.expect_download() as download:
        page.goto(f"{address}/hours")
        page.locator("a[href*='hours.xlsx']").click()
    assert download.value.suggested_filename.endswith(".xlsx")
