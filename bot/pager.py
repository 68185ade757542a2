"""Paging: sees which steps are due, and has the worker's jobs do them.

A look takes a few milliseconds and happens every second in a thread of its own. What it plans
stands in the database before a job is added; a job that is lost is added again.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

from huey import Huey  # type: ignore[import-untyped]

from bot.adapters.database.notifications import Notifications
from bot.adapters.notifiers import NotifierError, Notifiers
from bot.conversation.model import OpenedEscalation
from bot.conversation.paging import Plan, Rules, plan
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.fault import describe
from bot.repeating import Repeating
from bot.settings import Settings
from knowledge.decision import Tier

_LOG: Final = logging.getLogger(__name__)
_EVERY: Final = 1.0
JOB: Final = "deliver_page"


def rules_of(settings: Settings) -> Rules:
    """Returns who is told, under these settings."""
    repeat = dt.timedelta(minutes=settings.page_repeat)
    return Rules(settings.page_ladder, repeat, settings.notify)


class Promises(Protocol):
    """Until when the clinic answers, by the hours that hold at that moment."""

    def due(self, tier: Tier, since: dt.datetime) -> dt.datetime:
        """Returns until when staff are to answer who waits since then."""
        ...


class Pager:
    """Plans pages and delivers them."""

    def __init__(
        self,
        notifications: Notifications,
        notifiers: Notifiers,
        rules: Rules,
        promises: Promises,
        clock: Clock = utc_now,
    ) -> None:
        self._notifications, self._notifiers = notifications, notifiers
        self._rules, self._promises, self._clock = rules, promises, clock

    def look(self, enqueue: Callable[[int], Any]) -> None:
        """Plans what is due and adds a job for everything that is ready.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        now = self._clock()

        def planner(case: OpenedEscalation) -> Plan:
            deadline = self._promises.due(case.tier, case.waiting_since or now)
            return plan(case, self._rules, deadline, now)

        self._notifications.plan_due(now, planner)
        for notification_id in self._notifications.take_ready(now):
            enqueue(notification_id)

    def deliver(self, notification_id: int) -> None:
        """Does one step, unless it is done already or not needed any more.

        Raises:
            StoreUnavailableError: if the database is down; the step is found again later.
        """
        page = self._notifications.begin(notification_id, self._clock())
        if page is None:
            return
        try:
            self._notifiers.send(page)
        except NotifierError as error:
            _LOG.error("notification %s failed: %s", notification_id, error)
            self._notifications.finish(notification_id, self._clock(), str(error)[:200])
        except Exception as error:  # noqa: BLE001 - safety: whatever failed, there is another try
            _LOG.error("notification %s failed: %s", notification_id, describe(error))
            self._notifications.finish(notification_id, self._clock(), type(error).__name__)
        else:
            self._notifications.finish(notification_id, self._clock())


def paging(pager: Pager, queue: Huey) -> Repeating:
    """Returns the thread that looks every second what is due, and adds its jobs to the queue."""
    enqueue = queue.task(name=JOB)(pager.deliver)
    return Repeating("pager", _EVERY, functools.partial(pager.look, enqueue))
