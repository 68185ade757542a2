"""Implements `bot.conversation.texting.ports.TextingStore` on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.adapters.database import texting_rows, texts_due, texts_in
from bot.adapters.database.engine import Database
from bot.adapters.database.held_thread import SqlLockedThread
from bot.adapters.database.models import (
    ConversationRow,
    SmsOutboundRow,
    SmsPersonRow,
    SmsStatusRow,
)
from bot.adapters.database.threads import open_thread
from bot.conversation.errors import ConversationNotFoundError, MessageNotFoundError
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.conversation.texting.model import (
    ClaimedText,
    Heard,
    OutgoingText,
    Person,
    StoredReport,
    TextState,
)


class SqlTextingStore:
    """The worker's side of texting; every public method is one transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def claim_incoming(self, lease: dt.timedelta) -> ClaimedText | None:
        if not self._has_incoming():
            return None
        with self._database.write() as session:
            rows = texts_in.claim_text(session, lease, self._clock())
            return texting_rows.claimed(rows) if rows else None

    def open_thread(
        self, text: ClaimedText, continue_for: dt.timedelta, notice_after: dt.timedelta
    ) -> str:
        with self._database.write() as session:
            return open_thread(session, text, continue_for, notice_after, self._clock())

    def finish_incoming(self, text: ClaimedText) -> None:
        with self._database.write() as session:
            texts_in.finish_text(session, text.ids, "done")

    def give_up_incoming(self, text: ClaimedText) -> None:
        with self._database.write() as session:
            texts_in.finish_text(session, text.ids, "failed")

    @contextmanager
    def thread(self, conversation_id: str) -> Iterator[SqlLockedThread]:
        with self._database.write() as session:
            row = session.get(ConversationRow, conversation_id, with_for_update=True)
            if row is None:
                raise ConversationNotFoundError(conversation_id)
            yield SqlLockedThread(session, row, self._clock())

    def claim_outgoing(
        self, lease: dt.timedelta, rates: dict[str, tuple[float, float]]
    ) -> OutgoingText | None:
        if not self._has_outgoing(TextState.QUEUED):
            return None
        with self._database.write() as session:
            row = texts_due.claim_due(session, lease, rates, self._clock())
            return None if row is None else texting_rows.outgoing(row)

    def claim_uncertain(self, lease: dt.timedelta) -> OutgoingText | None:
        if not self._has_outgoing(TextState.UNCERTAIN, TextState.SENDING):
            return None
        with self._database.write() as session:
            row = texts_due.claim_uncertain(session, lease, self._clock())
            return None if row is None else texting_rows.outgoing(row)

    def known_provider_ids(self, gateway: str, person: str) -> frozenset[str]:
        with self._database.read() as session:
            found = session.scalars(
                sa.select(SmsOutboundRow.provider_id).where(
                    SmsOutboundRow.gateway == gateway,
                    SmsOutboundRow.person_number == person,
                    SmsOutboundRow.provider_id.is_not(None),
                )
            )
            return frozenset(known for known in found if known is not None)

    def next_report(self, passed_over: Collection[int]) -> StoredReport | None:
        with self._database.read() as session:
            found = session.execute(
                sa.select(SmsStatusRow, SmsOutboundRow.conversation_id)
                .join(SmsOutboundRow, SmsOutboundRow.id == SmsStatusRow.outbound_id)
                .where(SmsStatusRow.applied_at.is_(None), SmsStatusRow.id.not_in(passed_over))
                .order_by(SmsStatusRow.id)
                .limit(1)
            ).one_or_none()
            return None if found is None else texting_rows.stored_report(*found)

    def standing(self, text_id: int) -> tuple[TextState, Person]:
        with self._database.read() as session:
            found = session.execute(
                sa.select(SmsOutboundRow.state, SmsPersonRow)
                .join(SmsPersonRow, SmsPersonRow.number == SmsOutboundRow.person_number)
                .where(SmsOutboundRow.id == text_id)
            ).one_or_none()
            if found is None:
                raise MessageNotFoundError(str(text_id))
            return TextState(found[0]), texting_rows.person(found[1])

    def overdue(self, before: dt.datetime) -> OutgoingText | None:
        with self._database.read() as session:
            row = session.scalar(texts_due.overdue(before))
            return None if row is None else texting_rows.outgoing(row)

    def recent_texts(self, text: ClaimedText, since: dt.datetime, most: int) -> tuple[Heard, ...]:
        with self._database.read() as session:
            rows = session.scalars(texts_in.recent(text, since, most))
            return tuple(Heard(row.text, row.received_at) for row in rows)

    def _has_incoming(self) -> bool:
        """Looks without taking the one write lock that SQLite has."""
        with self._database.read() as session:
            return texts_in.any_due(session, self._clock())

    def _has_outgoing(self, *states: TextState) -> bool:
        wanted = [state.value for state in states]
        with self._database.read() as session:
            due = sa.select(SmsOutboundRow.id).where(
                SmsOutboundRow.state.in_(wanted),
                sa.or_(
                    SmsOutboundRow.next_at <= self._clock(),
                    SmsOutboundRow.claimed_until <= self._clock(),
                ),
            )
            return session.scalar(due.limit(1)) is not None
