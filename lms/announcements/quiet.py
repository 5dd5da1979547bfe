"""Quiet hours: when no mail is sent. Pure functions of a moment, a zone and two times of day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of day until another by the clocks of `zone`; across midnight where the end is earlier.

    The same time twice means that there are no quiet hours.
    """

    starts: time
    ends: time
    zone: ZoneInfo

    def holds_at(self, moment: datetime) -> bool:
        """Whether a mail at this moment would disturb."""
        clock = moment.astimezone(self.zone).time().replace(tzinfo=None, fold=0)
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def next_fit(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which mail may be sent, to the minute; `moment` itself if it may.

        Clocks that are put forward may skip the end, and clocks that are put back may bring quiet hours again:
        so candidates are tried as moments, never as times on a clock.
        """
        if not self.holds_at(moment):
            return moment
        today = moment.astimezone(self.zone).date()
        ends = (
            datetime.combine(today + timedelta(days=days), self.ends.replace(fold=fold), self.zone)
            for days in (0, 1, 2)
            for fold in (0, 1)
        )
        found = min(at for end in ends if (at := end.astimezone(UTC)) > moment and not self.holds_at(at))
        while found - MINUTE > moment and not self.holds_at(found - MINUTE):
            found -= MINUTE
        return found


DEFAULT_STARTS = time(20)
DEFAULT_ENDS = time(8)
