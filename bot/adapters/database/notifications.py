"""The ledger of paging: every step is planned once, and every try at it is written down first.

Jobs only carry the number of a row. A job that is lost, and a worker that dies in the middle,
leave a row that is not finished; the next look finds it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import mapping
from bot.adapters.database.engine import Database
from bot.adapters.database.models import EscalationRow, NotificationRow
from bot.conversation.model import OpenedEscalation, Status
from bot.conversation.paging import Page, Plan
from bot.ladder import parse_target
from knowledge.decision import Category, Tier

#: How long a try may take before its worker counts as dead; longer than any notifier waits.
LEASE: Final = dt.timedelta(seconds=20)
#: How long a job may lie in the queue before another one is added.
REQUEUE: Final = dt.timedelta(seconds=10)
#: Waits after failures; the last one is used again until `_MOST_TRIES`.
_BACKOFF: Final = tuple(dt.timedelta(seconds=s) for s in (5, 10, 20, 40, 60))
_MOST_TRIES: Final = 12
_BATCH: Final = 200

Planner = Callable[[OpenedEscalation], Plan]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A target that could not be told; `is_over` when it will not be tried again."""

    target: str
    problem: str
    is_over: bool


class Notifications:
    """Plans, leases and finishes notifications; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan_due(self, now: dt.datetime, planner: Planner) -> int:
        """Writes down the steps that are due; returns how many cases were looked at."""
        wanted = (
            sa.select(EscalationRow)
            .where(EscalationRow.next_page_at <= now)
            .order_by(EscalationRow.next_page_at)
            .limit(_BATCH)
            .with_for_update(key_share=True, skip_locked=True)
        )
        if self._database.is_sqlite and not self._has_due(now):
            return 0  # a look every second must not take SQLite's only write lock
        with self._database.write() as session:
            rows = session.scalars(wanted).all()
            for row in rows:
                case = mapping.escalation(row)
                planned = planner(case)
                row.next_page_at = planned.next_at
                for step, target in planned.due:
                    _add_once(session, case, step, str(target), now)
            return len(rows)

    def take_ready(self, now: dt.datetime) -> tuple[int, ...]:
        """Returns the rows that need a job now, also those whose worker died."""
        unfinished = NotificationRow.status.in_(("planned", "sending"))
        ready = (unfinished, NotificationRow.next_try_at <= now)
        with self._database.read() as session:
            if session.scalar(sa.select(NotificationRow.id).where(*ready).limit(1)) is None:
                return ()
        with self._database.write() as session:
            rows = session.scalars(
                sa.select(NotificationRow)
                .where(*ready)
                .order_by(NotificationRow.next_try_at, NotificationRow.id)
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                row.status, row.next_try_at = "planned", now + REQUEUE
            return tuple(row.id for row in rows)

    def begin(self, notification_id: int, now: dt.datetime) -> Page | None:
        """Leases a row for one try; returns None when there is nothing left to do.

        A case that somebody has taken meanwhile needs no further page.
        """
        with self._database.write() as session:
            row = session.get(NotificationRow, notification_id, with_for_update=True)
            if row is None or row.status != "planned":
                return None
            case = session.get_one(EscalationRow, row.escalation_id)
            if not _is_wanted(case, row):
                row.status, row.finished_at = "dropped", now
                return None
            row.status, row.next_try_at = "sending", now + LEASE
            row.attempts += 1
            return _page(case, row)

    def finish(self, notification_id: int, now: dt.datetime, problem: str | None = None) -> None:
        """Writes down what came of a try; after a failure there is another one, for a while."""
        with self._database.write() as session:
            row = session.get_one(NotificationRow, notification_id, with_for_update=True)
            row.problem = problem
            if problem is None:
                row.status, row.finished_at = "sent", now
            elif row.attempts >= _MOST_TRIES:
                row.status, row.finished_at = "failed", now
            else:
                wait = _BACKOFF[min(row.attempts, len(_BACKOFF)) - 1]
                row.status, row.next_try_at = "planned", now + wait

    def untold(self, before: dt.datetime) -> tuple[int, ...]:
        """Returns open cases of which nobody was told although a page was due before then."""
        told = sa.exists().where(
            NotificationRow.escalation_id == EscalationRow.id,
            NotificationRow.round == EscalationRow.page_round,
            NotificationRow.status == "sent",
        )
        with self._database.read() as session:
            found = session.scalars(
                sa.select(EscalationRow.id)
                .where(
                    EscalationRow.status != Status.RESOLVED.value,
                    EscalationRow.page_from < before,
                    ~told,
                )
                .order_by(EscalationRow.tier, EscalationRow.id)
                .limit(_BATCH)
            )
            return tuple(found)

    def troubles(self, since: dt.datetime) -> tuple[Trouble, ...]:
        """Returns the targets whose last try since then failed."""
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(NotificationRow)
                .where(NotificationRow.planned_at > since, NotificationRow.attempts > 0)
                .order_by(NotificationRow.id)
            )
            last = {row.target: row for row in rows if row.status != "dropped"}
        return tuple(
            Trouble(parse_target(row.target).shown, row.problem, row.status == "failed")
            for row in last.values()
            if row.problem is not None
        )

    def _has_due(self, now: dt.datetime) -> bool:
        with self._database.read() as session:
            due = sa.select(EscalationRow.id).where(EscalationRow.next_page_at <= now)
            return session.scalar(due.limit(1)) is not None


def _add_once(
    session: Session, case: OpenedEscalation, step: int, target: str, now: dt.datetime
) -> None:
    same = sa.select(NotificationRow.id).where(
        NotificationRow.escalation_id == case.id,
        NotificationRow.round == case.page_round,
        NotificationRow.step == step,
        NotificationRow.target == target,
    )
    # The case's row is locked, so nobody else can be planning it; the table is unique besides.
    if session.scalar(same) is None:
        row = NotificationRow(escalation_id=case.id, round=case.page_round, step=step)
        row.target, row.status, row.attempts = target, "planned", 0
        row.planned_at = row.next_try_at = now
        session.add(row)


def _is_wanted(case: EscalationRow, row: NotificationRow) -> bool:
    is_open = case.status != Status.RESOLVED.value and case.waiting_since is not None
    return is_open and case.page_round == row.round


def _page(case: EscalationRow, row: NotificationRow) -> Page:
    who = hashlib.sha256(row.target.encode()).hexdigest()[:12]
    return Page(
        key=f"case-{case.id}-{row.round}-{row.step}-{who}",
        target=parse_target(row.target),
        case_id=case.id,
        conversation_id=case.conversation_id,
        tier=cast("Tier", case.tier),
        category=cast("Category", case.category),
        waiting_since=case.waiting_since or row.planned_at,
        step=row.step,
    )
