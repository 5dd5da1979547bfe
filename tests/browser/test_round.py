"""A whole round: 120 candidates, 16 seats, two raters, talks, a tie, the waiting list, letters, a second look."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, School, Visit
from tests.browser.people import choose_language, no_sideways_scrolling, picture
from tests.browser.seed_round import CANDIDATES, SEATS
from tests.system import PIN, Site, run_in

pytestmark = [pytest.mark.browser, pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(600)]

TALKERS = (2, 3)
"""Candidates who are invited to a talk, one who reads Arabic and one who reads Ukrainian."""
OFFERS = SEATS - 1
"""Offers that a colleague has made already; the last seat is given in the browser."""
DECIDE_THE_REST = """
import sys
from datetime import timedelta
from sqlalchemy import select
from lms.accounts.models import User
from lms.admissions import deciding
from lms.admissions.application_models import Application
from lms.admissions.decision_models import DecisionKind
from lms.app import create_app
from lms.core.db import db, utcnow

round_id, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with create_app().app_context():
    cora = db.session.scalars(select(User).where(User.name == "Cora")).first()
    everybody = db.session.scalars(
        select(Application).join(Application.round).where(Application.round.has(public_id=round_id))
        .order_by(Application.id)
    ).all()
    for number, application in enumerate(everybody):
        if number in (first, last):
            continue
        kind = DecisionKind.OFFER if number < first else DecisionKind.LATER
        later = utcnow().date() + timedelta(days=90) if kind == DecisionKind.LATER else None
        deciding.decide(application, deciding.Wanted(kind, "The work shows it.", "en", come_back_on=later), cora)
    db.session.commit()
"""
TALK_BEGINS = """
import sys
from datetime import timedelta
from sqlalchemy import update
from lms.admissions.interview_models import Interview, InterviewSlot
from lms.app import create_app
from lms.core.db import db, utcnow

with create_app().app_context():
    taken = db.session.query(Interview.slot_id).filter(Interview.slot_id.is_not(None))
    now = utcnow() - timedelta(minutes=5)
    assert db.session.execute(
        update(InterviewSlot).where(InterviewSlot.id.in_(taken.scalar_subquery())).values(starts_at=now)
    ).rowcount == 1
    db.session.commit()
"""


@dataclass(frozen=True)
class Round:
    """Where the round is, and the codes of the two classes."""

    round: str
    code: str
    home: str
    interviewer: str
    candidates: list[str]


@pytest.fixture
def seeded(starting_site: Site) -> Round:
    """The round, put into the running site's database."""
    return Round(**json.loads(run_in(starting_site, "-m", "tests.browser.seed_round")))


def enter(
    visit: Visit, site: Site, code: str, name: str, *, language: str = "en", pin: str = PIN, **options: object
) -> Page:
    """Somebody's browser, signed in."""
    visitor = visit(site, **options)
    visitor.watch.allow("status of 422")  # a decision for which no seat is left
    visitor.watch.allow("status of 409")  # a time that somebody else has taken
    page = visitor.page
    page.goto("/")
    choose_language(page, language)
    page.goto("/sign-in")
    page.fill("input[name=code]", code)
    page.fill("input[name=name]", name)
    page.fill("input[name=secret]", pin)
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/(classes|courses)$"))
    return page


def rate(page: Page, level: str) -> None:
    """The one rating that is open, on a page that says nothing of who it is."""
    page.goto("/ratings")
    page.locator("section[aria-labelledby=open-title] a.row-link").first.click()
    page.wait_for_url("**/ratings/*")
    expect(page.locator("main")).not_to_contain_text("Candidate")
    for group in page.locator("form fieldset.card").all():
        group.locator(f"input[type=radio][value='{level}']").check()
    page.locator("button[value=done]").click()
    page.wait_for_url("**/ratings")


def offer_talks(page: Page, seeded: Round) -> None:
    """The coordinator offers two times of one person, and invites two candidates."""
    page.goto(f"/rounds/{seeded.round}/interviews")
    page.select_option("select[name=interviewer]", seeded.interviewer)
    page.fill("input[name=day]", (datetime.now(tz=UTC).date() + timedelta(days=3)).isoformat())
    page.fill("input[name=begins]", "17:00")
    page.fill("input[name=ends]", "18:00")
    page.fill("input[name=place]", "Room 4")
    page.locator("button[value=offer]").click()
    expect(page.locator("section[aria-labelledby=times-title] li")).to_have_count(2)
    for number in TALKERS:
        page.locator(f"input[name=candidate][value='{seeded.candidates[number]}']").check()
    page.locator("button[value=invite]").click()
    expect(page.locator(".notice.success")).to_contain_text("2")
    picture(page, "en-round-talks", full=False)


def pick_a_time(page: Page) -> None:
    """A candidate follows the message to the times, and takes the first one."""
    page.goto("/messages")
    page.locator("main a[href$='/talk'], main a.row-link").first.click()
    page.wait_for_url("**/talk")
    page.locator("button[name=slot]").first.click()


def talk(site: Site, seeded: Round, visit: Visit, cora: Page) -> None:
    """Two people want the same time; one has it, talks, and what was heard is kept apart from what raters say."""
    offer_talks(cora, seeded)
    first, second = (
        enter(visit, site, seeded.home, f"Candidate {number}", language=language, **PHONE)
        for number, language in zip(TALKERS, ("ar", "uk"), strict=True)
    )
    second.goto(f"/applications/{seeded.candidates[TALKERS[1]]}/talk")
    pick_a_time(first)
    expect(first.locator(".notice.success")).to_be_visible()
    expect(first.locator(".next-class")).to_contain_text("Ines")
    no_sideways_scrolling(first)
    picture(first, "ar-360-my-talk")
    second.locator("button[name=slot]").first.click()
    expect(second.locator("[role=alert]")).to_be_visible()
    second.locator("button[name=slot]").first.click()  # what is left
    expect(second.locator(".next-class")).to_contain_text("Ines")
    second.locator("button[value=give_up]").click()
    expect(second.locator(".notice.success")).to_be_visible()

    run_in(site, "-c", TALK_BEGINS)
    ines = enter(visit, site, seeded.code, "Ines")
    ines.goto("/talks")
    ines.locator("main a.row-link").click()
    ines.locator("main fieldset.card input[type=radio][value='2']").check()
    ines.locator("main fieldset.card textarea").fill("She has seen a day of it.")
    ines.locator("main form.stack button").last.click()
    expect(ines.locator(".notice.success")).to_be_visible()
    ines.locator("button[value=held]").click()
    expect(ines.locator(".badge.passed")).to_be_visible()
    picture(ines, "en-round-talk")
    here = f"/rounds/{seeded.round}/candidates/{seeded.candidates[TALKERS[0]]}"
    cora.goto(here)
    expect(cora.locator("main")).to_contain_text("She has seen a day of it.")
    rita = enter(visit, site, seeded.code, "Rita")
    answer = rita.request.get(ines.url)
    assert answer.status == 404, "whoever rates by code does not read what was heard"


def decide(page: Page, seeded: Round, number: int, kind: str, reason: str) -> None:
    """One decision, as a coordinator makes it."""
    page.goto(f"/rounds/{seeded.round}/candidates/{seeded.candidates[number]}/decision")
    page.locator(f"input[name=kind][value={kind}]").check()
    page.fill("textarea[name=reason]", reason)
    page.locator("main form button").last.click()
    page.wait_for_url("**/decisions#*")


def open_letter(page: Page, seeded: Round, number: int) -> None:
    """A candidate opens her newest letter."""
    page.goto(f"/applications/{seeded.candidates[number]}")
    page.locator("a[href^='/letters/']").first.click()
    page.wait_for_url("**/letters/*")
    no_sideways_scrolling(page)


def test_a_whole_round(starting_site: Site, school: School, seeded: Round, visit: Visit) -> None:
    site = starting_site
    for name, level in (("Rita", "3"), ("Rolf", "2")):
        rate(enter(visit, site, seeded.code, name), level)

    cora = enter(visit, site, school.code, "Cora", pin=school.pins["Cora"])
    talk(site, seeded, visit, cora)
    decisions = f"/rounds/{seeded.round}/decisions"
    # A tie for the last seat: two people with the same levels; a person decides, and says why.
    run_in(site, "-c", DECIDE_THE_REST, seeded.round, str(OFFERS), str(OFFERS + 1))
    decide(cora, seeded, OFFERS, "offer", "Both were alike. She has the hours for a bootcamp now.")
    decide(cora, seeded, OFFERS + 1, "waiting", "Both were alike. She can begin a little later as well.")
    cora.goto(f"/rounds/{seeded.round}/candidates/{seeded.candidates[60]}/decision")
    cora.locator("input[name=kind][value=offer]").check()
    cora.locator("main form button").last.click()
    expect(cora.locator(".error-text").first).to_be_visible()  # no seat is left
    cora.goto(decisions)
    expect(cora.locator("dl.facts")).to_contain_text(f"{SEATS} / {SEATS}")

    waiting = enter(visit, site, seeded.home, f"Candidate {OFFERS + 1}", **PHONE)
    waiting.goto(f"/applications/{seeded.candidates[OFFERS + 1]}")
    expect(waiting.locator("a[href^='/letters/']")).to_have_count(0)  # nothing is seen before it is told
    cora.locator(f"form[action$='/{seeded.round}/release'] button").click()
    cora.wait_for_url("**/decisions")
    expect(cora.locator(".notice.success")).to_contain_text(str(CANDIDATES))
    picture(cora, "en-round-decisions", full=False)

    # Letters in four languages, each on a phone.
    words = {
        0: "We offer you a seat in Next bootcamp",
        1: "Nous vous proposons",
        2: "نعرض عليكم",
        3: "Ми пропонуємо",
    }
    for number, language in enumerate(("en", "fr", "ar", "uk")):
        page = enter(visit, site, seeded.home, f"Candidate {number}", language=language, **PHONE)
        open_letter(page, seeded, number)
        expect(page.locator("article.letter")).to_contain_text(words[number])
        picture(page, f"{language}-360-letter")
        if number == 2:
            # She declines; the seat goes to who waits.
            page.locator("main details summary").first.click()
            page.locator("button[value=no]").click()
            expect(page.locator(".notice").first).to_be_visible()
        elif number == 1:
            page.locator("button[value=yes]").click()
            expect(page.locator(".notice.success").first).to_be_visible()

    open_letter(waiting, seeded, OFFERS + 1)
    expect(waiting.locator("button[value=yes]")).to_be_visible()
    cora.goto(decisions)
    expect(cora.locator("#moves + ul")).to_contain_text(f"Candidate {OFFERS + 1}")

    # Somebody objects in her own language; another coordinator takes the second look and upholds it.
    objector = enter(visit, site, seeded.home, "Candidate 19", language="uk", **PHONE)
    open_letter(objector, seeded, 19)
    objector.locator("section[aria-labelledby=second-look] summary").click()
    objector.fill("textarea[name=text]", "Моє останнє завдання не прочитали.")
    objector.locator("section[aria-labelledby=second-look] form button").click()
    objector.wait_for_url("**/letters/*")
    cora.goto(decisions)
    cora.locator("section[aria-labelledby=looks-title] a").first.click()
    expect(cora.locator("button[value=anew]")).to_have_count(0)  # who decided does not look again
    nils = enter(visit, site, seeded.code, "Nils")
    nils.goto(cora.url)
    expect(nils.locator("main")).to_contain_text("Моє останнє завдання не прочитали.")
    nils.fill("textarea[name=answer]", "The task was handed in on time.")
    nils.locator("main details summary", has_text=re.compile("right")).click()
    nils.locator("input[name=kind][value=waiting]").check()
    nils.fill("textarea[name=reason]", "The last task was solved.")
    nils.locator("button[value=anew]").click()
    nils.wait_for_url("**/decisions")
    objector.goto(f"/applications/{seeded.candidates[19]}")
    expect(objector.locator("a[href^='/letters/']")).to_have_count(2)

    # The report, once everybody is told.
    cora.goto(f"/rounds/{seeded.round}/fairness")
    cora.locator("main form button").first.click()
    expect(cora.locator("main table").first).to_be_visible()
    picture(cora, "en-round-fairness")
