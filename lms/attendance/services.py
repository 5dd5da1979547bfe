"""Recording who was there, and adding it up. Functions flush and raise; views commit.

A record is written once and corrected by appended changes; after some days a correction needs a reason. Two
instructors who record at once lose nothing: each row is written by its version, and who was slower is shown the
other's record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.accounts.models import HERE, Cohort, Enrolment, Role, User
from lms.attendance.models import (
    HERE_IN_FULL,
    HERE_IN_PART,
    LONGEST_REASON,
    Attendance,
    AttendanceChange,
    AttendanceWord,
    Presence,
    Word,
)
from lms.core.config import ATTENDANCE_LOCK_DAYS
from lms.core.db import changed_rows, db, utcnow
from lms.core.errors import Conflict, PasserelleError
from lms.core.text import clean_line
from lms.programmes.models import AbsenceNotice, ClassSession, SessionStatus

MOST_PEOPLE = 300
MOST_CHANGES = 200
TO_CONFIRM = timedelta(days=14)
"""For so long after a class a student is asked whether its record is right."""


class CannotMark(PasserelleError):
    """The record lacks something or cannot be written now; the sentence says what to do."""

    code = "cannot_mark"


class ReasonNeeded(CannotMark):
    """The days in which a record is simply written are over."""

    code = "reason_needed"
    sentence = lazy_gettext("This list is closed. Write the reason for your correction.")


class MarkedMeanwhile(Conflict):
    """Somebody else recorded some of these people in the meantime; `people` are their numbers."""

    code = "marked_meanwhile"
    sentence = lazy_gettext(
        "Somebody else recorded some of these people in the meantime. "
        "Nothing of yours is saved yet. Compare, then save again."
    )

    def __init__(self, people: Iterable[int]) -> None:
        super().__init__()
        self.people = frozenset(people)


@dataclass(frozen=True, slots=True)
class Mark:
    """What an instructor says of one student; `off` the minutes that she was late or left early.

    `version` is that of the record which the page showed, 0 for none.
    """

    status: Presence
    off: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of a session."""

    user: User
    record: Attendance | None
    word: AttendanceWord | None
    sent_notice: bool

    @property
    def preset(self) -> Presence:
        """What is most likely, before anybody has said anything else."""
        if self.record is not None:
            return self.record.status
        return Presence.EXCUSED if self.sent_notice else Presence.PRESENT

    def off(self, session: ClassSession) -> int:
        """The minutes that she was late or left early, as recorded."""
        if self.record is None or self.record.status not in HERE_IN_PART:
            return 0
        return session.minutes - self.record.minutes


@dataclass(frozen=True, slots=True)
class Recorded:
    """A past session in the list of a class: for how many people there is a record, and how many were there.

    `doubts` are the students who say that it is not right and whose record nobody has corrected since.
    """

    session: ClassSession
    records: int
    there: int
    doubts: int


def lock_days() -> int:
    """How many days after a session its list can be changed without a reason."""
    return int(current_app.config.get("ATTENDANCE_LOCK_DAYS", ATTENDANCE_LOCK_DAYS))


def is_locked(session: ClassSession, now: datetime | None = None) -> bool:
    """Whether a change of this session's records needs a reason now."""
    ends = session.starts_at + timedelta(minutes=session.minutes)
    return (now or utcnow()) > ends + timedelta(days=lock_days())


def entries_of(session: ClassSession) -> list[Entry]:
    """The list of a session by name: who is in the class, and who was when it was recorded. Four queries."""
    recorded = select(Attendance.user_id).where(Attendance.session_id == session.id)
    people = db.session.scalars(
        select(User)
        .join(Enrolment, and_(Enrolment.user_id == User.id, Enrolment.cohort_id == session.cohort_id))
        .where(
            Enrolment.role == Role.STUDENT,
            or_(Enrolment.status.in_(HERE), User.id.in_(recorded)),
            or_(
                Enrolment.created_at <= session.starts_at + timedelta(minutes=session.minutes),
                User.id.in_(recorded),
            ),
        )
        .order_by(Enrolment.name_key)
        .limit(MOST_PEOPLE)
    ).all()
    records = {row.user_id: row for row in _records(session)}
    words = {
        row.user_id: row
        for row in db.session.scalars(select(AttendanceWord).where(AttendanceWord.session_id == session.id))
    }
    notices = set(
        db.session.scalars(select(AbsenceNotice.user_id).where(AbsenceNotice.session_id == session.id))
    )
    return [Entry(user, records.get(user.id), words.get(user.id), user.id in notices) for user in people]


def mark(
    session: ClassSession,
    marks: Mapping[int, Mark],
    author: User,
    *,
    reason: str = "",
    now: datetime | None = None,
) -> int:
    """Record these students by their numbers, all or none; how many records are new or changed.

    Raises CannotMark before the session begins, when it is cancelled, or for impossible minutes; ReasonNeeded for a
    change after the list is closed; MarkedMeanwhile when records have changed since the page was shown.
    """
    now = now or utcnow()
    if session.status == SessionStatus.CANCELLED:
        raise CannotMark(str(lazy_gettext("This class was cancelled.")))
    if session.starts_at > now:
        raise CannotMark(str(lazy_gettext("This class has not begun yet.")))
    known = {entry.user.id: entry for entry in entries_of(session)}
    wanted = {number: (one, _minutes(session, one)) for number, one in marks.items() if number in known}
    changed = {
        number: (one, minutes)
        for number, (one, minutes) in wanted.items()
        if not _says(known[number].record, one.status, minutes)
    }
    stale = {
        number
        for number, (one, _) in changed.items()
        if one.version != (record.version if (record := known[number].record) is not None else 0)
    }
    if stale:
        raise MarkedMeanwhile(stale)
    words = clean_line(reason)[:LONGEST_REASON]
    locked = is_locked(session, now)
    if changed and locked and not words:
        raise ReasonNeeded
    for number, (one, _) in changed.items():
        change = AttendanceChange(author_id=author.id, reason=words, at=now)
        record = known[number].record
        if record is not None:
            _correct(record, session, one, change)
            continue
        record = _add(session, number, one, author, now)
        if locked:
            _keep(change, record)
    db.session.flush()
    return len(changed)


def say(session: ClassSession, user: User, word: Word, note: str = "", now: datetime | None = None) -> None:
    """A student confirms a session that has begun, or says what is wrong with its record."""
    if session.starts_at > (now or utcnow()):
        raise CannotMark(str(lazy_gettext("This class has not begun yet.")))
    text = clean_line(note)[:LONGEST_REASON]
    if word == Word.WRONG and not text:
        raise CannotMark(str(lazy_gettext("Write what is not right.")))
    known = db.session.get(AttendanceWord, (session.id, user.id))
    if known is None:
        known = AttendanceWord(session_id=session.id, user_id=user.id, word=word, note=text)
        try:
            with db.session.begin_nested():
                db.session.add(known)
        except IntegrityError:  # another tab of hers was quicker
            known = db.session.get_one(AttendanceWord, (session.id, user.id))
    known.word, known.note, known.said_at = word, text if word == Word.WRONG else "", now or utcnow()
    db.session.flush()


def changes_of(session: ClassSession) -> list[tuple[AttendanceChange, User]]:
    """All corrections of a session's records, the newest first, with whom they are about."""
    found = db.session.execute(
        select(AttendanceChange, User)
        .join(Attendance, Attendance.id == AttendanceChange.attendance_id)
        .join(User, User.id == Attendance.user_id)
        .where(Attendance.session_id == session.id)
        .options(joinedload(AttendanceChange.author))
        .order_by(AttendanceChange.at.desc(), AttendanceChange.id.desc())
        .limit(MOST_CHANGES)
    )
    return [(change, user) for change, user in found]


def past_sessions(cohort: Cohort, now: datetime | None = None) -> Select[ClassSession]:
    """The sessions of a class that have begun, the newest first. A query, to be paged."""
    return (
        select(ClassSession)
        .where(
            ClassSession.cohort_id == cohort.id,
            ClassSession.starts_at <= (now or utcnow()),
            ClassSession.status != SessionStatus.CANCELLED,
        )
        .order_by(ClassSession.starts_at.desc(), ClassSession.id.desc())
    )


def recorded(sessions: Sequence[ClassSession]) -> list[Recorded]:
    """What is recorded of these sessions. Two queries."""
    ids = [session.id for session in sessions]
    there = func.count().filter(Attendance.minutes > 0)
    counts = {
        session_id: (records, present)
        for session_id, records, present in db.session.execute(
            select(Attendance.session_id, func.count(), there)
            .where(Attendance.session_id.in_(ids))
            .group_by(Attendance.session_id)
        )
    }
    doubts = {
        row.session_id: row.many
        for row in db.session.execute(
            select(AttendanceWord.session_id, func.count().label("many"))
            .outerjoin(
                Attendance,
                and_(
                    Attendance.session_id == AttendanceWord.session_id,
                    Attendance.user_id == AttendanceWord.user_id,
                ),
            )
            .where(AttendanceWord.session_id.in_(ids), AttendanceWord.word == Word.WRONG, _is_newest_word())
            .group_by(AttendanceWord.session_id)
        )
    }
    return [
        Recorded(session, *counts.get(session.id, (0, 0)), doubts.get(session.id, 0)) for session in sessions
    ]


def to_confirm(
    user: User, now: datetime | None = None
) -> list[tuple[ClassSession, Cohort, Attendance | None]]:
    """Her sessions of the last days on which she has not said anything, the newest first.

    One is asked about again when its record was written after her word and says otherwise.
    """
    now = now or utcnow()
    agreed = and_(AttendanceWord.word == Word.WAS_THERE, Attendance.status.in_(HERE_IN_FULL))
    said = exists().where(
        AttendanceWord.session_id == ClassSession.id,
        AttendanceWord.user_id == user.id,
        or_(_is_newest_word(), agreed),
    )
    found = db.session.execute(
        select(ClassSession, Cohort, Attendance)
        .join(Cohort, Cohort.id == ClassSession.cohort_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .outerjoin(Attendance, and_(Attendance.session_id == ClassSession.id, Attendance.user_id == user.id))
        .where(
            Enrolment.user_id == user.id,
            Enrolment.role == Role.STUDENT,
            Enrolment.status.in_(HERE),
            Enrolment.created_at <= ClassSession.starts_at,
            ClassSession.starts_at.between(now - TO_CONFIRM, now),
            ClassSession.status != SessionStatus.CANCELLED,
            ~said,
        )
        .order_by(ClassSession.starts_at.desc())
        .limit(10)
    )
    return [(session, cohort, record) for session, cohort, record in found]


def _is_newest_word() -> ColumnElement[bool]:
    """Whether the record of a student's word is as it was when she gave it, or not written yet."""
    return or_(Attendance.id.is_(None), AttendanceWord.said_at >= Attendance.marked_at)


def _records(session: ClassSession) -> list[Attendance]:
    return list(db.session.scalars(select(Attendance).where(Attendance.session_id == session.id)))


def _minutes(session: ClassSession, one: Mark) -> int:
    if one.status in HERE_IN_FULL:
        return session.minutes
    if one.status not in HERE_IN_PART:
        return 0
    if not 0 < one.off < session.minutes:
        raise CannotMark(
            str(
                lazy_gettext(
                    "Write how many minutes somebody was late or left early: from 1 to %(most)s.",
                    most=session.minutes - 1,
                )
            )
        )
    return session.minutes - one.off


def _says(record: Attendance | None, status: Presence, minutes: int) -> bool:
    return record is not None and (record.status, record.minutes) == (status, minutes)


def _add(session: ClassSession, user_id: int, one: Mark, author: User, now: datetime) -> Attendance:
    record = Attendance(
        session_id=session.id, user_id=user_id, status=one.status, minutes=_minutes(session, one),
        author_id=author.id, marked_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(record)
    except IntegrityError as error:
        raise MarkedMeanwhile([user_id]) from error
    return record


def _keep(change: AttendanceChange, record: Attendance) -> None:
    """A first record with the reason why it comes after the list was closed."""
    change.attendance_id = record.id
    change.before_status, change.before_minutes = None, 0
    change.after_status, change.after_minutes = record.status, record.minutes
    db.session.add(change)


def _correct(record: Attendance, session: ClassSession, one: Mark, change: AttendanceChange) -> None:
    """Write over a record as it was seen; `change` keeps what stood there, who did it and why."""
    change.attendance_id = record.id
    change.before_status, change.before_minutes = record.status, record.minutes
    change.after_status, change.after_minutes = one.status, _minutes(session, one)
    changed = changed_rows(
        update(Attendance)
        .where(Attendance.id == record.id, Attendance.version == one.version)
        .values(
            status=change.after_status, minutes=change.after_minutes, version=one.version + 1,
            author_id=change.author_id, marked_at=change.at,
        )
    )  # fmt: skip
    if changed != 1:
        raise MarkedMeanwhile([record.user_id])
    db.session.expire(record)
    db.session.add(change)
