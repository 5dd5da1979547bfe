"""People who write and read announcements, and a mail server that keeps what it gets."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Cohort, User
from lms.announcements.models import Announcement, MailChoice, Message
from lms.announcements.services import Draft, Version, write
from lms.core.db import db, utcnow
from tests.factories import School, csrf_token, make_school, sign_in
from tests.queries import count_queries

_keys = count(1)


@pytest.fixture
def school(app: Flask) -> School:
    """Everybody."""
    return make_school()


class Person:
    """Somebody in a browser of her own."""

    def __init__(self, app: Flask, user: User) -> None:
        self.user = user
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, user)
        self.token = csrf_token(self.client, "/me")

    def page(self, path: str, status: int = 200, **headers: str) -> str:
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == status, answer.status_code
        return answer.get_data(as_text=True)

    def post(self, path: str, **data: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **data})

    def send(self, path: str, action: str = "send", **more: Any) -> TestResponse:
        """Open the form of a new announcement, fill it in and press a button."""
        found = re.search(r'name="client_key"[^>]*value="([^"]+)"', self.page(path))
        assert found
        fields = {
            "client_key": found[1],
            "main_language": "en",
            "when": "now",
            "text-en-title": "No class today",
            "text-en-body": "Ada is ill.",
            **more,
        }
        return self.post(path, action=action, **fields)


Open = Callable[[User], Person]


@pytest.fixture
def browse(app: Flask) -> Open:
    """Open a browser for somebody."""
    return lambda user: Person(app, user)


def announce(school: School, *tags: str, cohort: Cohort | None = None, **more: Any) -> Announcement:
    """Ada tells the class something in these languages; the first one is for who reads none of them."""
    versions = tuple(Version(tag, f"Title {tag}", f"Text {tag}") for tag in tags or ("en",))
    draft = Draft(versions, versions[0].language, **more)
    made = write(
        school.cohort.programme, cohort or school.cohort, school.ada, draft, f"announcement-{next(_keys)}"
    )
    db.session.commit()
    return made


def messages_of(user: User) -> list[Message]:
    """Her messages as they are stored, the oldest first."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.user_id == user.id)
            .order_by(Message.id)
            .execution_options(populate_existing=True)
        )
    )


def wants_mail(user: User, email: str, **more: Any) -> None:
    """She has confirmed her address and asked for mail; she has no quiet hours unless some are given."""
    user.email = email
    hours = {"quiet_from": utcnow().time().replace(microsecond=0)}
    hours["quiet_until"] = hours["quiet_from"]
    db.session.add(MailChoice(user_id=user.id, wanted=True, agreed_at=utcnow(), **{**hours, **more}))
    db.session.commit()


@dataclass
class Postbox:
    """What a mail server got; `refuse` is what it answers instead, once for each entry."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)
    url: str = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse:
            return self.refuse.pop(0)
        self.recipients += envelope.rcpt_tos
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server on a free port."""
    box = Postbox()
    with socket.socket() as probe:  # its controller cannot be told to take any free port
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop(no_assert=True)


@pytest.fixture
def queries(app: Flask) -> Iterator[Callable[[Callable[[], object]], list[str]]]:
    """The statements that something sends to the database."""

    def counted(act: Callable[[], object]) -> list[str]:
        with count_queries() as seen:
            act()
        return [one for one in seen if one.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE"))]

    return counted
