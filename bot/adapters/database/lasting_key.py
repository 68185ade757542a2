"""Changing the key of phone numbers and of the record of consent, while nothing runs.

Whoever looks a number up has the key in memory, and a number under another key is not found:
a person who opted out would be texted again. So all numbers change in one transaction, and not
beside a running service.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.engine import Database
from bot.adapters.database.models import Base, HeartbeatRow, SealingKeyRow, SmsConsentRow
from bot.adapters.database.models.sealed import LastingWords, SealedNumber
from bot.adapters.database.vault import new_key, opened_key
from bot.conversation.errors import ConversationError
from bot.sealing import LastingSealer

#: The worker beats every few seconds.
_STALE: Final = dt.timedelta(seconds=60)
_CONSENTS: Final = SmsConsentRow.__tablename__


class StillRunningError(ConversationError):
    """The service runs; says since when its worker has been silent."""


def replace_lasting_key(database: Database, now: dt.datetime) -> int:
    """Gives numbers and the record of consent a new key; returns how many values it was.

    Raises:
        StillRunningError: if the worker gave a sign of life lately.
        StoreUnavailableError: if the database is down.
    """
    old, stored = database.vault.lasting, new_key(database.vault.sealer)
    new = opened_key(database.vault.sealer, stored)
    with database.write() as session:
        beat = session.scalar(sa.select(sa.func.max(HeartbeatRow.at)))
        if beat is not None and now - beat < _STALE:
            raise StillRunningError(f"silent for {(now - beat).total_seconds():.0f} s")
        session.execute(sa.update(SealingKeyRow).values(sealed=stored, created_at=now))
        _guard_consents(session, on=False)
        tables = Base.metadata.sorted_tables
        count = sum(
            _renew(session, table, column, old, new)
            for table in tables
            for column in table.columns
            if isinstance(column.type, SealedNumber | LastingWords)
        )
        _guard_consents(session, on=True)
    database.vault.forget()
    return count


def _renew(
    session: Session,
    table: sa.Table,
    column: sa.Column[str],
    old: LastingSealer,
    new: LastingSealer,
) -> int:
    raw = sa.type_coerce(column, sa.Text)
    # The raw text tells rows apart as well as a key does: equal ones become equal ones.
    found = session.scalars(sa.select(raw).distinct()).all()
    for sealed in found:
        if isinstance(column.type, SealedNumber):
            renewed = new.seal_number(old.open_number(sealed))
        else:
            place = str(column)
            renewed = new.seal_words(old.open_words(sealed, place), place)
        change = sa.update(table).where(raw == sealed)
        session.execute(change.values({column.name: sa.literal(renewed, sa.Text)}))
    return len(found)


def _guard_consents(session: Session, *, on: bool) -> None:
    """Lifts, or puts back, what keeps the record of consent append-only."""
    if session.get_bind().dialect.name != "sqlite":
        switch = "ENABLE" if on else "DISABLE"
        session.execute(
            sa.text(f"ALTER TABLE {_CONSENTS} {switch} TRIGGER {_CONSENTS}_append_only")
        )
        return
    for change in ("UPDATE", "DELETE"):
        trigger = f"{_CONSENTS}_no_{change.lower()}"
        statement = f"DROP TRIGGER {trigger}"
        if on:
            statement = (
                f"CREATE TRIGGER {trigger} BEFORE {change} ON {_CONSENTS} "
                f"BEGIN SELECT RAISE(ABORT, '{_CONSENTS} is append-only'); END"
            )
        session.execute(sa.text(statement))
