"""The worker: `python -m bot.worker`. Jobs, sweeps that let nothing wait, and paging.

Sweeps do not go through the queue: what they mend may be the loss of a job.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
import signal
import sys
import threading
from typing import Any, Final

from huey import Huey, crontab  # type: ignore[import-untyped]
from huey.consumer import Consumer  # type: ignore[import-untyped]

from bot.adapters.database import pending_migrations
from bot.adapters.database.erasure import Erasure
from bot.adapters.database.heartbeats import beat
from bot.adapters.database.privacy_commands import retain
from bot.adapters.triage_client import TriageClient
from bot.assembly import Core
from bot.channels.sms.loops import TextingLoops
from bot.conversation.errors import StoreUnavailableError
from bot.conversation.held_triage import HeldTriage
from bot.conversation.service import utc_now
from bot.desk.reset import mail_link
from bot.grouping import regroup
from bot.job_queue import MAIL_LINK, build_queue
from bot.pager import paging
from bot.process_log import configure_logging
from bot.repeating import Repeating
from bot.settings import SettingsError, load_settings
from knowledge.errors import KnowledgeError

_LOG: Final = logging.getLogger(__name__)
HEARTBEAT: Final = "worker"
_EVERY: Final = 5.0
_EVERY_HELD: Final = 1.0
_HEALTH: Final = 10.0


class Sweeper:
    """Does what must happen again and again: signs of life, and recovery of messages."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._recover_after = dt.timedelta(seconds=core.settings.recover_after)

    def sweep(self) -> None:
        """Sweeps once.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        beat(self._core.database, HEARTBEAT, utc_now())
        recovered = self._core.conversations.recover_unanswered(self._recover_after)
        if recovered:
            _LOG.warning("%d messages had been left unanswered", recovered)


def held_triage(core: Core) -> HeldTriage:
    """Returns what has triage look at messages of conversations that staff hold."""
    settings = core.settings
    triage = TriageClient(settings.actions_url, settings.rasa_timeout)
    return HeldTriage(core.store, triage, core.texts)


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
        core.database.check_keys()
    except (SettingsError, KnowledgeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except StoreUnavailableError as error:
        sys.stderr.write(f"FAQBOT_DATABASE_URL: the database cannot be reached ({error})\n")
        return 1
    queue = build_queue(settings)
    queue.task(name=MAIL_LINK, retries=3, retry_delay=20)(
        functools.partial(mail_link, settings, core.database, core.notifiers.mail)
    )
    queue.periodic_task(crontab(minute="17"), name="regroup")(
        functools.partial(regroup, core.database, core.load_encoder)
    )
    erasure = Erasure(core.database, settings.var / "dialogues.db")
    queue.periodic_task(crontab(minute="41"), name="retain")(
        functools.partial(retain, erasure, settings.retention_days)
    )
    threads = (
        Repeating("sweeper", _EVERY, Sweeper(core).sweep),
        Repeating("triage of held messages", _EVERY_HELD, held_triage(core).look),
        paging(core.pager, queue),
        TextingLoops(core),
    )
    for thread in threads:
        thread.start()
    try:
        _consume(queue, stop)
    finally:
        for thread in threads:
            thread.stop()
        core.database.close()
    return 0


def _consume(queue: Huey, stop: threading.Event) -> None:
    """Runs jobs until `stop` is set."""
    consumer = Consumer(queue, workers=4, max_delay=0.5)
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
