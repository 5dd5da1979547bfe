"""One mail: its words in the language of who gets it, and the conversation with the mail server.

Plain text, no picture, no link that counts who opened it. Every step of the conversation has a deadline.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from flask import current_app, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from lms.accounts.models import User
from lms.announcements.models import AnnouncementText, Mail
from lms.core.text import clean_line

STEP_SECONDS = 15.0
CONFIRM_SECONDS = 3 * 24 * 3600
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class NotSent(Exception):
    """The mail did not go out. `for_good`: trying again will not help. The text holds no address."""

    def __init__(self, trouble: str, *, for_good: bool) -> None:
        super().__init__(trouble)
        self.for_good = for_good


def checked_email(typed: str) -> str | None:
    """An e-mail as it may stand in a header; None when it is none. Whether somebody reads it is asked by mail."""
    try:
        found = validate_email(clean_line(typed), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return found.normalized


def stop_token(user: User) -> str:
    """What a link that stops mail carries. It works for as long as the person is there: a mail is kept for years."""
    return _signer("stop-mail").dumps(user.public_id)


def person_of_stop_token(token: str) -> str | None:
    """Whose mail a link stops; None for a link of nobody."""
    try:
        return str(_signer("stop-mail").loads(token))
    except BadSignature:
        return None


def confirm_token(user: User, email: str) -> str:
    """What the link of a confirmation carries."""
    return _timed().dumps([user.public_id, email])


def person_of_confirm_token(token: str) -> tuple[str, str] | None:
    """Whose mailbox a link confirms, and which; None for a link that is too old or nobody's."""
    try:
        public_id, email = _timed().loads(token, max_age=CONFIRM_SECONDS)
    except (BadSignature, ValueError):
        return None
    return str(public_id), str(email)


def announcement_mail(
    mail: Mail, user: User, text: AnnouncementText, school: str, message_url: str
) -> EmailMessage:
    """An announcement as a mail. The language of the request is hers already."""
    stop_url = url_for("announcements.stop_mail", token=stop_token(user), _external=True)
    foot = "\n".join(
        (
            str(gettext("You can read this message here, too: %(url)s", url=message_url)),
            str(gettext("You get this mail because you asked for it. To stop it: %(url)s", url=stop_url)),
        )
    )
    made = _mail(
        mail, user.email or "", text.title, f"{text.body}\n\n{school}\n\n-- \n{foot}\n", text.language
    )
    made["List-Unsubscribe"] = f"<{stop_url}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made


def confirmation_mail(mail: Mail, user: User, email: str, language: str) -> EmailMessage:
    """The question whether a mailbox is hers. It names nobody: it may reach a stranger."""
    url = url_for("announcements.confirm_mail", token=confirm_token(user, email), _external=True)
    words = "\n\n".join(
        (
            str(
                gettext(
                    "Somebody gave this e-mail address on our school's site. Was it you? Then open this link:"
                )
            ),
            url,
            str(gettext("If it was not you, do nothing. You will get no more mail.")),
        )
    )
    return _mail(mail, email, str(gettext("Is this your e-mail address?")), f"{words}\n", language)


def _mail(mail: Mail, to: str, subject: str, body: str, language: str) -> EmailMessage:
    address = checked_email(to)
    if address is None:
        raise NotSent("the address is none", for_good=True)
    made = EmailMessage(policy=SMTP)
    made["Subject"] = clean_line(subject)
    made["From"] = Address("Passerelle", addr_spec=current_app.config["MAIL_FROM"])
    made["To"] = Address(addr_spec=address)
    made["Date"] = mail.created_at
    made["Message-ID"] = mail.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(body, charset="utf-8", cte="base64")
    made["Content-Language"] = language
    return made


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes: `smtp://` (with STARTTLS but to this machine) or `smtps://`, name and password in it."""

    host: str
    port: int
    user: str
    password: str
    tls: str

    @classmethod
    def from_url(cls, url: str) -> Server:
        """Read the setting; a ValueError says what is wrong with it."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("it must read smtp://host or smtps://host")
        asked = parse_qs(parts.query).get("starttls", [""])[0]
        if parts.scheme == "smtps":
            tls = "whole"
        elif asked == "no" or parts.hostname in LOCAL:
            tls = "none"
        else:
            tls = "start"
        return cls(
            parts.hostname,
            parts.port or (465 if tls == "whole" else 587 if tls == "start" else 25),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
        )


class Line:
    """A connection to the mail server that is opened for the first mail and closed at the end."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def send(self, mail: EmailMessage) -> None:
        """Hand a mail to the server; NotSent says why it could not be."""
        try:
            if self._smtp is None:
                self._smtp = self._open()
            self._smtp.send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            code = _code_of(error)
            self.hang_up()
            raise NotSent(f"the mail server answered {code}", for_good=500 <= code < 600) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.hang_up()
            raise NotSent(f"no mail server: {type(error).__name__}", for_good=False) from error

    def hang_up(self) -> None:
        """End the conversation."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None

    def _open(self) -> smtplib.SMTP:
        server = self._server
        context = ssl.create_default_context()
        if server.tls == "whole":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=STEP_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=STEP_SECONDS)
        try:
            if server.tls == "start":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _code_of(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), 0)
    return int(getattr(error, "smtp_code", 0))


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"announcements.{purpose}")


def _timed() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="announcements.confirm-mail")
