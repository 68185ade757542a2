"""Quiet hours: when nothing is texted that answers nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of the day in the clinic's time; it may go over midnight, and may be empty.

    Attributes:
        begins, ends: times of day; equal when there are no quiet hours.
        zone: the clinic's time zone.
    """

    begins: dt.time
    ends: dt.time
    zone: ZoneInfo

    def end(self, at: dt.datetime) -> dt.datetime | None:
        """Returns when the quiet hours end that this moment lies in, or None outside of them."""
        if self.begins == self.ends:
            return None
        local = at.astimezone(self.zone)
        clock = local.time().replace(tzinfo=None)
        over_midnight = self.begins > self.ends
        if over_midnight:
            is_quiet = clock >= self.begins or clock < self.ends
        else:
            is_quiet = self.begins <= clock < self.ends
        if not is_quiet:
            return None
        day = local.date()
        if over_midnight and clock >= self.begins:
            day += dt.timedelta(days=1)
        return dt.datetime.combine(day, self.ends, self.zone).astimezone(dt.UTC)
