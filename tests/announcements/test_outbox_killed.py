"""A sender that is killed in the middle: every mail arrives, and what comes twice has one Message-ID."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.announcements.models import Mail, MailStatus
from lms.app import create_app
from lms.core.config import ROOT
from lms.core.db import db, utcnow
from tests.announcements.conftest import Postbox, announce, wants_mail
from tests.conftest import DATABASE_URL, drop_all
from tests.factories import enrol, make_school, make_user

pytestmark = pytest.mark.slow

PEOPLE = 30
SECRET = "for tests only: nothing is kept behind it 0123456789"


@pytest.fixture
def filed(settings: dict[str, object], tmp_path: Path, postbox: Postbox) -> Iterator[Flask]:
    """A site whose database another process can open."""
    if not DATABASE_URL:
        settings["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'passerelle.db'}"
    settings |= {"SMTP_URL": postbox.url, "MAIL_FROM": "school@example.org"}
    application = create_app(settings)
    with application.app_context():
        drop_all()
        db.create_all()
        yield application
        db.session.remove()
        drop_all()
        db.engine.dispose()


def start_sender(app: Flask, tmp_path: Path, url: str) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "PASSERELLE_INSTANCE_DIR": str(tmp_path),
        "PASSERELLE_DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]),
        "PASSERELLE_SECRET_KEY": "k4JcX9wqB2mTzR7vLsYp0dNfHgAeUo3iQbCx",
        "PASSERELLE_SMTP_URL": url,
        "PASSERELLE_MAIL_FROM": "school@example.org",
    }
    return subprocess.Popen([sys.executable, "-m", "lms.cli", "outbox"], env=environment, cwd=ROOT)


def wait_for(postbox: Postbox, mails: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while len(postbox.mails) < mails and time.monotonic() < deadline:
        time.sleep(0.005)


def test_nothing_is_lost_when_a_sender_is_killed(filed: Flask, tmp_path: Path, postbox: Postbox) -> None:
    school = make_school()
    for number in range(PEOPLE):
        user = make_user(f"Student {number}")
        enrol(user, school.cohort)
        wants_mail(user, f"student{number}@mail.example")
    announce(school)
    expected = set(db.session.scalars(db.select(Mail.message_id)))
    assert len(expected) == PEOPLE
    killed_at = []
    for _ in range(3):
        before = len(postbox.mails)
        sender = start_sender(filed, tmp_path, postbox.url)
        wait_for(postbox, before + 4, 30)
        os.kill(sender.pid, signal.SIGKILL)
        sender.wait(10)
        killed_at.append(len(postbox.mails) - before)
        # Two minutes go by: leases of the dead end.
        db.session.rollback()
        db.session.execute(
            db.update(Mail).where(Mail.status == MailStatus.SENDING).values(lease_until=utcnow())
        )
        db.session.commit()
    assert all(killed_at), "each sender died in the middle of its work"
    assert len(postbox.mails) < PEOPLE
    sender = start_sender(filed, tmp_path, postbox.url)
    try:
        wait_for(postbox, PEOPLE, 30)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            db.session.rollback()
            open_mails = db.session.scalar(
                db.select(db.func.count()).where(Mail.status != MailStatus.SENT).select_from(Mail)
            )
            if not open_mails:
                break
            time.sleep(0.1)
    finally:
        sender.terminate()
        sender.wait(10)
    assert open_mails == 0
    arrived = Counter(mail["Message-ID"] for mail in postbox.mails)
    assert set(arrived) == expected
    # At most the one that each killed sender had in hand came twice, to the same person.
    assert sum(arrived.values()) - PEOPLE <= len(killed_at)
    assert len({(mail["Message-ID"], mail["To"]) for mail in postbox.mails}) == PEOPLE
