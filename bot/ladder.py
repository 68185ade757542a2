"""Whom a case is shown to, and when: targets and the ladder that paging climbs."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from bot.setting_values import UnusableValueError

Kind = Literal["console", "mailto", "sms", "webhook"]
_KINDS: Final = get_args(Kind)
_ADDRESS: Final = {
    "console": re.compile(r""),
    "webhook": re.compile(r""),
    "mailto": re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,120}"),
    "sms": re.compile(r"\+[1-9][0-9]{7,14}"),
}
_FORMS: Final = "`mailto:name@clinic.example`, `sms:+12025550142`, `webhook` or `console`"
_LATEST: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who is told; `console` is the worker's log and reaches nobody."""

    kind: Kind
    address: str = ""

    def __str__(self) -> str:
        """Returns the target as it stands in a setting."""
        return f"{self.kind}:{self.address}" if self.address else self.kind

    @property
    def shown(self) -> str:
        """The target as it may be shown and logged: of a number only its end."""
        return f"sms:…{self.address[-2:]}" if self.kind == "sms" else str(self)


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told when nobody has acknowledged a case for so long."""

    after: dt.timedelta
    targets: tuple[Target, ...]


Ladder = tuple[Step, ...]


def reaches_people(ladder: Ladder) -> bool:
    """Tells whether anybody away from the desk is told at all."""
    return any(target.kind != "console" for step in ladder for target in step.targets)


def parse_target(text: str) -> Target:
    """Reads one target.

    Raises:
        UnusableValueError: saying what would be right.
    """
    kind, _, address = text.partition(":")
    if kind not in _KINDS or not _ADDRESS[kind].fullmatch(address):
        raise UnusableValueError(f"give targets as {_FORMS}")
    return Target(cast("Kind", kind), address)


def parse_targets(text: str) -> tuple[Target, ...]:
    """Reads targets with spaces between them; there may be none.

    Raises:
        UnusableValueError: saying what would be right.
    """
    return tuple(dict.fromkeys(parse_target(word) for word in text.split()))


def parse_ladder(text: str) -> Ladder:
    """Reads `0 mailto:a@clinic.example; 5 sms:+12025550142 webhook`.

    Raises:
        UnusableValueError: saying what would be right.
    """
    steps = tuple(_step(part) for part in text.split(";") if part.strip())
    waits = [step.after for step in steps]
    if not steps or waits[0] or waits != sorted(set(waits)):
        raise UnusableValueError("give steps that start at minute 0 and come later and later")
    return steps


def _step(text: str) -> Step:
    minutes, _, targets = text.strip().partition(" ")
    if not minutes.isascii() or not minutes.isdigit() or int(minutes) > _LATEST:
        raise UnusableValueError("start every step with its minute, such as `5 webhook`")
    found = parse_targets(targets)
    if not found:
        raise UnusableValueError(f"name a target in the step of minute {minutes}: {_FORMS}")
    return Step(dt.timedelta(minutes=int(minutes)), found)
