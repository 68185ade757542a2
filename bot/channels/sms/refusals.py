"""How often refused requests are written down, so that a flood of them costs no writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

_MINUTE: Final = 60.0
#: Refusals of one kind in a minute that are written one by one, and how many at once after that.
_SINGLY: Final = 50
_TOGETHER: Final = 100


class Refusals:
    """Counts refused requests of this process, by kind."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._began = clock()
        self._seen: dict[tuple[str, str, str], int] = {}

    def due(self, gateway: str, route: str, kind: str) -> int:
        """Counts one more; returns how many are to be written down now, often none."""
        with self._lock:
            if self._clock() - self._began >= _MINUTE:
                self._began, self._seen = self._clock(), {}
            key = (gateway, route, kind)
            seen = self._seen[key] = self._seen.get(key, 0) + 1
        if seen <= _SINGLY:
            return 1
        return _TOGETHER if (seen - _SINGLY) % _TOGETHER == 0 else 0
