"""What set-up prints: a line when a step starts, a line with its time when it ends."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import Iterator

#: Seconds of silence after which the steps under way are named again.
HEARTBEAT = 15.0


class Console:
    """Prints whole lines, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._running: dict[str, float] = {}
        self._last = self._started

    def say(self, text: str) -> None:
        """Prints one line with the seconds since the start."""
        with self._lock:
            self._last = time.monotonic()
            print(f"[{self._last - self._started:6.1f} s] {text}", file=sys.stderr, flush=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announces a step, and its time when it succeeds."""
        began = self._running[name] = time.monotonic()
        self.say(f"{name} ...")
        try:
            yield
            self.say(f"{name}: done in {time.monotonic() - began:.1f} s")
        finally:
            del self._running[name]

    def heartbeat(self) -> None:
        """Names what is still running when nothing was printed for a while."""
        now = time.monotonic()
        if now - self._last >= HEARTBEAT and self._running:
            steps = [f"{name} ({now - began:.0f} s)" for name, began in list(self._running.items())]
            self.say("still busy: " + ", ".join(steps))

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started
