"""The page with a code: anybody sees what she chose to show, as long as she wants, and finds nothing by trying."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from lms.accounts import throttle
from lms.core.db import db, utcnow
from tests.referral.conftest import STATEMENT, Site, Visitor, draft, only_referral, sign

RECEIVER = "https://bootcamp.example/programmes/bootcamp"


@pytest.fixture
def shown(here: Site) -> tuple[Visitor, str, str]:
    """A referral with an open page: Ben's browser, its path, the code."""
    visitor, path = draft(here, RECEIVER)
    sign(visitor, path)
    assert visitor.post(f"{path}/page", action="open").status_code == 303
    found = re.search(r'class="code-words"[^>]*>([A-Z0-9-]{14})<', visitor.page(path))
    assert found is not None
    return visitor, path, found[1]


def test_anybody_with_the_code_sees_it(here: Site, shown: tuple[Visitor, str, str]) -> None:
    _, _, code = shown
    nobody = here.browser()
    answer = nobody.client.get(f"/verify?code={code.lower()}", follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert STATEMENT in page
    assert "This referral is real" in page
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert 'name="robots" content="noindex' in page
    assert nobody.page(f"/verify/{code}/file").count(".") == 2


def test_nothing_else_is_shown(here: Site, shown: tuple[Visitor, str, str]) -> None:
    _, path, code = shown
    page = here.browser().page(f"/verify/{code}")
    with here.inside():
        ben = here.person("Ben")
        for secret in (ben.public_id, path.rsplit("/", 1)[-1], "Morning class", "Cora"):
            assert secret not in page


def test_closing_it_closes_it_and_a_new_page_has_a_new_code(
    here: Site, shown: tuple[Visitor, str, str]
) -> None:
    visitor, path, code = shown
    visitor.post(f"{path}/page", action="close")
    here.browser().page(f"/verify/{code}", 404)
    here.browser().page(f"/verify/{code}/file", 404)
    visitor.page(f"{path}/file")
    visitor.post(f"{path}/page", action="open")
    here.browser().page(f"/verify/{code}", 404)


def test_withdrawing_closes_it(here: Site, shown: tuple[Visitor, str, str]) -> None:
    visitor, path, code = shown
    visitor.post(f"{path}/withdraw")
    here.browser().page(f"/verify/{code}", 404)


def test_it_ends_with_its_time(here: Site, shown: tuple[Visitor, str, str]) -> None:
    _, _, code = shown
    with here.inside():
        only_referral(here).valid_until = utcnow() - timedelta(seconds=1)
        db.session.commit()
    here.browser().page(f"/verify/{code}", 404)


def test_a_stolen_database_holds_no_code(here: Site, shown: tuple[Visitor, str, str]) -> None:
    _, _, code = shown
    with here.inside():
        referral = only_referral(here)
        stored = json.dumps(
            {column.name: str(getattr(referral, column.key)) for column in referral.__table__.columns}
        )
    assert code not in stored
    assert code.replace("-", "") not in stored


def test_trying_codes_is_made_slow(
    here: Site, shown: tuple[Visitor, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, code = shown
    monkeypatch.setattr(throttle, "ADDRESS_FREE_TRIES", 4)
    nobody = here.browser()
    for _ in range(6):
        nobody.page(f"/verify/{code}")  # the right one costs nothing
    answers = [nobody.client.get(f"/verify/AAAA-AAAA-AA{n}A").status_code for n in range(2, 8)]
    assert answers[:3] == [404, 404, 404]
    assert answers[-1] == 429
    nobody.page(f"/verify/{code}", 429)


def test_trying_codes_by_bringing_links_is_made_slow(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = here.browser("Ben")
    monkeypatch.setattr(throttle, "ADDRESS_FREE_TRIES", 4)
    answers = [
        ben.post(
            "/referrals/bring",
            text=f"http://localhost/verify/AAAA-AAAA-AA{n}A",
            programme=here.slug,
            purpose="admission",
        ).status_code
        for n in range(2, 9)
    ]
    assert answers[:3] == [422, 422, 422]
    assert answers[-1] == 429


def test_the_published_keys_hold_no_private_one(here: Site) -> None:
    keys = json.loads(here.browser().page("/.well-known/passerelle-keys.json"))["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "kid", "alg", "use"}]


def test_the_own_page_s_link_can_be_taken_in(here: Site) -> None:
    with here.inside():
        slug = here.person("Olga").enrolments[0].cohort.programme.slug
    visitor, path = draft(here, "", receiver=f"here:{slug}")
    sign(visitor, path)
    visitor.post(f"{path}/page", action="open")
    found = re.search(r'href="(http://localhost/verify/[^"]+)"', visitor.page(path))
    assert found is not None
    answer = here.browser("Olga").post(f"/programmes/{slug}/referrals", text=found[1], purpose="admission")
    assert answer.status_code == 303
