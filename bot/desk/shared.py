"""One rendering for everybody who looks at the same list at the same time.

When a case comes in, every open desk asks for its list at once; the list is the same for all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Final

_LIFETIME: Final = 1.0  # seconds: durations on the page go on
_MOST: Final = 200


class SharedParts:
    """Keeps a rendered part for a second; several who want the same wait for one rendering."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: dict[Hashable, tuple[float, str]] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """Returns the part of this key; the key holds everything that the part depends on."""
        with self._lock:
            gate = self._making.setdefault(key, threading.Lock())
        with gate:
            found = self._parts.get(key)
            if found is not None and time.monotonic() - found[0] < _LIFETIME:
                return found[1]
            part = make()
            self._keep(key, part)
            return part

    def _keep(self, key: Hashable, part: str) -> None:
        with self._lock:
            if len(self._parts) >= _MOST:
                self._parts.clear()
                self._making.clear()
            self._parts[key] = (time.monotonic(), part)
