"""A school is trusted by a person who compared its fingerprint; the site asks nobody else, and never at home."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from sqlalchemy import select

from lms.core.db import db
from lms.referral import keys, online
from lms.referral.envelope import LARGEST_PACKAGE, BadKeys, PublicKey, read_keys
from lms.referral.models import SchoolTrust, TrustedSchool
from lms.referral.schools import fingerprint
from tests.referral.conftest import Site, signed, take_in, trust


def schools(site: Site) -> list[TrustedSchool]:
    with site.inside():
        return list(db.session.scalars(select(TrustedSchool)))


def test_the_fingerprint_must_be_what_the_school_told(here: Site, there: Site) -> None:
    answer = trust(there, here, told=there.told())
    assert answer.status_code == 422
    assert "The fingerprint does not fit these keys" in answer.get_data(as_text=True)
    assert schools(there) == []


def test_a_key_more_changes_the_fingerprint(here: Site, there: Site) -> None:
    """Else a stranger's key beside the right one would be trusted with it."""
    both = json.loads(here.keys_text())
    both["keys"] += json.loads(there.keys_text())["keys"]
    assert trust(there, here, keys=json.dumps(both)).status_code == 422
    assert schools(there) == []


def test_the_fingerprint_in_other_digits_and_spacing(here: Site, there: Site) -> None:
    told = here.told().lower().replace("-", "  ").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert trust(there, here, told=told).status_code == 303
    with there.inside():
        (one,) = db.session.scalars(select(SchoolTrust)).all()
        assert one.user.name == "Cora"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"address": "ftp://school.example/programmes/x"},
            "Write the address that the other school gave you",
        ),
        ({"address": "https://school.example/"}, "Write the address that the other school gave you"),
        ({"address": "http://bootcamp.example/programmes/x"}, "This is the address of this site."),
        ({"keys": "{}"}, "These are not the public keys of a school."),
        ({"keys": "<html>"}, "These are not the public keys of a school."),
        ({"name": ""}, "Please fill this in."),
    ],
)
def test_what_cannot_be_a_school_is_said(
    here: Site, there: Site, wrong: dict[str, str], sentence: str
) -> None:
    answer = trust(there, here, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)


def jwk(**changes: object) -> dict[str, object]:
    return {"kty": "OKP", "crv": "Ed25519", "x": "1" + "A" * 42, **changes}


@pytest.mark.parametrize(
    "found",
    [
        {"keys": []},
        {"keys": [jwk()] * 11},
        {"keys": [jwk(), jwk()]},
        {"keys": [jwk(kty="RSA")]},
        {"keys": [jwk(kty="oct", k="AAAA")]},
        {"keys": [jwk(crv="Ed448")]},
        {"keys": [jwk(crv="X25519")]},
        {"keys": [jwk(d="A" * 43)]},
        {"keys": [jwk(x="AAAA")]},
        {"keys": [jwk(x=7)]},
        {"keys": [jwk(kid="another")]},
        {"keys": "all"},
        ["keys"],
    ],
)
def test_only_public_keys_of_the_one_kind_are_read(found: object) -> None:
    with pytest.raises(BadKeys):
        read_keys(json.dumps(found))


def test_the_new_keys_of_a_school_replace_the_old_ones(here: Site, there: Site) -> None:
    trust(there, here)
    before = signed(here, there.receiver)
    keys.rotate(here.folder)
    after = signed(here, there.receiver)
    assert take_in(there, after).status_code == 422
    assert trust(there, here).status_code == 303
    assert [take_in(there, package).status_code for package in (before, after)] == [303, 303]
    assert len(schools(there)) == 1


def test_a_leaked_key_is_not_published_any_more(here: Site, there: Site) -> None:
    trust(there, here)
    before = signed(here, there.receiver)
    keys.rotate(here.folder, leaked=True)
    assert trust(there, here).status_code == 303
    assert take_in(there, before).status_code == 422


def test_trusting_no_longer(here: Site, there: Site) -> None:
    trust(there, here)
    (school,) = schools(there)
    there.browser("Cora").post(f"/programmes/{there.slug}/schools/{school.public_id}", action="forget")
    assert take_in(there, signed(here, there.receiver)).status_code == 422
    assert schools(there) == []


def test_a_known_school_can_be_chosen_as_receiver(here: Site, there: Site) -> None:
    trust(there, here)
    (school,) = schools(there)
    trust(here, there)
    package = signed(there, "", receiver=f"school:{school.public_id}", receiver_name="")
    assert take_in(here, package).status_code == 303


def test_the_site_is_asked_only_when_a_coordinator_allows_it(
    here: Site, there: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(there, here)
    (school,) = schools(there)
    asked = []

    def fetch(issuer: str) -> str:
        asked.append(issuer)
        return here.browser().page("/.well-known/passerelle-withdrawn")

    monkeypatch.setattr(online, "fetch_list", fetch)
    path, cora = f"/programmes/{there.slug}/schools/{school.public_id}", there.browser("Cora")
    assert cora.post(path, action="ask").status_code == 404
    assert asked == []
    cora.post(path, action="online")
    assert cora.post(path, action="ask").status_code == 303
    assert asked == [here.address]
    assert "The list is taken" in cora.page(f"/programmes/{there.slug}/schools")


def resolving(*machines: str) -> Callable[..., list[object]]:
    def find(host: str, port: int, **_more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (machine, port)) for machine in machines]

    return find


@pytest.mark.parametrize(
    "machine",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # nothing is bound
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.8",
        "2002:7f00:1::",
        "64:ff9b:1::a00:1",
        "64:ff9b::a00:1",
    ],
)
def test_no_machine_inside_the_house_is_asked(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving("93.184.215.14", machine))
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was asked"))
    with pytest.raises(online.NotPublic):
        online.fetch_list("https://school.example")


def test_only_https_is_asked() -> None:
    with pytest.raises(online.NotPublic):
        online.fetch_list("http://school.example")


@contextmanager
def school_site(answer: bytes, pause: float = 0) -> Iterator[int]:
    """A machine that answers one request with this, and then piece by piece nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)
                time.sleep(pause)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TLS and on this machine, to look at what is done with answers."""
    monkeypatch.setattr(online, "public_machine", lambda *_: "127.0.0.1")
    monkeypatch.setattr(online, "_secured", lambda connection, _host: connection)


def ask(answer: bytes, pause: float = 0) -> str:
    with school_site(answer, pause) as port:
        return online.fetch_list(f"https://school.example:{port}")


def test_an_answer_is_read(plain: None) -> None:
    assert ask(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na.b.c") == "a.b.c"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"A" * (LARGEST_PACKAGE + 1),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe",
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_is_none(plain: None, answer: bytes) -> None:
    with pytest.raises(online.NoAnswer):
        ask(answer)


def test_an_answer_that_never_ends_is_not_waited_for(plain: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online, "SECONDS", 0.3)
    begun = time.monotonic()
    with pytest.raises(online.NoAnswer):
        ask(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nab", 1)
    assert time.monotonic() - begun < 3


def test_the_fingerprint_is_that_of_all_keys_in_any_order() -> None:
    one, two = PublicKey("1" + "A" * 42), PublicKey("2" + "A" * 42)
    assert fingerprint([one, two]) == fingerprint([two, one])
    assert fingerprint([one]) != fingerprint([one, two])
