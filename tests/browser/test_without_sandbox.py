"""No engine to run code in: all but running works, and what was handed in is graded when it is back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enrol, Visit, read_school, wait_for_pages
from tests.browser.people import FIRST_LESSON, HELLO, HELLO_RIGHT, hand_in, picture, write_code
from tests.system import Site, running_site

pytestmark = [pytest.mark.browser, pytest.mark.docker, pytest.mark.timeout(180)]

ENGINE = Path("/var/run/docker.sock")


@dataclass
class Lame:
    """A site whose engine is not there until `cure` puts its socket in place."""

    site: Site
    socket: Path

    def cure(self) -> None:
        self.socket.symlink_to(ENGINE)


@pytest.fixture
def lame(tmp_path: Path) -> Iterator[Lame]:
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        socket = Path(folder) / "engine.sock"
        with running_site(tmp_path / "lame", wait=False, DOCKER_HOST=f"unix://{socket}") as site:
            wait_for_pages(site)
            yield Lame(site, socket)


def test_all_but_running_works_and_the_verdict_comes_with_the_engine(
    lame: Lame, enrol: Enrol, visit: Visit
) -> None:
    student = enrol("Xenia", at=lame.site, code=read_school(lame.site).code)
    visitor = visit(lame.site, student=student)
    visitor.watch.allow(r"status of 503")
    page = visitor.page
    page.goto(FIRST_LESSON)
    quiz = page.locator("#quiz-what-print-does")
    quiz.get_by_label("It shows something on the screen.").check()
    quiz.locator("button[type=submit]").click()
    expect(page.locator("#quiz-what-print-does .quiz-result.success")).to_be_visible()
    cell = page.locator(".cell").first
    cell.locator("[data-do=run]").click()
    expect(cell.locator(".cell-state[role=status]")).to_contain_text("it is our fault")
    picture(page, "en-cell-without-sandbox", full=False)

    page.goto(HELLO)
    write_code(page, page.locator(".editor").first, HELLO_RIGHT)
    expect(page.locator(".draft-state")).to_have_text("Saved")
    hand_in(page)
    waiting = page.locator("#result-state .verdict.waiting")
    expect(waiting).to_contain_text("Waiting for the grader, your work is saved")
    page.reload()
    expect(waiting).to_contain_text("Waiting for the grader, your work is saved")
    expect(page.locator(".attempts .badge")).to_have_text("Waiting for the grader")
    picture(page, "en-hand-in-without-sandbox")

    lame.cure()
    box = page.locator(".verdict[data-outcome=passed]")
    expect(box).to_be_visible(timeout=90_000)
    expect(page.locator("#result-tests > li.test.passed")).to_have_count(4)
    page.reload()
    expect(page.locator(".attempts li")).to_have_count(1)
