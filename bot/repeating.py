"""Doing something again and again in a thread of its own, whatever fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bot.conversation.errors import StoreUnavailableError
from bot.fault import describe

_LOG = logging.getLogger(__name__)


class Repeating:
    """One thread that repeats one step until it is stopped."""

    def __init__(self, name: str, every: float, step: Callable[[], object]) -> None:
        """Prepares it; nothing runs yet.

        Args:
            name: the thread's name, for the log.
            every: seconds between the end of a step and the next one.
            step: what is done.
        """
        self._name, self._every, self._step = name, every, step
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        """Starts repeating."""
        self._thread.start()

    def stop(self) -> None:
        """Stops after the step that is under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except StoreUnavailableError as error:
                _LOG.error("%s: the database is unavailable: %s", self._name, describe(error))
            except Exception as error:  # noqa: BLE001 - safety: whatever failed, it must go on
                _LOG.error("%s failed: %s", self._name, describe(error))
            self._stopping.wait(self._every)
