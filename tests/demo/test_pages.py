"""Every page over the large made-up school: it answers, and it asks the database no more in a larger class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from lms.app import create_app
from lms.core.db import db
from lms.demo.large import make_large
from lms.demo.school import Scale
from tests.conftest import Browser, make_tables, settings_in
from tests.factories import make_user
from tests.pages import NOT_MEASURED, PAGES, Page, Spot, get_routes, missing_pages, sign_in_as, spots

FEW, MANY = 3, 12
WEEKS = 14  # far enough that there was work to read
SPOTS, ASKED = 12, 2
EACH = [
    pytest.param(page, id=f"{page.who} {page.path}{' then next' if page.then else ''}")
    for pages in PAGES.values()
    for page in pages
]


class Queries:
    """Counts what is read. Whether a visit is written down depends on when the last one was."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(db.engine, "before_cursor_execute", self._one)

    def _one(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.count += statement.startswith(("SELECT", "WITH"))


Counts = Mapping[int, Mapping[Page, int]]


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: FileSystemBytecodeCache,
    compiled_addresses: None,
) -> Counts:
    """By the size of the classes, the most queries that each page took anywhere."""
    found = {}
    for size in (FEW, MANY):
        app = create_app(settings_in(tmp_path_factory.mktemp("school")))
        app.test_client_class = Browser
        app.jinja_env.bytecode_cache = compiled_templates
        with app.app_context():
            found[size] = dict(_count(app, size))
            db.session.remove()
            db.engine.dispose()
    return found


def _count(app: Flask, size: int) -> Iterator[tuple[Page, int]]:
    make_tables()
    for _ in make_large(Scale(cohorts=2, students=size, weeks=WEEKS)):
        db.session.commit()
    make_user("Root", admin=True)
    db.session.commit()
    places = spots(seed=1, number=SPOTS)
    clients = {who: sign_in_as(app, who) for spot in places for who in spot.people.values()}
    queries = Queries()
    for page in (page for pages in PAGES.values() for page in pages):
        with_page = [spot for spot in places if spot.address(page) is not None][:ASKED]
        assert with_page, f"no class has anything to show at {page.path}"
        _ask(
            page, with_page[0], clients, queries
        )  # what is kept in memory from then on is not asked for again
        yield page, max(_ask(page, spot, clients, queries) for spot in with_page)


def _ask(page: Page, spot: Spot, clients: Mapping[int, FlaskClient], queries: Queries) -> int:
    """How many queries the page took here."""
    address = spot.address(page)
    assert address is not None
    client = clients[spot.people[page.who]]
    if page.then:
        found = re.search(page.then, client.get(address).get_data(as_text=True))
        address = urljoin(address, unescape(found.group(1))) if found else address
    queries.count = 0
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200, f"{address} answered with {answer.status_code} to a {page.who}"
    return queries.count


@pytest.mark.parametrize("page", EACH)
def test_a_page_asks_no_more_in_a_larger_class(counted: Counts, page: Page) -> None:
    few, many = counted[FEW][page], counted[MANY][page]
    assert few > 0
    assert many <= few, f"{few} queries for {FEW} students, {many} for {MANY}"


def test_every_page_has_an_entry(app: Flask) -> None:
    assert missing_pages(app) == []
    assert get_routes(app) >= PAGES.keys()
    assert not PAGES.keys() & NOT_MEASURED.keys()
