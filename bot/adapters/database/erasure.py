"""Deleting what patients wrote: one person's words when they ask, and old ones by themselves.

A conversation's row and its cases stay without words, so that the logs, which cannot be changed
and hold none, still refer to something.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import chain
from bot.adapters.database.engine import Database
from bot.adapters.database.models import (
    AuditRow,
    CaseNoteRow,
    ContactRow,
    ConversationRow,
    EscalationRow,
    FeedbackRow,
    MessageRow,
    PresenceRow,
    QuestionGroupRow,
    SmsInboundRow,
    SmsOutboundRow,
    SmsThreadRow,
    VerifiedVisitorRow,
    WebConsentRow,
    WebTokenRow,
)
from bot.adapters.database.texts_erasure import conversations_of, erase_texts
from bot.conversation.errors import ConversationError, ConversationNotFoundError
from bot.conversation.model import Status

#: Tables whose rows go, in an order that no reference forbids.
_TABLES: Final[tuple[Any, ...]] = (
    FeedbackRow,
    MessageRow,
    ContactRow,
    CaseNoteRow,
    PresenceRow,
    WebTokenRow,
    VerifiedVisitorRow,
    WebConsentRow,
)
#: What is looked at again: also texts, which `erase_texts` deletes.
_PROVED: Final[tuple[Any, ...]] = (*_TABLES, SmsInboundRow, SmsOutboundRow, SmsThreadRow)
_SCHEMA: Final = "dialogues"
#: The dialogue engine's table: one row a conversation.
_SESSIONS: Final = "sessions"
_BATCH: Final = 200
#: Digits of a number of the North American plan.
_NUMBER: Final = 10


class StillThereError(ConversationError):
    """Something of a conversation is left after it was deleted; names the table."""


class Erasure:
    """Finds and deletes conversations, also in the dialogue engine's own store."""

    def __init__(self, database: Database, dialogues: Path) -> None:
        """Prepares it.

        Args:
            database: where conversations are kept.
            dialogues: the dialogue engine's SQLite file; with PostgreSQL it has a schema instead.
        """
        self._database, self._dialogues = database, dialogues

    def find(self, wanted: str) -> tuple[str, ...]:
        """Returns the conversations of an id, or whose contact details are these.

        Telephone numbers are compared by their last ten digits.
        """
        digits = re.sub(r"\D", "", wanted)[-10:]
        with self._database.read() as session:
            if session.get(ConversationRow, wanted) is not None:
                return (wanted,)
            rows = session.execute(sa.select(ContactRow.conversation_id, ContactRow.value)).all()
            texted = conversations_of(session, wanted) if len(digits) == _NUMBER else ()
        found = [c for c, value in rows if value is not None and _is_same(value, wanted, digits)]
        return tuple(dict.fromkeys([*found, *texted]))

    def due(self, before: dt.datetime) -> tuple[str, ...]:
        """Returns closed conversations without a message since then that still hold words."""
        is_open = sa.exists().where(
            EscalationRow.conversation_id == ConversationRow.id,
            EscalationRow.status != Status.RESOLVED.value,
        )
        has_words = sa.exists().where(MessageRow.conversation_id == ConversationRow.id)
        with self._database.read() as session:
            return tuple(
                session.scalars(
                    sa.select(ConversationRow.id)
                    .where(
                        ConversationRow.last_message_at < before,
                        ConversationRow.holder_id.is_(None),
                        ~is_open,
                        has_words,
                    )
                    .order_by(ConversationRow.last_message_at)
                    .limit(_BATCH)
                )
            )

    def erase(self, conversation_id: str, now: dt.datetime, why: str) -> Mapping[str, int]:
        """Deletes a conversation's words, and looks that nothing is left.

        Args:
            conversation_id: the conversation.
            now: the present moment.
            why: `asked` or `retention`, for the audit log.

        Returns:
            How many rows were deleted, by table.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
            StillThereError: if something is left.
        """
        with self._database.write() as session:
            row = session.get(ConversationRow, conversation_id, with_for_update=True)
            if row is None:
                raise ConversationNotFoundError(conversation_id)
            # First, since texts refer to messages.
            deleted = dict(erase_texts(session, row.id))
            deleted |= {table.__tablename__: _delete(session, table, row.id) for table in _TABLES}
            # The pause after a crisis stays: forgetting words does not end it.
            row.token_hash = None
            row.version += 1
            _empty_cases(session, row.id)
            if why == "asked":  # examples of anybody's words; the worker groups anew every hour
                session.execute(sa.delete(QuestionGroupRow))
            deleted["dialogues"] = self._forget_dialogue(session, row.id)
            entry = AuditRow(at=now, actor_id=None, action="conversation.erase", detail=deleted)
            entry.subject_type, entry.subject_id = "conversation", row.id
            entry.detail = {**deleted, "why": why}
            chain.append(session, entry)
        self._database.drop_what_was_deleted()
        self._prove(conversation_id)
        return deleted

    def _forget_dialogue(self, session: Session, conversation_id: str) -> int:
        statement = "DELETE FROM {} WHERE sender_id = :id"
        if not self._database.is_sqlite:
            if not sa.inspect(session.connection()).has_table(_SESSIONS, schema=_SCHEMA):
                return 0
            found = session.execute(
                sa.text(statement.format(f"{_SCHEMA}.{_SESSIONS}")), {"id": conversation_id}
            )
            return int(getattr(found, "rowcount", 0))
        if not self._dialogues.exists():
            return 0
        with closing(sqlite3.connect(self._dialogues, timeout=10)) as engine, engine:
            engine.execute("PRAGMA secure_delete = ON")
            known = "SELECT 1 FROM sqlite_master WHERE name = ?"
            if engine.execute(known, (_SESSIONS,)).fetchone() is None:
                return 0
            return engine.execute(statement.format(_SESSIONS), {"id": conversation_id}).rowcount

    def _prove(self, conversation_id: str) -> None:
        with self._database.read() as session:
            for table in _PROVED:
                left = sa.select(sa.func.count()).where(table.conversation_id == conversation_id)
                if session.scalar(left):
                    raise StillThereError(table.__tablename__)


def _delete(session: Session, table: Any, conversation_id: str) -> int:
    found = session.execute(sa.delete(table).where(table.conversation_id == conversation_id))
    return int(getattr(found, "rowcount", 0))


def _empty_cases(session: Session, conversation_id: str) -> None:
    # What a member of staff typed when it was resolved may name somebody.
    session.execute(
        sa.update(EscalationRow)
        .where(
            EscalationRow.conversation_id == conversation_id, EscalationRow.resolution.is_not(None)
        )
        .values(resolution="(deleted)")
    )


def _is_same(value: str, wanted: str, digits: str) -> bool:
    if len(digits) == _NUMBER:
        return re.sub(r"\D", "", value)[-10:] == digits
    return value.strip().casefold() == wanted.strip().casefold()
