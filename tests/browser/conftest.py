"""One running site, one Chromium, and pages that fail their test for errors that no visitor would see."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from sandbox.client import SandboxClient, SandboxError
from tests.system import Person, Site, demo_code, passerelle, running_site

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
# When text is typed over coloured text, Chromium's own editing tries to keep its style as an attribute. The
# policy stops it, the editor paints the text itself, and no script of ours had a part in it.
SAY_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) => {
  if (event.target.matches?.(".editor-host")) return;
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});"""
expect.set_options(timeout=10_000)
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process of a parallel run has all of this folder: the site and its people are shared."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Not for the whole session: Playwright keeps an event loop open in this thread."""
    path = shutil.which("chromium") or CHROMIUM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def wait_for_pages(site: Site, seconds: float = 60) -> None:
    """Wait until the web server answers, whatever its sandbox does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{site.url}/healthz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError(site.log.read_text()[-3000:])


def wait_for_sandbox(site: Site, seconds: float = 90) -> None:
    """Wait until the sandbox says that it can run student code."""
    client = SandboxClient(
        f"unix:{Path(site.environment['PASSERELLE_INSTANCE_DIR']) / 'run' / 'sandbox.sock'}"
    )
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(SandboxError):
            if client.health().healthy:
                return
        time.sleep(0.1)
    raise TimeoutError(site.log.read_text()[-3000:])


@pytest.fixture(scope="package")
def starting_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole system; its sandbox may still be getting ready."""
    with running_site(tmp_path_factory.mktemp("site"), wait=False) as running:
        wait_for_pages(running)
        yield running


@pytest.fixture(scope="package")
def site(starting_site: Site) -> Site:
    """The whole system, ready to run code."""
    wait_for_sandbox(starting_site)
    return starting_site


@dataclass(frozen=True)
class School:
    """What `passerelle demo` prints: the class code, and the PINs by name."""

    code: str
    pins: dict[str, str]


def read_school(site: Site) -> School:
    """The ways to sign in, as they are printed."""
    text = passerelle("demo", environment=site.environment).stdout
    pins = dict(re.findall(r"^\s*(\w+)\s+PIN (\d{6,})", text, re.MULTILINE))
    return School(demo_code(site.environment), pins)


@pytest.fixture(scope="package")
def school(starting_site: Site) -> School:
    """The demonstration school of the site."""
    return read_school(starting_site)


@dataclass
class Watch:
    """Everything that went wrong in a browser context; a test says beforehand what may."""

    site_url: str
    problems: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """A problem that this test makes on purpose."""
        self.allowed.append(re.compile(pattern))

    def follow(self, context: BrowserContext) -> None:
        context.on("page", self._follow_page)
        context.add_init_script(SAY_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"page error: {error.error}"))
        context.on("request", self._ours)
        context.on("requestfailed", self._failed)

    def check(self) -> None:
        """Fail for every problem that was not announced."""
        unexpected = [
            problem for problem in self.problems if not any(one.search(problem) for one in self.allowed)
        ]
        assert unexpected == []

    def _follow_page(self, page: Page) -> None:
        page.on("crash", lambda _page: self.problems.append("the page crashed"))

    def _console(self, message: ConsoleMessage) -> None:
        by_chromium = message.text.startswith("Applying inline style") and message.location["lineNumber"] == 0
        self._note_if(message.type in {"error", "warning"} and not by_chromium, f"console: {message.text}")

    def _note_if(self, wrong: bool, problem: str) -> None:
        if wrong:
            self.problems.append(problem)

    def _ours(self, request: Any) -> None:
        parts = urlsplit(request.url)
        ours = f"{parts.scheme}://{parts.netloc}" == self.site_url or parts.scheme in {
            "data",
            "blob",
            "about",
        }
        self._note_if(not ours, f"request to a third party: {request.url}")

    def _failed(self, request: Any) -> None:
        # A stream that the page itself gives up, or leaves behind when it is left, is no fault.
        self._note_if(
            request.failure != "net::ERR_ABORTED", f"request failed: {request.url} {request.failure}"
        )


class Visitor:
    """Somebody's browser: a fresh context, its pages, and the watch over them."""

    def __init__(self, context: BrowserContext, watch: Watch) -> None:
        self.context = context
        self.watch = watch
        self.page = context.new_page()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Open a fresh browser context at a site: `visit(site, locale="ar", **options of the context)`."""
    visitors: list[Visitor] = []

    def open_context(
        at: Site, *, student: Person | None = None, timeout: float = 10_000, **options: Any
    ) -> Visitor:
        options = {"viewport": {"width": 1100, "height": 800}, "locale": "en-GB", **options}
        context = chromium.new_context(base_url=at.url, **options)
        context.set_default_timeout(timeout)
        if student is not None:
            context.add_cookies(
                [{"name": c.name, "value": c.value or "", "url": at.url} for c in student.client.cookies.jar]
            )
        watch = Watch(at.url)
        watch.follow(context)
        visitors.append(Visitor(context, watch))
        return visitors[-1]

    yield open_context
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        visitor.watch.check()


Enrol = Callable[..., Person]


@pytest.fixture
def enrol(school: School, starting_site: Site) -> Iterator[Enrol]:
    """A new student of the demonstration class, joined over plain HTTP: `enrol("Mira")`."""
    people: list[Person] = []

    def join(name: str, *, at: Site | None = None, code: str | None = None) -> Person:
        person = Person((at or starting_site).url, name)
        people.append(person)
        person.join(code or school.code)
        return person

    yield join
    for person in people:
        person.client.close()
