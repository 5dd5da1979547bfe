"""What came in belongs to the person: she confirms it, sees who reads it, and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts import throttle
from lms.accounts.models import User
from lms.core.db import db, utcnow
from lms.referral import envelope
from lms.referral.models import ImportStatus, Purpose, ReferralImport, ReferralReading
from lms.referral.receiving import bring
from lms.referral.refusals import Refused, Why
from lms.referral.retention import erase_what_is_over
from tests.referral.conftest import (
    STATEMENT,
    Site,
    only_import,
    only_referral,
    paper_code,
    queries,
    signed,
    take_in,
    trust,
)


@pytest.fixture
def package(here: Site, there: Site) -> str:
    """A good referral of Ben's, for the school that trusts his."""
    assert trust(there, here).status_code == 303
    return signed(here, there.receiver)


@pytest.fixture
def waiting(package: str, there: Site) -> str:
    """It waits at the other school; the path of its page for coordinators."""
    return str(take_in(there, package).location)


def test_staff_read_nothing_before_she_confirms(waiting: str, there: Site) -> None:
    for path in (waiting, f"/programmes/{there.slug}/referrals"):
        page = there.browser("Cora").page(path)
        assert STATEMENT not in page
        assert "Ben" not in page
    with there.inside():
        assert db.session.scalars(select(ReferralReading)).all() == []


def test_she_says_no_and_nobody_has_read_it(waiting: str, there: Site) -> None:
    code = paper_code(there)
    dina = there.browser("Dina")
    assert dina.post("/referrals/claim", code=code, action="refuse").status_code == 303
    with there.inside():
        imported = only_import(there)
        assert (imported.status, imported.token, imported.content) == (ImportStatus.REFUSED, "", {})
    assert "erased" in there.browser("Cora").page(waiting)


def test_a_code_works_once_and_a_new_one_replaces_it(waiting: str, there: Site) -> None:
    old, new = paper_code(there), paper_code(there)
    dina = there.browser("Dina")
    assert dina.post("/referrals/claim", code=old).status_code == 422
    assert dina.post("/referrals/claim", code=new, action="confirm").status_code == 303
    assert there.browser("Mila").post("/referrals/claim", code=new, action="confirm").status_code == 422
    with there.inside():
        assert only_import(there).user_id == there.person("Dina").id


def test_a_code_is_not_found_by_trying(waiting: str, there: Site) -> None:
    code = paper_code(there)
    dina = there.browser("Dina")
    answers = [
        dina.post("/referrals/claim", code=f"{number}AAAAAAAAAAA").status_code
        for number in range(2, 3 + throttle.FREE_TRIES)
    ]
    assert answers[:2] == [422, 422]
    assert answers[-1] == 429
    assert dina.post("/referrals/claim", code=code).status_code == 429


def test_she_brings_it_herself(package: str, there: Site) -> None:
    dina = there.browser("Dina")
    answer = dina.send_file("/referrals/bring", package, programme=there.slug, purpose="admission")
    assert answer.status_code == 303
    assert STATEMENT in dina.page(str(answer.location))
    with there.inside():
        path = f"/programmes/{there.slug}/referrals/{only_import(there).public_id}"
    assert STATEMENT not in there.browser("Cora").page(path)
    assert dina.post(str(answer.location), action="confirm").status_code == 303
    assert STATEMENT in there.browser("Cora").page(path)


def test_she_brings_it_only_where_she_learns(package: str, there: Site) -> None:
    cleo = there.browser("Cleo")
    answer = cleo.send_file("/referrals/bring", package, programme=there.slug, purpose="admission")
    assert answer.status_code == 422
    with there.inside():
        assert db.session.scalars(select(ReferralImport)).all() == []


def test_each_reading_leaves_a_trace_that_she_sees(waiting: str, there: Site) -> None:
    there.browser("Dina").post("/referrals/claim", code=paper_code(there), action="confirm")
    mine = f"/referrals/received/{waiting.rsplit('/', 1)[-1]}"
    assert "Nobody has read it yet." in there.browser("Dina").page(mine)
    there.browser("Cora").page(waiting)
    there.browser("Cora").page(waiting)
    there.browser("Root").page(waiting)
    page = there.browser("Dina").page(mine)
    assert "<bdi>Cora</bdi> ·" in page
    assert "<bdi>Root</bdi> ·" in page
    with there.inside():
        assert len(db.session.scalars(select(ReferralReading)).all()) == 2


def test_she_takes_it_back_in_one_tap(waiting: str, there: Site) -> None:
    there.browser("Dina").post("/referrals/claim", code=paper_code(there), action="confirm")
    mine = f"/referrals/received/{waiting.rsplit('/', 1)[-1]}"
    assert there.browser("Dina").post(mine, action="withdraw").status_code == 303
    assert STATEMENT not in there.browser("Cora").page(waiting)
    with there.inside():
        assert only_import(there).content == {}


def test_what_nobody_confirms_is_erased_after_thirty_days(waiting: str, there: Site) -> None:
    code = paper_code(there)
    with there.inside():
        erase_what_is_over(utcnow() + timedelta(days=29))
        assert only_import(there).status == ImportStatus.WAITING
        # Its time is over before anything sweeps: the code finds nothing.
        only_import(there).erase_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    assert there.browser("Dina").post("/referrals/claim", code=code).status_code == 422
    with there.inside():
        erase_what_is_over()
        db.session.commit()
        imported = only_import(there)
        assert (imported.status, imported.token, imported.content) == (ImportStatus.ERASED, "", {})


def test_what_she_confirmed_is_erased_when_its_time_is_over(waiting: str, there: Site) -> None:
    there.browser("Dina").post("/referrals/claim", code=paper_code(there), action="confirm")
    with there.inside():
        only_import(there).erase_at = utcnow() - timedelta(seconds=1)
        db.session.commit()
    assert STATEMENT not in there.browser("Cora").page(waiting)
    with there.inside():
        erase_what_is_over()
        db.session.commit()
        assert only_import(there).content == {}


def send_list(there: Site, text: str) -> str:
    """Cora takes in the other school's list; the page that follows."""
    cora = there.browser("Cora")
    page = cora.page(f"/programmes/{there.slug}/schools")
    school = page.split(f'action="/programmes/{there.slug}/schools/')[1].split('"')[0]
    cora.send_file(f"/programmes/{there.slug}/schools/{school}", text, action="list")
    return cora.page(f"/programmes/{there.slug}/schools")


def test_the_school_s_list_ends_what_she_withdrew_there(waiting: str, here: Site, there: Site) -> None:
    there.browser("Dina").post("/referrals/claim", code=paper_code(there), action="confirm")
    assert STATEMENT in there.browser("Cora").page(waiting)
    older = here.browser().page("/.well-known/passerelle-withdrawn")
    assert "Nothing of what is here is withdrawn" in send_list(there, older)
    with here.inside():
        path = f"/referrals/{only_referral(here).public_id}"
    here.browser("Ben").post(f"{path}/withdraw")
    with here.inside():
        newer = here.browser().page("/.well-known/passerelle-withdrawn")
    assert "1 referral here is withdrawn" in send_list(there, newer)
    assert STATEMENT not in there.browser("Cora").page(waiting)


def test_a_list_of_another_school_or_an_older_one_is_refused(
    waiting: str, here: Site, there: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = here.browser().page("/.well-known/passerelle-withdrawn")
    assert "not the key that signed this" in send_list(
        there, there.browser().page("/.well-known/passerelle-withdrawn")
    )
    assert "is wrong" in send_list(there, good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB"))
    foreign = dict(envelope.read(good).payload) | {"issuer": there.address, "iss": there.address}
    assert "is not known here yet" in send_list(there, here.sign_as_school(foreign))
    later = utcnow() + timedelta(minutes=2)
    monkeypatch.setattr("lms.referral.services.utcnow", lambda: later)
    newer = here.browser().page("/.well-known/passerelle-withdrawn")
    assert "The list is taken" in send_list(there, newer)
    assert "older than the one" in send_list(there, good)


def test_a_withdrawn_one_cannot_be_confirmed_any_more(waiting: str, here: Site, there: Site) -> None:
    code = paper_code(there)
    with here.inside():
        path = f"/referrals/{only_referral(here).public_id}"
    here.browser("Ben").post(f"{path}/withdraw")
    send_list(there, here.browser().page("/.well-known/passerelle-withdrawn"))
    assert there.browser("Dina").post("/referrals/claim", code=code, action="confirm").status_code == 422


def test_who_may_open_what_came_in(waiting: str, there: Site) -> None:
    """Coordinators of the programme and admins; a teacher of the class, others and outsiders get the same 404."""
    there.browser("Dina").post("/referrals/claim", code=paper_code(there), action="confirm")
    mine = f"/referrals/received/{waiting.rsplit('/', 1)[-1]}"
    for name in ("Cora", "Root"):
        assert STATEMENT in there.browser(name).page(waiting)
    for name in ("Ada", "Mila", "Olga", "Ben", "Dina", "Cleo"):
        there.browser(name).page(waiting, 404)
    for name in ("Ada", "Cora", "Root", "Ben", "Cleo"):
        there.browser(name).page(mine, 404)


def test_the_table_decides_between_two_at_once(package: str, here: Site, there: Site) -> None:
    with there.inside():
        cora = there.person("Cora")
        programme = there.person("Ben").enrolments[0].cohort.programme
        bring(package, programme, Purpose.ADMISSION, cora)
        with pytest.raises(Refused) as refused:
            bring(package, programme, Purpose.ADMISSION, db.session.get_one(User, cora.id))
        assert refused.value.why is Why.USED
        assert len(db.session.scalars(select(ReferralImport)).all()) == 1


def test_the_list_s_page_costs_the_same_queries_whatever_its_length(
    package: str, here: Site, there: Site
) -> None:
    take_in(there, package)
    few = queries(there, f"/programmes/{there.slug}/referrals", "Cora")
    for _ in range(3):
        assert take_in(there, signed(here, there.receiver)).status_code == 303
    assert queries(there, f"/programmes/{there.slug}/referrals", "Cora") == few
