"""What is wrong with a package is said, and nothing of it is kept. Each test fails without the defence it names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from lms.core.db import db, utcnow
from lms.referral import envelope, keys
from lms.referral.models import ReferralImport
from lms.referral.refusals import SENTENCES, Why
from tests.referral.conftest import Site, draft, only_referral, sign, signed, take_in, trust


@pytest.fixture
def package(here: Site, there: Site) -> str:
    """A good referral of Ben's, for the school that trusts his."""
    assert trust(there, here).status_code == 303
    return signed(here, there.receiver)


def payload_of(package: str) -> dict[str, Any]:
    return dict(envelope.read(package).payload)


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def header_of(package: str, **changes: Any) -> str:
    head = json.loads(base64.urlsafe_b64decode(package.split(".", maxsplit=1)[0] + "=="))
    return part({name: value for name, value in {**head, **changes}.items() if value is not None})


def imports(site: Site) -> int:
    with site.inside():
        return db.session.scalar(select(func.count()).select_from(ReferralImport)) or 0


def refused(site: Site, package: str | bytes, why: Why, **more: Any) -> None:
    """The page says why, and there is no more here than before."""
    before = imports(site)
    answer = take_in(site, package, **more)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    with site.app.test_request_context(), force_locale("en"):
        said = str(SENTENCES[why])
    assert said.replace("'", "&#39;") in page, f"{why}: {[w for w in Why if str(SENTENCES[w]) in page]}"
    assert imports(site) == before


def test_a_good_one_is_taken(package: str, there: Site) -> None:
    assert take_in(there, package).status_code == 303
    assert imports(there) == 1


def test_what_was_changed_after_signing(package: str, there: Site) -> None:
    head, _, signature = package.split(".")
    payload = payload_of(package)
    payload["credentialSubject"]["name"] = "Somebody else"
    refused(there, f"{head}.{part(payload)}.{signature}", Why.FORGED)


def test_another_signature(package: str, there: Site) -> None:
    head, body, signature = package.split(".")
    other = ("B" if signature[0] == "A" else "A") + signature[1:]
    refused(there, f"{head}.{body}.{other}", Why.FORGED)


def test_no_signature(package: str, there: Site) -> None:
    head, body, _ = package.split(".")
    refused(there, f"{head}.{body}.", Why.FORGED)


def test_its_time_is_over(package: str, here: Site, there: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    later = utcnow() + timedelta(days=91)
    monkeypatch.setattr("lms.referral.receiving.utcnow", lambda: later)
    refused(there, package, Why.EXPIRED)


def test_its_time_has_not_come(package: str, there: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = utcnow() - timedelta(hours=1)
    monkeypatch.setattr("lms.referral.receiving.utcnow", lambda: earlier)
    refused(there, package, Why.NOT_YET)


def test_the_same_file_twice(package: str, there: Site) -> None:
    assert take_in(there, package).status_code == 303
    refused(there, package, Why.USED)


def test_the_same_file_again_after_it_was_erased(package: str, there: Site) -> None:
    answer = take_in(there, package)
    there.browser("Cora").post(str(answer.location), action="erase")
    refused(there, package, Why.USED)


def test_withdrawn_by_the_school_s_list(package: str, here: Site, there: Site) -> None:
    with here.inside():
        path = f"/referrals/{only_referral(here).public_id}"
    here.browser("Ben").post(f"{path}/withdraw")
    learn_withdrawn(here, there)
    refused(there, package, Why.WITHDRAWN)


def test_withdrawn_by_the_account_s_end(package: str, here: Site, there: Site) -> None:
    with here.inside():
        db.session.delete(here.person("Ben"))
        db.session.commit()
    learn_withdrawn(here, there)
    refused(there, package, Why.WITHDRAWN)


def learn_withdrawn(here: Site, there: Site) -> None:
    page = there.browser("Cora").page(f"/programmes/{there.slug}/schools")
    path = page.split(f'action="/programmes/{there.slug}/schools/')[1].split('"')[0]
    there.browser("Cora").send_file(
        f"/programmes/{there.slug}/schools/{path}",
        here.browser().page("/.well-known/passerelle-withdrawn"),
        action="list",
    )


def test_for_another_receiver(package: str, here: Site, there: Site) -> None:
    other = signed(here, "http://third.example/programmes/bootcamp")
    refused(there, other, Why.WRONG_RECEIVER)


def test_for_another_programme_of_the_site(package: str, here: Site, there: Site) -> None:
    other = signed(here, f"{there.address}/programmes/programme-tre98765")
    refused(there, other, Why.WRONG_RECEIVER)


def test_for_another_purpose(package: str, there: Site) -> None:
    refused(there, package, Why.WRONG_PURPOSE, purpose="recognition")


def test_of_a_school_that_nobody_trusts(here: Site, there: Site) -> None:
    refused(there, signed(here, there.receiver), Why.UNKNOWN_SCHOOL)


def test_trusted_by_another_programme_of_the_site_only(here: Site, there: Site) -> None:
    with there.inside():
        other = there.person("Olga").enrolments[0].cohort.programme.slug
    form = {"name": "A school", "address": here.receiver, "keys": here.keys_text(), "told": here.told()}
    assert there.browser("Olga").post(f"/programmes/{other}/schools", **form).status_code == 303
    refused(there, signed(here, there.receiver), Why.UNKNOWN_SCHOOL)


def test_by_a_key_that_nobody_compared(package: str, here: Site, there: Site) -> None:
    keys.rotate(here.folder)
    refused(there, signed(here, there.receiver), Why.UNKNOWN_KEY)


def test_in_the_name_of_a_trusted_school(package: str, here: Site, there: Site) -> None:
    """The receiver's own key, under the name and the key id of the school that is trusted."""
    payload = payload_of(package)
    kid = envelope.read(package).key_id
    refused(there, there.sign_as_school(payload, kid=kid), Why.FORGED)


def test_by_a_trusted_school_in_the_name_of_another(package: str, here: Site, there: Site) -> None:
    payload = payload_of(package)
    payload["iss"] = payload["issuer"]["id"] = there.address
    refused(there, here.sign_as_school(payload), Why.UNKNOWN_KEY)


def test_one_name_on_the_envelope_and_another_inside(package: str, here: Site, there: Site) -> None:
    payload = payload_of(package)
    payload["issuer"]["id"] = "http://third.example"
    refused(there, here.sign_as_school(payload), Why.DAMAGED)


def unsigned(package: str) -> str:
    return f"{header_of(package, alg='none')}.{package.split('.')[1]}."


def by_a_shared_secret(package: str) -> str:
    """The public key taken for a shared secret."""
    head, body = header_of(package, alg="HS256"), package.split(".")[1]
    secret = payload_of(package)["iss"].encode()
    return f"{head}.{body}.{part(hmac.new(secret, f'{head}.{body}'.encode(), hashlib.sha256).digest())}"


def with_header(**changes: Any) -> Callable[[str], str]:
    return lambda package: ".".join([header_of(package, **changes), *package.split(".")[1:]])


OTHER_WAYS: list[Callable[[str], str]] = [
    unsigned,
    by_a_shared_secret,
    with_header(alg="RS256"),
    with_header(alg="EdDSA "),
    with_header(alg=None),
    with_header(typ="JWT"),
    with_header(kid=None),
    with_header(kid=7),
    with_header(crit=["b64"], b64=False),
    with_header(jwk={"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}),
    with_header(jku="https://evil.example/keys"),
    with_header(x5u="https://evil.example/keys"),
]


def test_signed_in_another_way(package: str, there: Site) -> None:
    for forge in OTHER_WAYS:
        refused(there, forge(package), Why.WRONG_KIND)


def test_too_large(package: str, there: Site) -> None:
    refused(there, package + "A" * envelope.LARGEST_PACKAGE, Why.TOO_LARGE)
    refused(there, b"A" * 200_000, Why.TOO_LARGE)
    pasted = {"purpose": "admission", "text": package + "A" * envelope.LARGEST_PACKAGE}
    answer = there.browser("Cora").post(f"/programmes/{there.slug}/referrals", **pasted)
    assert "too large to be a referral" in answer.get_data(as_text=True)


def twice(package: str) -> str:
    """A name twice: one program reads the first, another one the last."""
    body = base64.urlsafe_b64decode(package.split(".")[1] + "==")
    doubled = body[:-1] + b',"aud":"http://evil.example"}'
    return f"{package.split('.', maxsplit=1)[0]}.{part(doubled)}.{package.split('.')[2]}"


def with_body(raw: bytes) -> Callable[[str], str]:
    return lambda package: f"{package.split('.')[0]}.{part(raw)}.AA"


NOT_ONE_WAY: list[Callable[[str], str]] = [
    twice,
    with_body(b"{xxx}"),
    with_body(b'{"a": "\xff\xfe"}'),
    with_body(b"[" * 30_000),
    with_body(b'{"a": NaN}'),
    with_body(b'{"a": 1.5}'),
    with_body(b'{"a": ' + b"9" * 9000 + b"}"),
    with_body(b"[]"),
    lambda package: package.split(".")[0] + "=." + ".".join(package.split(".")[1:]),
    lambda package: package + ".AA",
    lambda package: package[:100],
    lambda package: package[:0],
    lambda package: "مرحبا" + package,
]


def test_not_readable_in_one_way(package: str, there: Site) -> None:
    for spoil in NOT_ONE_WAY:
        refused(there, spoil(package), Why.UNREADABLE)


def test_a_link_to_a_page_of_another_site(there: Site) -> None:
    """It is not fetched: the network is not even there in a test."""
    answer = there.browser("Cora").post(
        f"/programmes/{there.slug}/referrals",
        purpose="admission",
        text="https://169.254.169.254/verify/ABCDEFGH2345",
    )
    assert answer.status_code == 422
    assert "link to a page" in answer.get_data(as_text=True)


def change(path: list[str], value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(payload: dict[str, Any]) -> None:
        inner = payload
        for name in path[:-1]:
            inner = inner[name]
        if value is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value

    return apply


NO_REFERRALS = [
    change(["aud"], ["http://a.example", "http://b.example"]),
    change(["termsOfUse"], None),
    change(["termsOfUse", "purpose"], "marketing"),
    change(["termsOfUse", "receiver"], "http://b.example/programmes/x"),
    change(["credentialStatus"], None),
    change(["credentialStatus", "statusListIndex"], "131072"),
    change(["credentialStatus", "statusListIndex"], 5),
    change(["validUntil"], "2099-01-01T00:00:00Z"),
    change(["validUntil"], "tomorrow"),
    change(["exp"], 99999999999),
    change(["jti"], "urn:uuid:00000000-0000-0000-0000-000000000000"),
    change(["type"], ["VerifiableCredential", "BitstringStatusListCredential"]),
    change(["@context"], ["https://evil.example"]),
    change(["credentialSubject", "name"], {"html": "<script>"}),
    change(["credentialSubject", "name"], "x" * 61),
    change(["credentialSubject", "courses"], [{"course": "x"}]),
    change(["credentialSubject", "courses"], [{}] * 401),
    change(["credentialSubject", "statement"], "x" * 3001),
]


def test_signed_and_still_no_referral(package: str, here: Site, there: Site) -> None:
    for spoil in NO_REFERRALS:
        payload = payload_of(package)
        spoil(payload)
        refused(there, here.sign_as_school(payload), Why.DAMAGED)


def test_a_list_of_what_is_withdrawn_is_no_referral(package: str, here: Site, there: Site) -> None:
    refused(there, here.browser().page("/.well-known/passerelle-withdrawn"), Why.DAMAGED)


def test_reasons_are_said_in_the_reader_s_language(package: str, there: Site) -> None:
    take_in(there, package)
    cora = there.browser("Cora")
    cora.post("/language", lang="ar")
    page = take_in(there, package).get_data(as_text=True)
    with there.app.test_request_context(), force_locale("ar"):
        said = str(SENTENCES[Why.USED])
    assert said in page
    assert "imported here already" not in page


def test_two_at_once_are_one(package: str, here: Site, there: Site) -> None:
    """The table decides: what the second one finds is the first one's row."""
    visitor, path = draft(here, there.receiver)
    package = sign(visitor, path)
    answers = [take_in(there, package).status_code for _ in range(2)]
    assert answers == [303, 422]
