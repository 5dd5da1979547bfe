"""What a person wants by mail, and the quiet hours of classes. Functions flush and raise; views commit."""

from __future__ import annotations

from datetime import time

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Cohort, Programme, User
from lms.announcements.models import MailChoice, QuietHours
from lms.announcements.outbox import write_confirmation
from lms.announcements.quiet import DEFAULT_ENDS, DEFAULT_STARTS
from lms.core.db import db, utcnow


def choice_of(user: User) -> MailChoice:
    """Her choice; one that says no where she has made none, which is not kept before she changes it."""
    return db.session.get(MailChoice, user.id) or MailChoice(user_id=user.id, wanted=False)


def choose_mail(
    user: User, *, email: str, wanted: bool, quiet_from: time | None, quiet_until: time | None
) -> bool:
    """Keep what she wants; True when a new address must be confirmed first. An empty one forgets the old."""
    choice = db.session.get(MailChoice, user.id)
    if choice is None:
        choice = MailChoice(user_id=user.id, wanted=False)
        db.session.add(choice)
    if wanted and not choice.wanted:
        choice.agreed_at = utcnow()
    choice.wanted = wanted
    choice.quiet_from, choice.quiet_until = quiet_from, quiet_until
    if not email:
        # Who is in no class signs in by it: it stays hers.
        if user.enrolments:
            user.email = None
        choice.new_email = None
    elif email == user.email:
        choice.new_email = None
    else:
        choice.new_email = email
        write_confirmation(user)
    db.session.flush()
    return choice.new_email is not None


def confirm_email(public_id: str, email: str) -> bool:
    """The mailbox is hers: mail goes there from now on. False when she has changed her mind, or it is another's."""
    user = db.session.scalar(select(User).where(User.public_id == public_id))
    choice = db.session.get(MailChoice, user.id) if user is not None else None
    if user is None or choice is None or choice.new_email != email:
        return False
    try:
        with db.session.begin_nested():
            user.email = email
            choice.new_email = None
            db.session.flush()
    except IntegrityError:
        return False
    return True


def stop_mail(public_id: str) -> None:
    """She wants no more mail. Pressing twice does no harm."""
    user = db.session.scalar(select(User).where(User.public_id == public_id))
    choice = db.session.get(MailChoice, user.id) if user is not None else None
    if choice is not None:
        choice.wanted = False
        db.session.flush()


def hours_of(programme: Programme, cohort: Cohort | None) -> tuple[time, time]:
    """The quiet hours that hold for a class, or for the programme's classes that say nothing else."""
    rows = db.session.scalars(select(QuietHours).where(QuietHours.programme_id == programme.id))
    by_class = {row.cohort_id: (row.starts, row.ends) for row in rows}
    usual = by_class.get(None, (DEFAULT_STARTS, DEFAULT_ENDS))
    return by_class.get(cohort.id, usual) if cohort is not None else usual


def set_hours(programme: Programme, cohort: Cohort | None, starts: time, ends: time) -> None:
    """Set them. Who sets them a second time changes the first."""
    cohort_id = cohort.id if cohort is not None else None
    same = select(QuietHours).where(
        QuietHours.programme_id == programme.id, QuietHours.cohort_id == cohort_id
    )
    row = db.session.scalar(same)
    if row is None:
        row = QuietHours(programme_id=programme.id, cohort_id=cohort_id, starts=starts, ends=ends)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # the same click twice
            row = db.session.scalars(same).one()
    row.starts, row.ends = starts, ends
    db.session.flush()
