"""The worker's part of texting: threads that handle texts, send, and act upon reports.

They read the tables themselves, without a queue between: a text that is stored is found, also
when every process died meanwhile. See docs/adr/0015-texts-wait-in-the-database.md.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from bot.assembly import Core
from bot.conversation.errors import StoreUnavailableError
from bot.fault import describe

_LOG: Final = logging.getLogger(__name__)
#: Seconds between two looks when there was nothing to do, and after a failure.
_PAUSE: Final = 0.2
_PAUSE_OF_WATCH: Final = 5.0
_PAUSE_AFTER_FAULT: Final = 2.0
_HANDLERS: Final = 4
_SENDERS: Final = 4


class TextingLoops:
    """Starts and stops the threads; does nothing when no gateway is configured."""

    def __init__(self, core: Core) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lookouts: dict[str, threading.Lock] = {}
        if not core.providers:
            return
        work: list[tuple[str, Callable[[], bool], float]] = []
        work += [("text-in", core.text_inbox.handle_next, _PAUSE)] * _HANDLERS
        work += [("text-out", core.text_outbox.send_next, _PAUSE)] * _SENDERS
        work += [("text-fate", core.text_outbox.settle_next, _PAUSE)]
        work += [("text-report", core.text_outbox.apply_next_status, _PAUSE)]
        work += [("text-overdue", core.text_outbox.tell_of_next_overdue, _PAUSE_OF_WATCH)]
        for task in work:
            self._lookouts.setdefault(task[0], threading.Lock())
            thread = threading.Thread(target=self._run, args=task, name=task[0])
            self._threads.append(thread)

    def start(self) -> None:
        """Starts every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stops after what is being done."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _run(self, name: str, step: Callable[[], bool], idle: float) -> None:
        while not self._stopping.is_set():
            pause = idle
            try:
                if step():
                    continue
            except StoreUnavailableError as error:
                _LOG.error("%s: the database is unavailable: %s", name, describe(error))
                pause = _PAUSE_AFTER_FAULT
            except Exception as error:  # noqa: BLE001 - safety: one bad row must not end the loop
                _LOG.error("%s failed: %s", name, describe(error))
                pause = _PAUSE_AFTER_FAULT
            # One of a kind looks out for the others: while it pauses they wait for the same, and
            # once it has found work the next one looks.
            with self._lookouts[name]:
                self._stopping.wait(pause)
