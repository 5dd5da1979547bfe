"""Who came to the classes of the large school, and who said beforehand that she could not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from lms.demo.school import Class, Meeting, Scale
from lms.demo.sink import Sink
from lms.programmes.models import AbsenceNotice

ONE_NOTICE = 15
KNOWN_AHEAD = timedelta(days=8)


def seed_presence(scale: Scale, sink: Sink, now: datetime, classes: Sequence[Class]) -> Iterator[int]:
    """Session by session over all classes; a number after each step."""
    for place in range(max(len(one.meetings) for one in classes)):
        for one in classes:
            if place < len(one.meetings):
                _notices(scale, sink, now, one, one.meetings[place])
        yield place


def _notices(scale: Scale, sink: Sink, now: datetime, one: Class, meeting: Meeting) -> None:
    if meeting.starts > now + KNOWN_AHEAD:
        return
    random = scale.random("notices", one.number, meeting.starts)
    for student in one.students:
        if student.here and random.randrange(ONE_NOTICE) == 0:
            said = min(meeting.starts - timedelta(hours=random.randint(2, 40)), now)
            sink.add(AbsenceNotice, session_id=meeting.id, user_id=student.id, created_at=said)
