"""Implements `bot.conversation.visits.VisitStore`, and tells open streams what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.engine import Database
from bot.adapters.database.models import (
    ConversationRow,
    PresenceRow,
    VerifiedVisitorRow,
    WebConsentRow,
    WebTokenRow,
)
from bot.conversation.model import TYPING_LASTS
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now

_AT_ONCE: Final = 500


class SqlVisits:
    """Keeps visits; every public method is one transaction."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def has_token(self, conversation_id: str, token_hash: str) -> bool:
        with self._database.read() as session:
            row = session.get(WebTokenRow, token_hash)
            return row is not None and row.conversation_id == conversation_id

    def add_token(self, conversation_id: str, token_hash: str, at: dt.datetime) -> None:
        with self._database.write() as session:
            session.add(
                WebTokenRow(token_hash=token_hash, conversation_id=conversation_id, created_at=at)
            )

    def conversation_of(self, visitor_key: str) -> str | None:
        with self._database.read() as session:
            row = session.get(VerifiedVisitorRow, visitor_key)
            return None if row is None else row.conversation_id

    def give(
        self, visitor_key: str, conversation_id: str, instead_of: str | None, at: dt.datetime
    ) -> str:
        try:
            with self._database.write() as session:
                return _given(session, visitor_key, conversation_id, instead_of, at)
        except sa.exc.IntegrityError:  # PostgreSQL: another device was quicker
            with self._database.write() as session:
                return _given(session, visitor_key, conversation_id, instead_of, at)

    def note_consent(self, conversation_id: str, notice_sha256: str, at: dt.datetime) -> None:
        with self._database.write() as session:
            session.add(
                WebConsentRow(conversation_id=conversation_id, notice_sha256=notice_sha256, at=at)
            )

    def marks(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, str | None]]:
        """Returns, for each conversation, its version and who of staff is typing to the visitor.

        Args:
            conversation_ids: those that are watched; one that is not known is left out.
        """
        found: dict[str, tuple[int, str | None]] = {}
        since = self._clock() - TYPING_LASTS
        with self._database.read() as session:
            for start in range(0, len(conversation_ids), _AT_ONCE):
                wanted = conversation_ids[start : start + _AT_ONCE]
                typing = _typing(session, wanted, since)
                rows = session.execute(
                    sa.select(ConversationRow.id, ConversationRow.version).where(
                        ConversationRow.id.in_(wanted)
                    )
                )
                found |= {known: (version, typing.get(known)) for known, version in rows}
        return found


def _given(
    session: Session, visitor_key: str, mine: str, instead_of: str | None, at: dt.datetime
) -> str:
    row = session.get(VerifiedVisitorRow, visitor_key, with_for_update=True)
    if row is None:
        session.add(
            VerifiedVisitorRow(visitor_key=visitor_key, conversation_id=mine, updated_at=at)
        )
        return mine
    if row.conversation_id == instead_of:
        row.conversation_id, row.updated_at = mine, at
    return row.conversation_id


def _typing(session: Session, wanted: Sequence[str], since: dt.datetime) -> dict[str, str]:
    # Only who holds the conversation: what colleagues type is not for the visitor.
    rows = session.execute(
        sa.select(PresenceRow.conversation_id, PresenceRow.name)
        .join(ConversationRow, ConversationRow.id == PresenceRow.conversation_id)
        .where(
            PresenceRow.conversation_id.in_(wanted),
            PresenceRow.typing_at > since,
            PresenceRow.account_id == ConversationRow.holder_id,
        )
    )
    return {row.conversation_id: row.name for row in rows}
