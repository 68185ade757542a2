"""An SMS conversation inside one transaction."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import mapping, texting_rows
from bot.adapters.database.held import SqlLockedConversation
from bot.adapters.database.models import (
    ConversationRow,
    MessageRow,
    SmsConsentRow,
    SmsOutboundRow,
    SmsPersonRow,
    SmsStatusRow,
    SmsThreadRow,
)
from bot.conversation.errors import MessageNotFoundError
from bot.conversation.model import Author, Message
from bot.conversation.texting.model import ConsentChange, OutboxChange, OutgoingText, Person


class SqlLockedThread(SqlLockedConversation):
    """Implements `bot.conversation.texting.ports.LockedThread` on one session."""

    def __init__(self, session: Session, row: ConversationRow, now: dt.datetime) -> None:
        super().__init__(session, row, now)
        thread = session.get_one(SmsThreadRow, row.id)
        # Held, so that nobody opts in or out meanwhile.
        self._person = session.get_one(
            SmsPersonRow, thread.person_number, with_for_update=True, populate_existing=True
        )

    def person(self) -> Person:
        return texting_rows.person(self._person)

    def change_consent(self, change: ConsentChange) -> None:
        record_consent(self._session, change)
        is_out = change.kind == "opt_out"
        self._person.opted_out_at = change.at if is_out else None
        self._person.opted_out_by = change.by if is_out else None
        self._changed()

    def last_answer(self, since: dt.datetime) -> Message | None:
        row = self._session.scalar(
            sa.select(MessageRow)
            .where(
                MessageRow.conversation_id == self._row.id,
                MessageRow.author == Author.BOT.value,
                MessageRow.kind == "answer",
                MessageRow.created_at > since,
            )
            .order_by(MessageRow.seq.desc())
            .limit(1)
        )
        return None if row is None else mapping.message(row)

    def outgoing(self, text_id: int) -> OutgoingText:
        return texting_rows.outgoing(self._outgoing_row(text_id))

    def change_outgoing(self, text_id: int, change: OutboxChange) -> None:
        row = self._outgoing_row(text_id)
        row.state, row.deferred = change.state.value, change.deferred
        row.error = change.error
        row.provider_id = change.provider_id or row.provider_id
        row.next_at = change.next_at or row.next_at
        row.look_ups = row.look_ups if change.look_ups is None else change.look_ups
        row.claimed_until, row.updated_at = None, self._now
        self._changed()
        self._session.flush()

    def note_applied(self, report_id: int) -> None:
        self._session.get_one(SmsStatusRow, report_id).applied_at = self._now

    def note_told(self, text_id: int) -> None:
        self._outgoing_row(text_id).told_at = self._now

    def _outgoing_row(self, text_id: int) -> SmsOutboundRow:
        row = self._session.get(SmsOutboundRow, text_id, with_for_update=True)
        if row is None or row.conversation_id != self._row.id:
            raise MessageNotFoundError(str(text_id))
        return row


def record_consent(session: Session, change: ConsentChange) -> None:
    """Appends to the record of consent."""
    session.add(
        SmsConsentRow(
            person_number=change.numbers.person,
            clinic_number=change.numbers.clinic,
            gateway=change.numbers.gateway,
            kind=change.kind,
            how=change.how,
            words=change.words,
            at=change.at,
        )
    )
