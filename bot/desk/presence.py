"""Who else looks at a conversation, and who is writing to the patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import PresenceRow
from bot.conversation.model import TYPING_LASTS
from bot.desk.accounts import Account

#: A page says that it is there at least every 15 seconds.
_GONE: Final = dt.timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague at a conversation."""

    name: str
    is_typing: bool


class Presence:
    """Keeps who is where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, conversation_id: str, account: Account, now: dt.datetime, *, typing: bool
    ) -> None:
        """Says that somebody looks at a conversation now."""
        key = (conversation_id, account.id)
        with self._database.write() as session:
            row = session.get(PresenceRow, key)
            if row is None:
                row = PresenceRow(conversation_id=conversation_id, account_id=account.id)
            row.name, row.seen_at = account.name, now
            row.typing_at = now if typing else None
            session.merge(row)

    def others(
        self, conversation_id: str, account: Account, now: dt.datetime
    ) -> tuple[Present, ...]:
        """Returns the colleagues who are there, by name."""
        with self._database.read() as session:
            rows = session.scalars(
                sa.select(PresenceRow)
                .where(
                    PresenceRow.conversation_id == conversation_id,
                    PresenceRow.account_id != account.id,
                    PresenceRow.seen_at > now - _GONE,
                )
                .order_by(PresenceRow.name)
            )
            return tuple(Present(row.name, _types(row, now)) for row in rows)


def _types(row: PresenceRow, now: dt.datetime) -> bool:
    return row.typing_at is not None and row.typing_at > now - TYPING_LASTS


def typing_since(now: dt.datetime) -> dt.datetime:
    """Returns since when somebody must have typed to count as typing."""
    return now - TYPING_LASTS
