"""From a timetable, a start and a pace to dated sessions, and from those to dates of lessons.

Nothing here knows the database or the clock: the same input gives the same calendar. Days and times are those of
the class's own wall clock until `moment` turns them into UTC, so a class at 18:00 stays at 18:00 when summer time
begins or ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from lms.programmes.models import HalfDay, SessionStatus

WEEK = timedelta(days=7)
NOON = time(12)
EVENING = time(17)

# Which meeting of the timetable: the day and time at which it was planned.
Planned = tuple[date, time]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the week; weekday 0 is Monday."""

    weekday: int
    starts: time
    minutes: int


@dataclass(frozen=True, slots=True)
class Move:
    """Where one session goes instead; without `minutes` it keeps its length."""

    day: date
    starts: time
    minutes: int | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A session beside the timetable."""

    day: date
    starts: time
    minutes: int
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides when a class meets. `closed` are the days without class: public and own holidays."""

    starts_on: date
    weeks: int
    buffer_weeks: int
    slots: tuple[Slot, ...]
    closed: Collection[date] = frozenset()
    moved: Mapping[Planned, Move] | None = None
    cancelled: Mapping[Planned, str] | None = None
    extra: tuple[Extra, ...] = ()

    @property
    def last_day(self) -> date:
        """The last day on which a session of the timetable may fall."""
        return self.starts_on + (self.weeks + self.buffer_weeks) * WEEK - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, by the class's clock; `planned` says which one it is, whatever becomes of it."""

    planned: Planned
    day: date
    starts: time
    minutes: int
    status: SessionStatus = SessionStatus.PLANNED
    extra: bool = False
    place: str = ""
    note: str = ""

    @property
    def takes_place(self) -> bool:
        """Whether anybody should come."""
        return self.status != SessionStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Calendar:
    """The sessions in the order in which they take place, and how many found no day before the end."""

    meetings: tuple[Meeting, ...]
    without_day: int


@dataclass(frozen=True, slots=True)
class Work:
    """A lesson and the minutes it takes."""

    key: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Dates:
    """When a lesson opens and when it should be done."""

    key: str
    opens_at: datetime
    due_at: datetime


def moment(day: date, starts: time, zone: ZoneInfo) -> datetime:
    """This time of this day by the zone's wall clock, in UTC."""
    return datetime.combine(day, starts, zone).astimezone(UTC)


def half_day(starts: time) -> HalfDay:
    """The part of the day that a session belongs to, by when it begins."""
    if starts < NOON:
        return HalfDay.MORNING
    return HalfDay.AFTERNOON if starts < EVENING else HalfDay.EVENING


def lay_out(plan: Plan) -> Calendar:
    """Every slot meets as often as there are teaching weeks.

    A meeting that falls on a closed day, or is cancelled, is made up for at the end of its own slot's row, as long
    as the buffer weeks last. So nothing before it moves, and the minutes taught stay the same.
    """
    meetings: list[Meeting] = []
    without_day = 0
    for slot in plan.slots:
        row = _row(slot, plan)
        meetings += row
        without_day += plan.weeks - sum(meeting.takes_place for meeting in row)
    taken = {meeting.planned for meeting in meetings}
    meetings += [
        Meeting(
            (extra.day, extra.starts), extra.day, extra.starts, extra.minutes,
            extra=True, place=extra.place, note=extra.note,
        )
        for extra in plan.extra
        if (extra.day, extra.starts) not in taken
    ]  # fmt: skip
    return Calendar(tuple(sorted(meetings, key=lambda one: (one.day, one.starts, one.planned))), without_day)


def _row(slot: Slot, plan: Plan) -> list[Meeting]:
    """One slot's meetings, week after week."""
    moved, cancelled = plan.moved or {}, plan.cancelled or {}
    row: list[Meeting] = []
    day = plan.starts_on + timedelta(days=(slot.weekday - plan.starts_on.weekday()) % 7)
    held = 0
    while held < plan.weeks and day <= plan.last_day:
        planned = (day, slot.starts)
        if day in plan.closed:
            pass
        elif planned in cancelled:
            row.append(
                Meeting(planned, *planned, slot.minutes, SessionStatus.CANCELLED, note=cancelled[planned])
            )
        else:
            row.append(_held(planned, slot, moved.get(planned)))
            held += 1
        day += WEEK
    return row


def _held(planned: Planned, slot: Slot, move: Move | None) -> Meeting:
    if move is None:
        return Meeting(planned, *planned, slot.minutes)
    return Meeting(
        planned, move.day, move.starts, move.minutes or slot.minutes, SessionStatus.MOVED,
        place=move.place, note=move.note,
    )  # fmt: skip


def date_lessons(lessons: Sequence[Work], calendar: Calendar, zone: ZoneInfo) -> list[Dates]:
    """Spread lessons over the sessions in proportion to their minutes, in their order.

    A lesson opens with the session in which its share of the time begins. It is due when class begins on the next
    day of class after the session in which its share ends, or at the end of the last session.
    """
    meetings = [meeting for meeting in calendar.meetings if meeting.takes_place]
    if not meetings:
        return []
    taught = list(accumulate(meeting.minutes for meeting in meetings))
    needed = list(accumulate(max(lesson.minutes, 1) for lesson in lessons))
    result = []
    begin = 0
    for lesson, end in zip(lessons, needed, strict=True):
        first = _session_at(begin, needed[-1], taught, past=True)
        last = _session_at(end, needed[-1], taught, past=False)
        opens_at = moment(meetings[first].day, meetings[first].starts, zone)
        result.append(Dates(lesson.key, opens_at, _due(meetings, last, zone)))
        begin = end
    return result


def _session_at(minute: int, needed: int, taught: Sequence[int], *, past: bool) -> int:
    """The session in which this minute of the lessons' time falls; whole numbers, so that nothing is rounded."""
    for number, until in enumerate(taught):
        reached, sought = until * needed, minute * taught[-1]
        if reached > sought or (reached == sought and not past):
            return number
    return len(taught) - 1


def _due(meetings: Sequence[Meeting], last: int, zone: ZoneInfo) -> datetime:
    day = meetings[last].day
    for meeting in meetings[last + 1 :]:
        if meeting.day > day:
            return moment(meeting.day, meeting.starts, zone)
    return max(
        moment(meeting.day, meeting.starts, zone) + timedelta(minutes=meeting.minutes) for meeting in meetings
    )


def dates_for(dates: Iterable[Dates], later: Mapping[str, datetime]) -> list[Dates]:
    """One person's dates: `later` holds the extensions she was given, by lesson. A date never comes earlier."""
    return [Dates(one.key, one.opens_at, max(one.due_at, later.get(one.key, one.due_at))) for one in dates]


def weeks_needed(minutes: int, hours_per_week: int) -> int:
    """How many weeks these minutes of work take at this pace; one at least."""
    return max(1, -(-minutes // (hours_per_week * 60)))
