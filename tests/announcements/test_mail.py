"""Mail: only to who asked for it, in her language, not in quiet hours, and stopped by one click."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import User
from lms.announcements import outbox, services
from lms.announcements.jobs import Postman
from lms.announcements.mailing import Server, checked_email, confirm_token
from lms.announcements.models import Mail, MailChoice, MailStatus
from lms.announcements.quiet import Quiet
from lms.app import create_app
from lms.core.db import db, utcnow
from lms.core.errors import ConfigError
from tests.announcements.conftest import Open, Postbox, announce, wants_mail
from tests.factories import School

BEN = "ben@mail.example"


@pytest.fixture
def mailing(app: Flask, postbox: Postbox) -> Postman:
    """The site with a mail server, and its postman, who goes a round when he is told."""
    app.config.update(SMTP_URL=postbox.url, MAIL_FROM="school@example.org", MAIL_DOMAIN="example.org")
    app.config["SITE_URL"] = "http://localhost"
    return Postman(app)


def go(postman: Postman) -> int:
    """One round, as the thread makes it."""
    db.session.commit()
    with postman._app.app_context():
        sent = postman.round()
    db.session.rollback()
    db.session.expire_all()
    return sent


def mail_row() -> Mail:
    return db.session.query(Mail).order_by(Mail.id.desc()).first()


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_only_who_asked_gets_mail_and_in_her_language(
    school: School, mailing: Postman, postbox: Postbox
) -> None:
    school.ben.language = "ar"
    school.dina.email = "dina@mail.example"  # she has one and wants no mail
    wants_mail(school.ben, BEN)
    announce(school, "en", "ar")
    assert postbox.mails == []  # written in the transaction, sent after it
    assert go(mailing) == 1
    assert go(mailing) == 0
    assert postbox.recipients == [BEN]
    mail = postbox.mails[0]
    assert mail["Subject"] == "Title ar"
    assert mail["Content-Language"] == "ar"
    assert mail["To"] == BEN
    assert mail["Message-ID"] == mail_row().message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert "Text ar" in text_of(mail)
    assert "Text en" not in text_of(mail)
    assert "لإيقافه" in text_of(mail)


def test_one_click_stops_mail(
    school: School, mailing: Postman, postbox: Postbox, client: FlaskClient
) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    announce(school)
    db.session.query(Mail).order_by(Mail.id.desc()).first().due_at = utcnow() + timedelta(hours=1)
    go(mailing)
    mail = postbox.mails[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.sub(r"^<http://localhost(.*)>$", r"\1", mail["List-Unsubscribe"])
    assert path in text_of(mail).replace("http://localhost", "")
    # Looking at the page changes nothing: mail programs look at links by themselves.
    assert client.get(path).status_code == 200
    assert db.session.get(MailChoice, school.ben.id).wanted
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not db.session.get(MailChoice, school.ben.id).wanted
    # What waits is not sent any more.
    mail_row().due_at = utcnow()
    assert go(mailing) == 0
    assert mail_row().status == MailStatus.DROPPED
    # In the middle: the last letter of a signature carries bits that nobody reads.
    name, _, signature = path.rpartition(".")
    forged = f"{name}.{'y' if signature[0] == 'x' else 'x'}{signature[1:]}"
    assert client.post(forged).status_code == 404


def test_quiet_hours_hold_mail_back_unless_it_cannot_wait(
    school: School, mailing: Postman, postbox: Postbox
) -> None:
    now = utcnow()
    quiet = {
        "quiet_from": (now - timedelta(hours=1)).time().replace(second=0, microsecond=0),
        "quiet_until": (now + timedelta(hours=1)).time().replace(second=0, microsecond=0),
    }
    wants_mail(school.ben, BEN, **quiet)
    announce(school)
    waits = mail_row()
    assert now < waits.due_at <= now + timedelta(hours=1)
    assert go(mailing) == 0
    # A sender that comes by too early does not send either, and that costs no attempt.
    waits.due_at = now
    assert go(mailing) == 0
    assert (mail_row().status, mail_row().attempts) == (MailStatus.WAITING, 0)
    announce(school, urgent=True, urgent_reason="The class is cancelled today.")
    assert go(mailing) == 1
    assert len(postbox.mails) == 1
    assert "cancelled today" not in text_of(postbox.mails[0])


def test_the_hours_are_her_own_else_the_class_s_else_the_programme_s(
    school: School, browse: Open, mailing: Postman
) -> None:
    made = announce(school)

    def hours() -> Quiet:
        db.session.rollback()
        return outbox.quiet_hours(made, [school.ben.id])[school.ben.id]

    assert (hours().starts.hour, hours().ends.hour) == (20, 8)
    cora, ada = browse(school.cora), browse(school.ada)
    programme = f"/programmes/{school.cohort.programme.slug}/quiet-hours"
    of_class = f"/classes/{school.cohort.public_id}/quiet-hours"
    assert cora.post(programme, starts="21:00", ends="7:00").status_code == 303
    assert (hours().starts.hour, hours().ends.hour) == (21, 7)
    assert cora.post(of_class, starts="٢٢:٠٠", ends="06:00").status_code == 303
    assert cora.post(of_class, starts="22:00", ends="06:30").status_code == 303
    assert (hours().starts.hour, hours().ends.minute) == (22, 30)
    assert ada.post(of_class, starts="10:00", ends="11:00").status_code == 404
    assert cora.post(of_class, starts="25:00", ends="").status_code == 422
    answer = browse(school.ben).post("/me/mail", email="", quiet_from="18:00", quiet_until="09:00")
    assert answer.status_code == 303
    assert (hours().starts.hour, hours().ends.hour) == (18, 9)


def test_an_address_is_hers_when_she_has_opened_the_link(
    school: School, browse: Open, mailing: Postman, postbox: Postbox, client: FlaskClient
) -> None:
    ben = browse(school.ben)
    assert "E-mail is not set up" not in ben.page("/me/mail")
    assert ben.post("/me/mail", email="Ben@Mail.Example", wanted="y").status_code == 303
    assert db.session.get(User, school.ben.id).email is None
    announce(school)  # no mail to an address that nobody has confirmed
    assert go(mailing) == 1
    mail = postbox.mails[0]
    assert "Ben" not in text_of(mail)
    path = re.search(r"http://localhost(/mail/confirm/\S+)", text_of(mail))[1]
    client.get(path)
    assert db.session.get(User, school.ben.id).email is None
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))[1]
    assert client.post(path, data={"csrf_token": token}).status_code == 200
    assert db.session.get(User, school.ben.id).email == "Ben@mail.example"
    assert client.post(path, data={"csrf_token": token}).status_code == 404
    # Somebody else's confirmed address stays hers.
    dina = browse(school.dina)
    dina.post("/me/mail", email="Ben@mail.example", wanted="y")
    stolen = "/mail/confirm/" + confirm_token(school.dina, "Ben@mail.example")
    assert dina.post(stolen).status_code == 404
    # She takes it out: nothing of it is left.
    ben.post("/me/mail", email="")
    assert db.session.get(User, school.ben.id).email is None


@pytest.mark.parametrize(
    "typed",
    [
        "ben", "ben@", "@mail.example", "ben@mail", "a b@mail.example", "ben@mail.example,eve@evil.example",
        "<ben@mail.example>", "ben@mail.example>", "Ben <ben@mail.example>", "x" * 250 + "@mail.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_stays_in_the_field(
    school: School, browse: Open, typed: str
) -> None:
    answer = browse(school.ben).post("/me/mail", email=typed, wanted="y")
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.get_data(as_text=True)
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in answer.get_data(as_text=True)


def test_wanting_mail_needs_an_address(school: School, browse: Open) -> None:
    answer = browse(school.ben).post("/me/mail", email="", wanted="y", quiet_from="20:00")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "we need your address" in page
    assert 'id="quiet_until-error"' in page


def test_nobody_writes_headers_of_a_mail(
    school: School, browse: Open, mailing: Postman, postbox: Postbox
) -> None:
    assert checked_email("ben@mail.example\r\nBcc: eve@evil.example") is None
    wants_mail(school.ben, BEN)
    evil = "Hello\r\nBcc: eve@evil.example\r\n\r\nBuy this\u2028X-More: 1"
    answer = browse(school.ada).send(
        f"/classes/{school.cohort.public_id}/announcements/new",
        **{"text-en-title": evil, "text-en-body": "Words\r\n.\r\nRCPT TO:<eve@evil.example>", "by_mail": "y"},
    )
    assert answer.status_code == 303
    assert go(mailing) == 1
    assert postbox.recipients == [BEN]
    assert postbox.mails[0]["Bcc"] is None
    assert postbox.mails[0]["X-More"] is None
    assert "RCPT TO:<eve@evil.example>" in text_of(postbox.mails[0])
    assert postbox.mails[0]["Subject"].startswith("Hello Bcc: eve")


def test_a_server_that_is_away_or_busy_is_tried_again_later(
    school: School, mailing: Postman, postbox: Postbox
) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    first_id = mail_row().message_id
    postbox.refuse.append("451 try again later")
    assert go(mailing) == 0
    row = mail_row()
    assert (row.status, row.attempts, row.trouble) == (
        MailStatus.WAITING, 1, "the mail server answered 451",
    )  # fmt: skip
    assert utcnow() + timedelta(seconds=50) < row.due_at < utcnow() + timedelta(seconds=70)
    assert go(mailing) == 0
    row.due_at = utcnow()
    good, mailing._app.config["SMTP_URL"] = mailing._app.config["SMTP_URL"], "smtp://127.0.0.1:1"
    assert go(mailing) == 0
    assert mail_row().trouble.startswith("no mail server")
    mailing._app.config["SMTP_URL"] = good
    mail_row().due_at = utcnow()
    assert go(mailing) == 1
    assert postbox.mails[0]["Message-ID"] == first_id


def test_it_is_given_up_in_the_end_and_the_reason_is_kept(
    school: School, mailing: Postman, postbox: Postbox
) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    postbox.refuse.append(f"550 no such user {BEN}")
    assert go(mailing) == 0
    assert mail_row().status == MailStatus.GIVEN_UP
    assert mail_row().trouble == "the mail server answered 550"
    announce(school)
    for _ in range(outbox.MOST_ATTEMPTS):
        postbox.refuse.append("451 later")
        mail_row().due_at = utcnow()
        go(mailing)
    assert mail_row().status == MailStatus.GIVEN_UP
    assert mail_row().attempts == outbox.MOST_ATTEMPTS


def test_a_withdrawn_announcement_is_not_mailed(school: School, mailing: Postman, postbox: Postbox) -> None:
    wants_mail(school.ben, BEN)
    made = announce(school)
    held = outbox.claim()  # a sender has begun on it
    db.session.commit()
    services.withdraw(made)
    db.session.commit()
    assert held is not None
    assert outbox.wait_until(held, utcnow())
    assert go(mailing) == 0
    assert mail_row().status == MailStatus.DROPPED
    assert postbox.mails == []


def test_a_mail_is_held_by_one_sender_until_its_lease_ends(school: School, mailing: Postman) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    first = outbox.claim()
    assert first is not None
    assert outbox.claim() is None
    later = utcnow() + outbox.LEASE + timedelta(seconds=1)
    second = outbox.claim(later)
    assert second is not None
    # The one who was thought dead cannot write any more.
    assert not outbox.mark_sent(first)
    assert outbox.mark_sent(second)


def test_a_mail_whose_sender_always_dies_is_given_up(school: School, mailing: Postman) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    now = utcnow()
    for _ in range(outbox.MOST_ATTEMPTS):
        assert outbox.claim(now) is not None
        now += outbox.LEASE + timedelta(seconds=1)
    assert outbox.give_up_the_lost(now) == 1
    assert outbox.claim(now) is None


def test_without_a_mail_server_nothing_is_written_and_pages_say_so(school: School, browse: Open) -> None:
    wants_mail(school.ben, BEN)
    announce(school)
    assert mail_row() is None
    assert "E-mail is not set up on this site." in browse(school.ben).page("/me/mail")


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [
        ("smtp://mail.example", "start", 587),
        ("smtp://mail.example:25?starttls=no", "none", 25),
        ("smtps://a:b%40c@mail.example", "whole", 465),
        ("smtp://localhost", "none", 25),
    ],
)
def test_mail_is_encrypted_but_on_this_machine(url: str, tls: str, port: int) -> None:
    server = Server.from_url(url)
    assert (server.tls, server.port) == (tls, port)


@pytest.mark.parametrize(
    ("url", "sender"), [("http://mail.example", "a@b.example"), ("smtp://mail.example", "")]
)
def test_wrong_settings_are_told_at_the_start(settings: dict[str, object], url: str, sender: str) -> None:
    with pytest.raises(ConfigError, match="PASSERELLE_"):
        create_app({**settings, "SMTP_URL": url, "MAIL_FROM": sender})
