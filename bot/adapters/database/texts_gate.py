"""The web process's side of texting: what webhooks store before they are acknowledged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.adapters.database.engine import Database
from bot.adapters.database.models import (
    SmsNoticeRow,
    SmsOutboundRow,
    SmsSecurityRow,
    SmsStatusRow,
)
from bot.adapters.database.texts_in import store_text
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.conversation.texting.model import (
    FINAL_STATES,
    IncomingText,
    StatusReport,
    TextState,
)


class SqlTextGate:
    """Stores what providers deliver. Every method is one transaction.

    Every method raises StoreUnavailableError when the database is down, and the provider
    delivers again.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = utc_now,
        is_urgent: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        """Prepares it.

        Args:
            database: where texts are kept.
            clock: the current time.
            is_urgent: tells whether a wording is that of a crisis.
        """
        self._database, self._clock, self._is_urgent = database, clock, is_urgent

    def accept(self, texts: Sequence[IncomingText]) -> int:
        """Stores texts, each once; returns how many were new."""
        at = self._clock()
        read = [(text, self._is_urgent(text.text)) for text in texts]  # before the write lock
        with self._database.write() as session:
            return sum(store_text(session, text, at, urgent=urgent) for text, urgent in read)

    def report(self, reports: Sequence[StatusReport]) -> int:
        """Stores status reports on texts that we sent; returns how many were about others."""
        at = self._clock()
        with self._database.write() as session:
            return sum(not _store_report(session, report, at) for report in reports)

    def refuse(self, gateway: str, route: str, kind: str, times: int = 1) -> None:
        """Counts refused requests. Their content is not kept: a stranger wrote it."""
        minute = self._clock().replace(second=0, microsecond=0)
        key = {"minute": minute, "gateway": gateway, "route": route, "kind": kind}
        with self._database.write() as session:
            statement = _insert(session, SmsSecurityRow).values(**key, times=times)
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=list(key), set_={"times": SmsSecurityRow.times + times}
                )
            )


def _store_report(session: Session, report: StatusReport, at: dt.datetime) -> bool:
    text = _text_of(session, report)
    if text is None:
        return _store_for_notice(session, report, at)
    values = {
        "gateway": report.gateway,
        "provider_id": report.provider_id,
        "outbound_id": text.id,
        "state": report.state.value,
        "error": report.error,
        "at": at,
    }
    session.execute(_insert(session, SmsStatusRow).values(**values).on_conflict_do_nothing())
    return True


def _store_for_notice(session: Session, report: StatusReport, at: dt.datetime) -> bool:
    notice = None if report.ref is None else session.get(SmsNoticeRow, report.ref)
    if notice is None or notice.gateway != report.gateway:
        return False
    if notice.provider_id not in (None, report.provider_id):
        return False
    if TextState(notice.state) not in FINAL_STATES:
        notice.state, notice.provider_id, notice.at = report.state.value, report.provider_id, at
    return True


def _text_of(session: Session, report: StatusReport) -> SmsOutboundRow | None:
    """Returns the text that a report is about, or None for a text of somebody else's.

    The reference finds a text whose provider's id we do not know yet, because the answer to our
    request is still on its way or was lost. It must not move the report to another text.
    """
    by_id = session.scalar(
        sa.select(SmsOutboundRow).where(
            SmsOutboundRow.gateway == report.gateway,
            SmsOutboundRow.provider_id == report.provider_id,
        )
    )
    if report.ref is None:
        return by_id
    by_ref = session.scalar(
        sa.select(SmsOutboundRow).where(
            SmsOutboundRow.ref == report.ref, SmsOutboundRow.gateway == report.gateway
        )
    )
    if by_ref is None or by_ref.provider_id not in (None, report.provider_id):
        return None
    return by_ref if by_id is None or by_id.id == by_ref.id else None


def _insert(session: Session, table: Any) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)
