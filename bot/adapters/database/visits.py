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

#: Longer than any two looks are apart, and than clocks differ.
_LATELY: Final = dt.timedelta(seconds=60)
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

    def marks(self, conversation_ids: Sequence[str] | None) -> dict[str, tuple[int, str | None]]:
        """Returns, for each conversation, its version and who of staff is typing to the visitor.

        Args:
            conversation_ids: those that are asked for, one that is not known is left out; None for
                all that had a message lately or are being written in.
        """
        now = self._clock()
        with self._database.read() as session:
            typing = _typing(session, now - TYPING_LASTS)
            wanted = _lately(now) if conversation_ids is None else _among(conversation_ids)
            if conversation_ids is None and typing:
                wanted.append(ConversationRow.id.in_(list(typing)))
            versions: dict[str, int] = {}
            for condition in wanted:
                rows = sa.select(ConversationRow.id, ConversationRow.version).where(condition)
                versions |= {row.id: row.version for row in session.execute(rows)}
        return {known: (version, typing.get(known)) for known, version in versions.items()}


def _lately(now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    return [ConversationRow.last_message_at > now - _LATELY]


def _among(conversation_ids: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    starts = range(0, len(conversation_ids), _AT_ONCE)
    return [ConversationRow.id.in_(conversation_ids[s : s + _AT_ONCE]) for s in starts]


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


def _typing(session: Session, since: dt.datetime) -> dict[str, str]:
    # Only who holds the conversation: what colleagues type is not for the visitor.
    rows = session.execute(
        sa.select(PresenceRow.conversation_id, PresenceRow.name)
        .join(ConversationRow, ConversationRow.id == PresenceRow.conversation_id)
        .where(PresenceRow.typing_at > since, PresenceRow.account_id == ConversationRow.holder_id)
    )
    return {row.conversation_id: row.name for row in rows}
