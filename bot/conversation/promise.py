"""What a patient is told about when staff will answer: the clinic's hours decide, not a text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bot.conversation.hours import ClinicHours
from bot.conversation.model import LOCKING_TIERS
from knowledge.decision import Tier


@dataclass(frozen=True, slots=True)
class Promise:
    """Which approved text is used, and the moment or minutes that it names."""

    key: str
    when: str
    minutes: int


URGENT: Final = "promise_urgent"
URGENT_CLOSED: Final = "promise_urgent_closed"
OPEN: Final = "promise_open"
CLOSED: Final = "promise_closed"


#: Days and months as Spanish shortens them; a moment must not be half English.
_DAYS: Final = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS: Final = (
    "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic",
)  # fmt: skip


def promise(
    hours: ClinicHours,
    tier: Tier,
    at: dt.datetime,
    *,
    pages_at_night: bool,
    language: str = "en",
) -> Promise:
    """Returns what can be promised for a message of this tier.

    Args:
        hours: the clinic's hours and response times.
        tier: how urgent the message is.
        at: when it came.
        pages_at_night: whether somebody outside the clinic is really paged. Without that, nobody
            sees an urgent message before the clinic opens, and saying otherwise would be a lie.
        language: the language in which a moment is named.
    """
    minutes = hours.minutes[tier]
    if tier in LOCKING_TIERS:
        if pages_at_night or hours.is_open(at):
            return Promise(URGENT, "", minutes)
        opening = hours.next_opening(at)
        return Promise(URGENT_CLOSED, _moment(opening or at, at, hours.zone, language), minutes)
    key = OPEN if hours.is_open(at) else CLOSED
    return Promise(key, _moment(hours.due(tier, at), at, hours.zone, language), minutes)


def _moment(when: dt.datetime, now: dt.datetime, zone: dt.tzinfo, language: str) -> str:
    """Returns a moment: "4:05 PM today", "9:00 AM on Tue, Nov 24", "mar 24 nov, 9:00 AM"."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    clock = f"{local.hour % 12 or 12}:{local:%M %p}"
    if language == "es":
        day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
        return f"hoy, {clock}" if local.date() == today else f"{day}, {clock}"
    return f"{clock} today" if local.date() == today else f"{clock} on {local:%a, %b} {local.day}"
