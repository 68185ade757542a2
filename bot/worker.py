"""The worker: `python -m bot.worker`. Jobs from the queue, and sweeps that let nothing wait.

The queue is huey's: a SQLite file by default, Redis when `FAQBOT_REDIS_URL` is set. Sweeps do
not go through the queue: what they mend may be the loss of a job.
"""

from __future__ import annotations

import datetime as dt
import logging
import signal
import sys
import threading
from typing import Any, Final

from huey import Huey, RedisHuey, SqliteHuey  # type: ignore[import-untyped]
from huey.consumer import Consumer  # type: ignore[import-untyped]

from bot.adapters.database import pending_migrations
from bot.adapters.database.heartbeats import beat
from bot.assembly import Core
from bot.channels.sms.loops import TextingLoops
from bot.conversation.errors import StoreUnavailableError
from bot.conversation.service import utc_now
from bot.fault import describe
from bot.process_log import configure_logging
from bot.settings import Settings, SettingsError, load_settings
from knowledge.errors import KnowledgeError

_LOG: Final = logging.getLogger(__name__)
HEARTBEAT: Final = "worker"
_EVERY: Final = 5.0
_HEALTH: Final = 10.0
_QUEUE: Final = "faqbot"


def build_queue(settings: Settings) -> Huey:
    """Returns the job queue of the settings; every process that adds jobs uses it."""
    if settings.redis_url:
        return RedisHuey(_QUEUE, url=settings.redis_url)
    settings.var.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(_QUEUE, filename=str(settings.var / "queue.db"))


class Sweeper:
    """Does what must happen again and again: signs of life, and recovery of messages."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._recover_after = dt.timedelta(seconds=core.settings.recover_after)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper")

    def start(self) -> None:
        """Starts sweeping."""
        self._thread.start()

    def stop(self) -> None:
        """Stops after the sweep that is running."""
        self._stopping.set()
        self._thread.join()

    def sweep(self) -> None:
        """Sweeps once.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        beat(self._core.database, HEARTBEAT, utc_now())
        recovered = self._core.conversations.recover_unanswered(self._recover_after)
        if recovered:
            _LOG.warning("%d messages had been left unanswered", recovered)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.sweep()
            except StoreUnavailableError as error:
                _LOG.error("sweep failed, the database is unavailable: %s", describe(error))
            except Exception as error:  # noqa: BLE001 - safety: one bad row must not end sweeping
                _LOG.error("sweep failed: %s", describe(error))
            self._stopping.wait(_EVERY)


def main() -> int:
    """Works until told to stop; returns the exit code."""
    stop = threading.Event()
    _stop_on_signal(stop)
    try:
        settings = load_settings()
        configure_logging(settings.log_level)
        core = Core(settings)
        core.load()
        if pending_migrations(core.database):
            sys.stderr.write("FAQBOT_DATABASE_URL: tables are out of date; run `faqbot migrate`\n")
            return 1
    except (SettingsError, KnowledgeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except StoreUnavailableError as error:
        sys.stderr.write(f"FAQBOT_DATABASE_URL: the database cannot be reached ({error})\n")
        return 1
    sweeper, texting = Sweeper(core), TextingLoops(core)
    sweeper.start()
    texting.start()
    try:
        _consume(build_queue(settings), stop)
    finally:
        texting.stop()
        sweeper.stop()
        core.database.close()
    return 0


def _consume(queue: Huey, stop: threading.Event) -> None:
    """Runs jobs until `stop` is set."""
    consumer = Consumer(queue, workers=2, max_delay=2.0)
    consumer.start()
    _stop_on_signal(stop)  # again: huey has put its own handlers in place
    while not stop.wait(_HEALTH):
        consumer.check_worker_health()
    consumer.stop(graceful=True)


def _stop_on_signal(stop: threading.Event) -> None:
    def on_signal(*_arguments: Any) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)


if __name__ == "__main__":
    sys.exit(main())
