"""What supervisord reports on its standard output, as values."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

# supervisor 4.3 (supervisor/process.py); a test reads these lines from the real program.
_SPAWNED: Final = re.compile(r" spawned: '(?P<name>[^']+)' with pid (?P<pid>\d+)$")
_ENDED: Final = re.compile(r" (?:exited|stopped): (?P<name>\S+) \((?P<how>.+?)(?:; .*)?\)$")
_GAVE_UP: Final = re.compile(r" gave up: (?P<name>\S+) entered FATAL state")
_FAILED: Final = re.compile(r" (?:CRIT|ERRO) (?P<text>.+)$|^(?P<start>Error: .+)$")
# Its socket is a file that only this user may open.
_NO_FAILURE: Final = "without any HTTP authentication checking"


@dataclasses.dataclass(frozen=True, slots=True)
class Spawned:
    """A process was started."""

    name: str
    pid: int


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """A process ended; `how` is its exit status or the signal that ended it."""

    name: str
    how: str


@dataclasses.dataclass(frozen=True, slots=True)
class GaveUp:
    """supervisord does not start a process again by itself."""

    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Failed:
    """supervisord itself has a problem."""

    text: str


Event = Spawned | Ended | GaveUp | Failed


def parse(line: str) -> Event | None:
    """Returns what a line reports, or None when it is of no interest."""
    line = line.rstrip()
    if found := _SPAWNED.search(line):
        return Spawned(found["name"], int(found["pid"]))
    if found := _ENDED.search(line):
        return Ended(found["name"], found["how"])
    if found := _GAVE_UP.search(line):
        return GaveUp(found["name"])
    if (found := _FAILED.search(line)) and _NO_FAILURE not in line:
        return Failed(found["text"] or found["start"])
    return None
