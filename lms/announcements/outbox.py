"""The outbox: mails are rows, written with what they tell of, claimed with a lease, sent at least once.

A row holds a random token while somebody sends it, and every later write says `WHERE token = …`. A sender that dies
in between leaves a lease that ends; the mail is then sent again with the same Message-ID, by which mail servers and
programs know it for the same one. Nothing is lost, and almost nothing comes twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import and_, func, insert, or_, select, update

from lms.accounts.models import HERE, Cohort, Enrolment, User
from lms.announcements.models import Announcement, Mail, MailChoice, MailKind, MailStatus, QuietHours
from lms.announcements.quiet import DEFAULT_ENDS, DEFAULT_STARTS, Quiet
from lms.core.db import changed_rows, db, utcnow

LEASE = timedelta(seconds=120)
"""Longer than a mail can take: each step of sending has a deadline of `mailing.STEP_SECONDS`."""
MOST_ATTEMPTS = 8
BACKOFF = (60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""Seconds until the next attempt: about a day in all, as long as a mail server is usually away."""
IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that this sender holds until its lease ends."""

    mail_id: int
    token: str
    attempts: int


def write_mails(announcement: Announcement, user_ids: Sequence[int], now: datetime) -> None:
    """A mail for each of these people who wants mail, due when her quiet hours are over."""
    if not current_app.config["SMTP_URL"]:
        return
    for start in range(0, len(user_ids), IN_ONE_QUERY):
        some = user_ids[start : start + IN_ONE_QUERY]
        wanting = db.session.scalars(
            select(MailChoice.user_id)
            .join(User, User.id == MailChoice.user_id)
            .where(MailChoice.wanted, MailChoice.user_id.in_(some), User.email.is_not(None))
        ).all()
        hours = {} if announcement.urgent else quiet_hours(announcement, wanting)
        rows = [
            {
                "user_id": user_id,
                "kind": MailKind.ANNOUNCEMENT,
                "announcement_id": announcement.id,
                "message_id": new_message_id(),
                "status": MailStatus.WAITING,
                "due_at": hours[user_id].next_fit(now) if user_id in hours else now,
                "created_at": now,
            }
            for user_id in wanting
        ]
        if rows:
            db.session.execute(insert(Mail), rows)


def write_confirmation(user: User) -> None:
    """A mail that asks whether the mailbox is hers; one that still waits is not sent as well."""
    changed_rows(
        update(Mail)
        .where(Mail.user_id == user.id, Mail.kind == MailKind.CONFIRM, Mail.status == MailStatus.WAITING)
        .values(status=MailStatus.DROPPED)
    )
    now = utcnow()
    db.session.add(Mail(user_id=user.id, kind=MailKind.CONFIRM, message_id=new_message_id(), due_at=now))
    db.session.flush()


def new_message_id() -> str:
    """A Message-ID of this site, made once for a mail."""
    return f"<{secrets.token_hex(16)}@{current_app.config['MAIL_DOMAIN']}>"


def drop_mails(announcement_id: int) -> int:
    """Mails of this announcement that nobody has begun to send are not sent."""
    return changed_rows(
        update(Mail)
        .where(Mail.announcement_id == announcement_id, Mail.status == MailStatus.WAITING)
        .values(status=MailStatus.DROPPED)
    )


def claim(now: datetime | None = None) -> Held | None:
    """Take the mail that has been due for longest; one whose sender died is due again. None: there is none."""
    now = now or utcnow()
    free = or_(
        and_(Mail.status == MailStatus.WAITING, Mail.due_at <= now),
        and_(Mail.status == MailStatus.SENDING, Mail.lease_until < now),
    )
    candidates = db.session.execute(
        select(Mail.id, Mail.attempts)
        .where(Mail.status.in_((MailStatus.WAITING, MailStatus.SENDING)), Mail.due_at <= now, free)
        .order_by(Mail.due_at, Mail.id)
        .limit(5)
    ).all()
    for mail_id, attempts in candidates:
        held = Held(mail_id, secrets.token_hex(16), attempts + 1)
        taken = changed_rows(
            update(Mail)
            .where(Mail.id == mail_id, Mail.attempts == attempts, free)
            .values(
                status=MailStatus.SENDING, token=held.token, lease_until=now + LEASE, attempts=held.attempts
            )
        )
        if taken:
            return held
    return None


def give_up_the_lost(now: datetime | None = None) -> int:
    """A mail whose sender died at each of its attempts is not tried for ever."""
    return changed_rows(
        update(Mail)
        .where(
            Mail.status == MailStatus.SENDING,
            Mail.lease_until < (now or utcnow()),
            Mail.due_at <= (now or utcnow()),
            Mail.attempts >= MOST_ATTEMPTS,
        )
        .values(status=MailStatus.GIVEN_UP, token=None, lease_until=None, trouble="the sender died each time")
    )


def mark_sent(held: Held) -> bool:
    """It is with the mail server."""
    return _write(held, status=MailStatus.SENT, sent_at=utcnow(), trouble="")


def mark_dropped(held: Held) -> bool:
    """Nobody wants it any more."""
    return _write(held, status=MailStatus.DROPPED)


def wait_until(held: Held, moment: datetime) -> bool:
    """It is not the hour for it; that costs no attempt."""
    return _write(held, status=MailStatus.WAITING, due_at=moment, attempts=held.attempts - 1)


def mark_failed(held: Held, trouble: str, *, for_good: bool) -> bool:
    """Try again later; or give up, and keep why."""
    if for_good or held.attempts >= MOST_ATTEMPTS:
        return _write(held, status=MailStatus.GIVEN_UP, trouble=trouble[:200])
    wait = timedelta(seconds=BACKOFF[min(held.attempts, len(BACKOFF)) - 1])
    return _write(held, status=MailStatus.WAITING, due_at=utcnow() + wait, trouble=trouble[:200])


def quiet_hours(announcement: Announcement, user_ids: Sequence[int]) -> dict[int, Quiet]:
    """When each of these people gets no mail: her own hours, else her class's, else the programme's, else ours."""
    home = (
        select(Enrolment.user_id, func.min(Enrolment.cohort_id).label("cohort_id"))
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Enrolment.user_id.in_(user_ids),
            Enrolment.status.in_(HERE),
            Cohort.programme_id == announcement.programme_id,
        )
        .group_by(Enrolment.user_id)
    )
    if announcement.cohort_id is not None:
        home = home.where(Enrolment.cohort_id == announcement.cohort_id)
    of_class = {
        hours.cohort_id: (hours.starts, hours.ends)
        for hours in db.session.scalars(
            select(QuietHours).where(QuietHours.programme_id == announcement.programme_id)
        )
    }
    usual = of_class.get(None, (DEFAULT_STARTS, DEFAULT_ENDS))
    found = home.subquery()
    rows = db.session.execute(
        select(found.c.user_id, Cohort.id, Cohort.time_zone, MailChoice.quiet_from, MailChoice.quiet_until)
        .join(Cohort, Cohort.id == found.c.cohort_id)
        .outerjoin(MailChoice, MailChoice.user_id == found.c.user_id)
    )
    return {
        user_id: Quiet(*_hours(own_from, own_until, of_class.get(cohort_id, usual)), ZoneInfo(zone))
        for user_id, cohort_id, zone, own_from, own_until in rows
    }


def _hours(own_from: time | None, own_until: time | None, usual: tuple[time, time]) -> tuple[time, time]:
    return (own_from, own_until) if own_from is not None and own_until is not None else usual


def _write(held: Held, **values: object) -> bool:
    return bool(
        changed_rows(
            update(Mail)
            .where(Mail.id == held.mail_id, Mail.token == held.token)
            .values(token=None, lease_until=None, **values)
        )
    )
