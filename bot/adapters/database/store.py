"""Implements `bot.conversation.ports.ConversationStore` on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import mapping
from bot.adapters.database.engine import Database
from bot.adapters.database.held import SqlLockedConversation, exchange_of
from bot.adapters.database.models import (
    CaseNoteRow,
    ContactRow,
    ConversationRow,
    EscalationEventRow,
    EscalationRow,
    FeedbackRow,
    MessageRow,
)
from bot.conversation.errors import ConversationNotFoundError, MessageNotFoundError
from bot.conversation.model import (
    Author,
    Case,
    CaseNote,
    Conversation,
    EscalationEvent,
    Exchange,
    Message,
    OpenedEscalation,
    Outcome,
    Status,
)
from bot.conversation.ports import Clock, Draft, NewConversation, Turn
from bot.conversation.service import utc_now
from knowledge.reply import Reply

_Owned = TypeVar("_Owned", EscalationRow, ContactRow)


class SqlConversationStore:
    """Keeps conversations; every public method is one transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def create(self, new: NewConversation, notice: Reply) -> Message:
        row = ConversationRow(
            id=new.id,
            channel=new.channel.value,
            language=new.language,
            token_hash=new.token_hash,
            version=0,
            last_seq=0,
            notice_at=new.created_at,
            created_at=new.created_at,
            last_message_at=new.created_at,
        )
        with self._database.write() as session:
            session.add(row)
            session.flush()
            held = SqlLockedConversation(session, row, new.created_at)
            return held.add_message(Draft(Author.BOT, notice.text, new.created_at, reply=notice))

    @contextmanager
    def locked(self, conversation_id: str) -> Iterator[SqlLockedConversation]:
        with self._database.write() as session:
            row = session.get(ConversationRow, conversation_id, with_for_update=True)
            if row is None:
                raise ConversationNotFoundError(conversation_id)
            yield SqlLockedConversation(session, row, self._clock())

    def conversation(self, conversation_id: str) -> Conversation:
        with self._database.read() as session:
            return mapping.conversation(_conversation_row(session, conversation_id))

    def access(self, conversation_id: str) -> tuple[Conversation, str | None]:
        with self._database.read() as session:
            row = _conversation_row(session, conversation_id)
            return mapping.conversation(row), row.token_hash

    def exchange(self, message_id: str) -> Exchange:
        with self._database.read() as session:
            row = session.get(MessageRow, message_id)
            if row is None:
                raise MessageNotFoundError(message_id)
            return exchange_of(session, row, _conversation_row(session, row.conversation_id))

    def messages(self, conversation_id: str, after: int, limit: int) -> tuple[Message, ...]:
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(MessageRow)
                .where(MessageRow.conversation_id == conversation_id, MessageRow.seq > after)
                .order_by(MessageRow.seq)
                .limit(limit)
            )
            return tuple(mapping.message(row) for row in rows)

    def turn(self, conversation_id: str, seq: int, previous: int) -> Turn:
        with self._database.read() as session:
            conversation = mapping.conversation(_conversation_row(session, conversation_id))
            before = (
                MessageRow.conversation_id == conversation_id,
                MessageRow.author == Author.VISITOR.value,
                MessageRow.seq < seq,
            )
            earlier = session.scalars(
                sa.select(MessageRow)
                .where(*before, MessageRow.outcome.is_(None))
                .order_by(MessageRow.seq)
            )
            unanswered = tuple(mapping.message(row) for row in earlier)
            texts = session.scalars(
                sa.select(MessageRow.text)
                .where(*before)
                .order_by(MessageRow.seq.desc())
                .limit(previous)
            )
            return Turn(conversation, unanswered, tuple(reversed(texts.all())))

    def unanswered_since(self, moment: dt.datetime, limit: int) -> tuple[Message, ...]:
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(MessageRow)
                .where(
                    MessageRow.author == Author.VISITOR.value,
                    MessageRow.outcome.is_(None),
                    MessageRow.created_at < moment,
                )
                .order_by(MessageRow.created_at, MessageRow.seq)
                .limit(limit)
            )
            return tuple(mapping.message(row) for row in rows)

    def held_without_triage(self, since: dt.datetime, limit: int) -> tuple[Message, ...]:
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(MessageRow)
                .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
                .where(
                    ConversationRow.holder_id.is_not(None),
                    MessageRow.author == Author.VISITOR.value,
                    MessageRow.outcome == Outcome.HELD.value,
                    MessageRow.route.is_(None),  # the decision's own column is sealed
                    MessageRow.created_at > since,
                )
                .order_by(MessageRow.created_at, MessageRow.seq)
                .limit(limit)
            )
            return tuple(mapping.message(row) for row in rows)

    def open_escalations(self, limit: int, offset: int) -> tuple[OpenedEscalation, ...]:
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(EscalationRow)
                .where(EscalationRow.status != Status.RESOLVED.value)
                .order_by(EscalationRow.tier, EscalationRow.opened_at, EscalationRow.id)
                .limit(limit)
                .offset(offset)
            )
            return tuple(mapping.escalation(row) for row in rows)

    def case(self, conversation_id: str) -> Case:
        with self._database.read() as session:
            conversation = mapping.conversation(_conversation_row(session, conversation_id))
            escalation = _newest(session, EscalationRow, conversation_id)
            contact = _newest(session, ContactRow, conversation_id)
            messages = session.scalars(
                sa.select(MessageRow)
                .where(MessageRow.conversation_id == conversation_id)
                .order_by(MessageRow.seq)
            )
            ratings = session.scalars(
                sa.select(FeedbackRow)
                .where(FeedbackRow.conversation_id == conversation_id)
                .order_by(FeedbackRow.id)
            )
            return Case(
                conversation=conversation,
                messages=tuple(mapping.message(row) for row in messages),
                escalation=None if escalation is None else mapping.escalation(escalation),
                events=_events(session, conversation_id),
                contact=None if contact is None else mapping.contact(contact),
                feedback=tuple(mapping.feedback(row) for row in ratings),
                notes=_notes(session, conversation_id),
            )


def _conversation_row(session: Session, conversation_id: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is None:
        raise ConversationNotFoundError(conversation_id)
    return row


def _newest(session: Session, table: type[_Owned], conversation_id: str) -> _Owned | None:
    return session.scalar(
        sa.select(table)
        .where(table.conversation_id == conversation_id)
        .order_by(table.id.desc())
        .limit(1)
    )


def _events(session: Session, conversation_id: str) -> tuple[EscalationEvent, ...]:
    rows = session.scalars(
        sa.select(EscalationEventRow)
        .join(EscalationRow, EscalationRow.id == EscalationEventRow.escalation_id)
        .where(EscalationRow.conversation_id == conversation_id)
        .order_by(EscalationEventRow.id)
    )
    return tuple(mapping.event(row) for row in rows)


def _notes(session: Session, conversation_id: str) -> tuple[CaseNote, ...]:
    rows = session.scalars(
        sa.select(CaseNoteRow)
        .where(CaseNoteRow.conversation_id == conversation_id)
        .order_by(CaseNoteRow.id)
    )
    return tuple(mapping.note(row) for row in rows)
