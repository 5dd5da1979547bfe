"""axe-core on every kind of page: nothing serious or critical, in light, in Arabic and in the dark."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enrol, School, Visit, Visitor
from tests.browser.people import (
    COURSE,
    FIRST_LESSON,
    HELLO,
    HELLO_RIGHT,
    HELLO_WRONG,
    TICKETS,
    choose_language,
    hand_in,
    no_sideways_scrolling,
    picture,
    run_cell,
    sign_in,
    verdict,
    write_code,
)
from tests.browser.test_reviews import TILL, open_and_take, work_that_waits
from tests.system import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.docker]

TITLES = {"digital-basics": re.compile("Digital basics")}
AXE = (Path(__file__).parent / "axe.min.js").read_text()
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const told = (node) => `${node.html.slice(0, 160)} ${node.any.map((check) => check.message)[0]}`;
  return violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(told).join(" | ")}`);
}"""


@dataclass
class Look:
    """One way to see the site; it collects what axe finds on each page."""

    name: str
    language: str
    options: dict[str, Any]
    found: list[str]

    def inspect(self, page: Page, kind: str) -> None:
        """Run axe, and take a picture."""
        page.evaluate(AXE)
        self.found += [f"{kind}: {violation}" for violation in page.evaluate(RUN)]
        picture(page, f"{self.name}-{kind}")

    def open(self, page: Page, path: str, kind: str) -> None:
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        self.inspect(page, kind)


LOOKS = [
    ("light", "en", {"color_scheme": "light"}),
    ("arabic", "ar", {"color_scheme": "light", "viewport": {"width": 360, "height": 740}}),
    ("dark", "en", {"color_scheme": "dark"}),
]


@pytest.fixture(params=LOOKS, ids=[name for name, _, _ in LOOKS])
def look(request: pytest.FixtureRequest) -> Look:
    name, language, options = request.param
    return Look(name, language, options, [])


def visit_in(look: Look, site: Site, visit: Visit, student: Person | None = None) -> Visitor:
    """A browser of this look, in its language."""
    visitor = visit(site, student=student, **look.options)
    visitor.watch.allow(r"status of 404|status of 422")
    if look.language != "en":
        visitor.page.goto("/")
        choose_language(visitor.page, look.language)
    return visitor


def test_pages_before_signing_in(look: Look, site: Site, school: School, visit: Visit) -> None:
    page = visit_in(look, site, visit).page
    look.open(page, "/", "welcome")
    look.open(page, "/join", "join")
    page.fill("input[name=code]", "AAAA-AAAA")
    page.locator("main form button").click()
    expect(page.locator(".error-text")).to_be_visible()
    look.inspect(page, "join-wrong-code")
    page.fill("input[name=code]", school.code)
    page.locator("main form button").click()
    page.wait_for_url("**/join/name")
    look.inspect(page, "join-name")
    look.open(page, "/sign-in", "sign-in")
    look.open(page, "/people", "people-nobody")
    look.open(page, "/no-such-page", "error-404")
    page.locator("details.menu summary").first.click()
    look.inspect(page, "menu-open")
    assert look.found == []


def test_pages_of_a_student(look: Look, site: Site, enrol: Enrol, visit: Visit) -> None:
    student = enrol(f"Lina {look.name}")
    page = visit_in(look, site, visit, student).page
    for path, kind in [
        ("/courses", "courses"),
        (COURSE, "course"),
        ("/me", "settings"),
        ("/people", "people"),
    ]:
        look.open(page, path, kind)
    look.open(page, TICKETS, "exercise")
    page.goto(FIRST_LESSON)
    run_cell(page, page.locator(".cell[data-cell=first-print]"))
    broken = page.locator(".cell[data-cell=bus-lines]")
    write_code(page, broken, "print(name)")
    run_cell(page, broken)
    quiz = page.locator(".quiz").first
    quiz.locator("input[name=answer]").first.check()
    quiz.locator("button[type=submit]").click()
    expect(page.locator(".quiz-result").first).to_be_visible()
    look.inspect(page, "lesson-after-cell-and-question")
    look.open(page, f"{COURSE}/03-input-and-output", "lesson")
    page.goto(HELLO)
    editor = page.locator(".editor").first
    handed_in = [(HELLO_WRONG, "failed"), ("print(Hello)\n", "error"), (HELLO_RIGHT, "passed")]
    if look.name == "light":  # it takes its ten seconds
        handed_in.insert(1, ("while True: pass\n", "time_limit"))
    for code, outcome in handed_in:
        write_code(page, editor, code)
        hand_in(page)
        verdict(page, outcome)
        look.inspect(page, f"exercise-{outcome}")
    page.reload()
    look.inspect(page, "exercise-with-attempts")
    page.locator(".attempts a").last.click()
    page.wait_for_url("**/submissions/*")
    look.inspect(page, "submission")
    assert look.found == []


def test_pages_of_staff(look: Look, site: Site, school: School, enrol: Enrol, visit: Visit) -> None:
    student = enrol(f"Omid {look.name}")
    student.get(HELLO)
    handed_in = student.hand_in(HELLO.removeprefix("/courses/"), HELLO_WRONG, uuid.uuid4().hex)
    student.verdict(handed_in["events"])
    page = visit_in(look, site, visit).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    expect(page.locator("html")).to_have_attribute("lang", look.language)
    look.inspect(page, "classes")
    page.locator("main .card a").first.click()
    page.wait_for_url("**/classes/*")
    look.inspect(page, "class")
    grid = page.url
    page.locator("table.standings th a", has_text=student.name).click()
    page.wait_for_url("**/people/*")
    look.inspect(page, "student")
    page.locator("main a[href*='/reset']").click()
    look.inspect(page, "reset")
    page.goto(f"{grid}/cards")
    look.inspect(page, "cards")
    page.locator("main form button").click()
    expect(page.locator(".qr-card").first).to_be_visible()
    look.inspect(page, "cards-made")
    page.goto(handed_in["url"])
    look.inspect(page, "submission-of-a-student")
    assert look.found == []


def test_pages_of_reviews(look: Look, site: Site, school: School, enrol: Enrol, visit: Visit) -> None:
    student = enrol(f"Rana {look.name}")
    work_that_waits(student)
    page = visit_in(look, site, visit).page
    sign_in(page, school.code, "Ada", school.pins["Ada"])
    look.open(page, "/reviews", "reviews")
    open_and_take(page, student)
    page.locator("#line-0-3 label.line-number").click()
    look.inspect(page, "review-line-chosen")
    page.fill("#comment-text", "A clear name.")
    page.locator("#comment button").click()
    page.wait_for_url("**#line-0-3")
    look.inspect(page, "review-with-comment")
    page.locator("button[value=approve]").click()
    expect(page.locator(".notice.warning")).to_be_visible()
    look.inspect(page, "review-points-open")
    page.locator("button[value=needs_work]").click()
    page.wait_for_url("**/reviews")
    look.open(page, "/reviews/remarks", "remarks")
    learner = visit_in(look, site, visit, student).page
    for path, kind in [("/courses", "courses-new-answer"), ("/answers", "answers")]:
        look.open(learner, path, kind)
    learner.locator("main .card a").first.click()
    learner.wait_for_url("**/answers/*")
    look.inspect(learner, "answer")
    look.open(learner, f"/courses/{TILL}", "exercise-needs-work")
    work_that_waits(student)
    open_and_take(page, student)
    look.inspect(page, "review-with-changes")
    page.locator("button[value=release]").click()
    assert look.found == []


def test_pages_of_authors(look: Look, starting_site: Site, school: School, visit: Visit) -> None:
    page = visit_in(look, starting_site, visit).page
    sign_in(page, school.code, "Cora", school.pins["Cora"])
    for path, kind in [
        ("/authoring", "author-courses"),
        ("/authoring/new", "author-new"),
        ("/authoring/open", "author-open"),
        ("/authoring/import", "author-import"),
    ]:
        look.open(page, path, kind)
    course = open_for_changes(page, "digital-basics")
    lesson = f"{course}/lessons/01-accounts-and-passwords"
    for path, kind in [
        (course, "author-course"),
        (f"{course}/settings", "author-settings"),
        (f"{course}/people", "author-people"),
        (f"{course}/history", "author-history"),
        (f"{course}/remote", "author-remote"),
        (f"{course}/translations", "author-translations"),
        (f"{course}/translations/ar", "author-translate"),
        (f"{course}/publish", "author-publish"),
        (f"{course}/versions", "author-versions"),
        (f"{course}/statistics", "author-statistics"),
        (f"{course}/export", "author-export"),
        (lesson, "author-lesson"),
        (f"{lesson}/exercises/new", "author-exercise-new"),
    ]:
        look.open(page, path, kind)
        no_sideways_scrolling(page)
    name = f"begun-{look.name}"
    page.fill("[name=title]", f"Begun {look.name}")
    page.fill("[name=name]", name)
    page.locator("[name=start][value=function]").check()
    page.locator("main form button").last.click()
    page.wait_for_url(f"**/exercises/{name}")
    look.inspect(page, "author-exercise")
    no_sideways_scrolling(page)
    look.open(page, f"{course}/history", "author-history-with-changes")
    page.locator("main a[href*='/history/']").first.click()
    page.wait_for_url("**/history/*")
    look.inspect(page, "author-commit")
    no_sideways_scrolling(page)
    assert look.found == []


def open_for_changes(page: Page, slug: str) -> str:
    """Take a shipped course over, or find it where an earlier look has done so; its address."""
    page.goto("/authoring")
    known = page.locator("main a", has_text=TITLES[slug])
    if known.count() == 0:
        page.goto("/authoring/open")
        page.select_option("select[name=course]", slug)
        page.locator("main form button").last.click()
        page.wait_for_url(re.compile(r"/authoring/[\w-]{16}$"))
        page.goto("/authoring")
    return known.first.get_attribute("href") or ""
