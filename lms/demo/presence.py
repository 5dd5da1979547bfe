"""Who came to the classes of the large school, what was put right, and who said beforehand that she could not come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from lms.attendance.models import Attendance, AttendanceChange, AttendanceWord, Presence, Word
from lms.demo.school import Class, Meeting, Scale, Student
from lms.demo.sink import Sink
from lms.programmes.models import AbsenceNotice

ONE_NOTICE = 15
KNOWN_AHEAD = timedelta(days=8)
SHARES = (
    (Presence.PRESENT, 74),
    (Presence.LATE, 8),
    (Presence.LEFT_EARLY, 3),
    (Presence.REMOTE, 3),
    (Presence.EXCUSED, 6),
    (Presence.ABSENT, 6),
)
# Of so many records one was corrected; of so many sessions of late nobody has recorded one yet.
ONE_CORRECTED, ONE_OPEN = 100, 4
OF_LATE = timedelta(days=8)
CONFIRMS, DISAGREES = 0.5, 0.01


def seed_presence(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Session by session over all classes; a number after each step."""
    for place in range(max(len(one.meetings) for one in classes)):
        for one in classes:
            if place < len(one.meetings):
                meeting = one.meetings[place]
                _notices(scale, sink, now, one, meeting)
                if meeting.starts < now:
                    _records(scale, sink, now, one, meeting)
        yield place


def _notices(scale: Scale, sink: Sink, now: datetime, one: Class, meeting: Meeting) -> None:
    if meeting.starts > now + KNOWN_AHEAD:
        return
    random = scale.random("notices", one.number, meeting.starts)
    for student in one.students:
        if student.here and random.randrange(ONE_NOTICE) == 0:
            said = min(meeting.starts - timedelta(hours=random.randint(2, 40)), now)
            sink.add(AbsenceNotice, session_id=meeting.id, user_id=student.id, created_at=said)


def _records(scale: Scale, sink: Sink, now: datetime, one: Class, meeting: Meeting) -> None:
    random = scale.random("presence", one.number, meeting.starts)
    if meeting.starts > now - OF_LATE and random.randrange(ONE_OPEN) == 0:
        return
    for student in one.students:
        _record(sink, one, meeting, student, random)


def _record(sink: Sink, one: Class, meeting: Meeting, student: Student, random: Random) -> None:
    """One student in one session, who put it right, and what she says of it herself."""
    number = sink.new_id(Attendance)
    status, minutes = _presence(meeting, random)
    corrected = random.randrange(ONE_CORRECTED) == 0
    marked = meeting.starts + timedelta(minutes=meeting.minutes)
    sink.add(
        Attendance, id=number, session_id=meeting.id, user_id=student.id, status=status, minutes=minutes,
        version=2 if corrected else 1, author_id=one.teacher, marked_at=marked,
    )  # fmt: skip
    if corrected:
        before, before_minutes = _presence(meeting, random)
        sink.add(
            AttendanceChange, attendance_id=number, before_status=before, before_minutes=before_minutes,
            after_status=status, after_minutes=minutes, reason="", author_id=one.teacher,
            at=marked + timedelta(minutes=40),
        )  # fmt: skip
    said = random.random()
    if said < CONFIRMS + DISAGREES:
        wrong = said >= CONFIRMS
        sink.add(
            AttendanceWord, session_id=meeting.id, user_id=student.id, word=Word.WRONG if wrong else Word.WAS_THERE,
            note="I came at the beginning." if wrong else "", said_at=marked + timedelta(hours=2),
        )  # fmt: skip


def _presence(meeting: Meeting, random: Random) -> tuple[Presence, int]:
    status = random.choices([one for one, _ in SHARES], [share for _, share in SHARES])[0]
    if status in {Presence.EXCUSED, Presence.ABSENT}:
        return status, 0
    partly = status in {Presence.LATE, Presence.LEFT_EARLY}
    return status, meeting.minutes - 5 * random.randint(1, 6) if partly else meeting.minutes
