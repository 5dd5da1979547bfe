"""What the pages of attendance share: words for what is stored, hours, months, and the sheet to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale, gettext

from lms.accounts.models import Cohort, User
from lms.attendance.models import HERE_IN_PART, Attendance, Presence, Word
from lms.attendance.summing import Summary, month_bounds, students_ever, summaries
from lms.core.db import utcnow
from lms.programmes.calendars import zone_of
from lms.programmes.models import ClassSession, HalfDay

YEARS = range(2000, 2101)


def presence_words() -> dict[str, str]:
    """How somebody took part."""
    return {
        Presence.PRESENT: gettext("There"),
        Presence.LATE: gettext("Late"),
        Presence.LEFT_EARLY: gettext("Left early"),
        Presence.REMOTE: gettext("There online"),
        Presence.EXCUSED: gettext("Excused"),
        Presence.ABSENT: gettext("Not there"),
    }


def word_words() -> dict[str, str]:
    """What a student says of a class."""
    return {
        Word.WAS_THERE: gettext("Confirmed by the student"),
        Word.WRONG: gettext("The student says: not right"),
    }


def half_day_words() -> dict[str, str]:
    """The parts of a day for which people sign."""
    return {
        HalfDay.MORNING: gettext("Morning"),
        HalfDay.AFTERNOON: gettext("Afternoon"),
        HalfDay.EVENING: gettext("Evening"),
    }


def record_words(record: Attendance, session: ClassSession) -> str:
    """A record as a sentence, for the student herself."""
    if record.status not in HERE_IN_PART:
        return presence_words()[record.status]
    off = session.minutes - record.minutes
    if record.status == Presence.LATE:
        return str(gettext("Late by %(minutes)s min", minutes=off))
    return str(gettext("Left %(minutes)s min early", minutes=off))


def hours(minutes: int) -> str:
    """Minutes as hours and minutes, such as 7:30: read alike in every language, left to right."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def month_name(first: date) -> str:
    """A month with its year, in the reader's language."""
    return format_date(first, "LLLL y", locale=get_locale())


def read_day(text: str | None) -> date | None:
    """A day given as 2026-11-28. None for anything else, and for years so far off that no clock reckons with them."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in YEARS else None


def read_month(text: str | None, zone: ZoneInfo, now: datetime | None = None) -> date:
    """The first day of a month given as 2026-11; of the current one by the class's clock for anything else."""
    return read_day(f"{text}-01") or (now or utcnow()).astimezone(zone).date().replace(day=1)


@dataclass(frozen=True, slots=True)
class Month:
    """The hours of a class in one month."""

    first: date
    rows: list[tuple[User, Summary | None]]

    @property
    def before(self) -> str:
        """The month before, as the address says it."""
        return f"{self.first.year - (self.first.month == 1)}-{(self.first.month - 2) % 12 + 1:02d}"

    @property
    def after(self) -> str:
        """The month after."""
        return f"{self.first.year + self.first.month // 12}-{self.first.month % 12 + 1:02d}"


def month_of(cohort: Cohort, first: date) -> Month:
    """Who was there how long in a month. Two queries."""
    since, until = month_bounds(first.year, first.month, zone_of(cohort))
    sums = summaries(cohort.id, since, until)
    return Month(first, [(user, sums.get(user.id)) for user in students_ever(cohort, sums)])


def month_header() -> list[str]:
    """The words above the columns of a month."""
    return [
        gettext("Name"),
        gettext("Classes"),
        gettext("Hours held"),
        gettext("Hours there"),
        *presence_words().values(),
    ]


def month_cells(rows: Sequence[tuple[User, Summary | None]]) -> list[list[str | int | float | None]]:
    """A month as a table: hours as decimal numbers, since a spreadsheet adds them up."""
    cells: list[list[str | int | float | None]] = []
    for user, found in rows:
        counts: Mapping[Presence, int] = found.counts if found is not None else {}
        cells.append(
            [
                user.name,
                found.sessions if found else 0,
                round(found.held_minutes / 60, 2) if found else 0,
                round(found.minutes / 60, 2) if found else 0,
                *(counts.get(kind, 0) for kind in Presence),
            ]
        )
    return cells
