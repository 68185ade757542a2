"""Moments and durations as people read them."""

from __future__ import annotations

import datetime as dt
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def duration(span: dt.timedelta) -> str:
    """Returns a duration such as "4 min", "2 h 10 min" or "3 days"."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return "under 1 min"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days = seconds // _DAY
    return "1 day" if days == 1 else f"{days} days"


def moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Returns a moment in the clinic's time, such as "Nov 23, 7:05 AM"."""
    local = at.astimezone(zone)
    hour = local.hour % 12 or 12
    return f"{local:%b} {local.day}, {hour}:{local:%M %p}"
