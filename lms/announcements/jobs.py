"""The postman: publishes what was written for later, sends what waits in the outbox, erases what is old."""

from __future__ import annotations

import logging
from email.message import EmailMessage
from time import monotonic

from flask import Flask, current_app, url_for
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.models import User
from lms.announcements import outbox, retention, services
from lms.announcements.mailing import Line, NotSent, Server, announcement_mail, confirmation_mail
from lms.announcements.models import Mail, MailChoice, MailKind, Message
from lms.announcements.outbox import Held
from lms.announcements.versions import version_for
from lms.core.db import db, utcnow
from lms.core.i18n import use_language
from lms.core.rounds import Rounds

TICK_SECONDS = 3.0
SLOW_SECONDS = 60.0
ON_ONE_LINE = 200
"""Mails that go over one connection before other work has its turn."""

log = logging.getLogger(__name__)


class Postman(Rounds):
    """A thread of the web process, or of `passerelle outbox`. Several at once do each mail once."""

    name = "postman"

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._slow_due = 0.0

    def work(self) -> None:
        """Go the round again and again."""
        while not self._stopping.is_set():
            with self._app.app_context():
                try:
                    self.round()
                except SQLAlchemyError as error:
                    db.session.rollback()
                    log.warning("Messages must wait for the database. (%s)", type(error).__name__)
            self._stopping.wait(TICK_SECONDS)

    def round(self) -> int:
        """Do all that is due now; how many mails went out."""
        services.publish_due()
        db.session.commit()
        if monotonic() >= self._slow_due:
            self._slow_due = monotonic() + SLOW_SECONDS
            services.deliver_to_newcomers()
            db.session.commit()
            retention.erase_old()
            db.session.commit()
        return self._send_waiting()

    def _send_waiting(self) -> int:
        url = current_app.config["SMTP_URL"]
        if not url:
            return 0
        sent = 0
        outbox.give_up_the_lost()
        db.session.commit()
        with Line(Server.from_url(url)) as line:
            for _ in range(ON_ONE_LINE):
                held = None if self._stopping.is_set() else outbox.claim()
                db.session.commit()
                if held is None:
                    break
                with self._app.test_request_context("/", base_url=self._app.config["SITE_URL"]):
                    sent += _send(held, line)
        return sent


def _send(held: Held, line: Line) -> bool:
    """Send one mail and write down how that went; the connection to the database is free meanwhile."""
    mail = db.session.get_one(Mail, held.mail_id)
    try:
        made = _confirmation(mail) if mail.kind == MailKind.CONFIRM else _announcement(mail, held)
        if made is None:
            db.session.commit()
            return False
        db.session.rollback()
        line.send(made)
    except NotSent as error:
        db.session.rollback()
        outbox.mark_failed(held, str(error), for_good=error.for_good)
        db.session.commit()
        log.warning("Mail %s was not sent: %s", held.mail_id, error)
        return False
    if not outbox.mark_sent(held):
        log.warning("Mail %s was sent after its lease; another sender may have sent it too.", held.mail_id)
    db.session.commit()
    return True


def _confirmation(mail: Mail) -> EmailMessage | None:
    user = db.session.get_one(User, mail.user_id)
    choice = db.session.get(MailChoice, user.id)
    held_for = choice.new_email if choice is not None else None
    if held_for is None:
        _drop(mail)
        return None
    language = user.language or "en"
    use_language(language)
    return confirmation_mail(mail, user, held_for, language)


def _announcement(mail: Mail, held: Held) -> EmailMessage | None:
    """The mail; None when nobody wants it any more, or not at this hour: that is written down here."""
    announcement, user, now = mail.announcement, db.session.get_one(User, mail.user_id), utcnow()
    choice = db.session.get(MailChoice, user.id)
    message = db.session.scalar(
        select(Message).where(
            Message.announcement_id == mail.announcement_id, Message.user_id == mail.user_id
        )
    )
    if (
        announcement is None
        or message is None
        or message.hidden_from <= now
        or announcement.withdrawn_at is not None
        or choice is None
        or not choice.wanted
        or not user.email
        or not user.active
    ):
        _drop(mail)
        return None
    if not announcement.urgent:
        hours = outbox.quiet_hours(announcement, [user.id]).get(user.id)
        if hours is not None and hours.holds_at(now):
            outbox.wait_until(held, hours.next_fit(now))
            return None
    language = user.language or announcement.main_language
    use_language(language)
    text = version_for(language, announcement)
    url = url_for("announcements.show_message", message_id=message.public_id, _external=True)
    return announcement_mail(mail, user, text, announcement.programme.name, url)


def _drop(mail: Mail) -> None:
    if mail.token is not None:
        outbox.mark_dropped(Held(mail.id, mail.token, mail.attempts))


def start_postman(app: Flask) -> Postman:
    """Start the thread; call `stop()` on what you get."""
    return Postman(app).start()
