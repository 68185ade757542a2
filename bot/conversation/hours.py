"""The clinic's opening hours, and until when a patient is promised an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from bot.conversation.model import LOCKING_TIERS
from knowledge.decision import Tier

_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
#: How far opening hours are looked for; a clinic that is closed longer promises clock time.
_HORIZON: Final = 60
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClinicHours:
    """When the clinic is open, and within how many minutes it looks at each tier.

    Attributes:
        zone: the clinic's time zone.
        week: opening and closing time by weekday, Monday is 0; a missing day is closed.
        closed_days: dates on which the clinic is closed although the weekday is not.
        minutes: response times; T0 and T1 run at any hour, the others in opening hours.
    """

    zone: dt.tzinfo
    week: Mapping[int, tuple[dt.time, dt.time]]
    closed_days: frozenset[dt.date]
    minutes: Mapping[Tier, int]

    @classmethod
    def of(cls, clinic: Mapping[str, Any]) -> Self:
        """Reads the hours of `clinic.yml`, as the library holds them."""
        week = {
            _WEEKDAYS.index(day): (dt.time.fromisoformat(span[0]), dt.time.fromisoformat(span[1]))
            for day, span in clinic["hours"].items()
        }
        return cls(
            zone=ZoneInfo(clinic["timezone"]),
            week=week,
            closed_days=frozenset(clinic.get("closed_days", ())),
            minutes=clinic["response_times"],
        )

    def is_open(self, at: dt.datetime) -> bool:
        """Tells whether the clinic is open."""
        period = self._period(at.astimezone(self.zone).date())
        return period is not None and period[0] <= at < period[1]

    def next_opening(self, at: dt.datetime) -> dt.datetime | None:
        """Returns when the clinic opens next, or `at` while it is open."""
        for start, end in self._periods_after(at):
            if end > at:
                return max(start, at)
        return None

    def due(self, tier: Tier, since: dt.datetime) -> dt.datetime:
        """Returns until when staff are to look at a message of this tier."""
        left = dt.timedelta(minutes=self.minutes[tier])
        if tier in LOCKING_TIERS:
            return since + left
        for start, end in self._periods_after(since):
            begin = max(start, since)
            if end - begin >= left:
                return begin + left
            left -= max(end - begin, dt.timedelta())
        return since + left

    def overdue_before(self, tier: Tier, now: dt.datetime) -> dt.datetime:
        """Returns the moment before which whoever began to wait is overdue `now`.

        The inverse of `due`: `due(tier, since) < now` for every earlier `since`.
        """
        left = dt.timedelta(minutes=self.minutes[tier])
        if tier in LOCKING_TIERS:
            return now - left
        for start, end in self._periods_before(now):
            stop = min(end, now)
            if stop - start >= left:
                return stop - left
            left -= max(stop - start, dt.timedelta())
        return now - left

    def _period(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        span = self.week.get(day.weekday())
        if span is None or day in self.closed_days:
            return None
        opens, closes = (dt.datetime.combine(day, time, self.zone) for time in span)
        # In UTC: arithmetic on local times would be an hour off when clocks change.
        return opens.astimezone(dt.UTC), closes.astimezone(dt.UTC)

    def _periods_after(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        today = at.astimezone(self.zone).date()
        found = (self._period(today + number * _DAY) for number in range(_HORIZON))
        return (period for period in found if period is not None)

    def _periods_before(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        today = at.astimezone(self.zone).date()
        found = (self._period(today - number * _DAY) for number in range(_HORIZON))
        return (period for period in found if period is not None and period[0] < at)
