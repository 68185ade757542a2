"""Sealing everything anew with the newest data key, while the service runs.

Batch by batch, each in a transaction of its own. What a batch has done stays done: run again, it
goes on with the rows that an older key sealed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from bot.adapters.database.engine import Database
from bot.adapters.database.models import Base, SealingKeyRow
from bot.adapters.database.models.sealed import SealedJson, SealedText
from bot.adapters.database.vault import LASTING_PLACE
from bot.sealing import SEALED, Sealer

#: Where the dialogue engine keeps sessions in PostgreSQL, and what they are bound to.
_SESSIONS: Final = "dialogues.sessions"
_BATCH: Final = 200
_Rows = Sequence[tuple[str, int, str]]


def reseal(database: Database, dialogues: Path) -> Iterator[tuple[str, int]]:
    """Seals anew what an older key sealed; yields each table's name and how many rows it was.

    Args:
        database: the database, with the new key first and the older ones behind it.
        dialogues: the dialogue engine's SQLite file; with PostgreSQL it has a schema instead.

    Raises:
        StoreUnavailableError: if the database is down, or a key is missing. Nothing is lost.
    """
    yield SealingKeyRow.__tablename__, _reseal_stored_key(database)
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, SealedText | SealedJson)]
        if columns:
            yield table.name, sum(_batches(database, table, columns))
    yield _SESSIONS, _reseal_sessions(database, dialogues)
    database.drop_what_was_deleted()


def _reseal_stored_key(database: Database) -> int:
    sealer = database.vault.sealer
    with database.write() as session:
        row = session.scalars(sa.select(SealingKeyRow).with_for_update()).one()
        if row.sealed.startswith(sealer.prefix):
            return 0
        row.sealed = sealer.seal(sealer.open(row.sealed, LASTING_PLACE), LASTING_PLACE)
        return 1


def _batches(database: Database, table: sa.Table, columns: list[sa.Column[Any]]) -> Iterator[int]:
    (key,), after = table.primary_key.columns, None
    outdated = sa.or_(*(_is_outdated(column, database.vault.sealer) for column in columns))
    wanted = sa.select(key, *columns).where(outdated).order_by(key).limit(_BATCH)
    while True:
        with database.write() as session:
            further = wanted if after is None else wanted.where(key > after)
            rows = session.execute(further.with_for_update()).all()
            for row in rows:
                # Read with whatever key fits, written with the newest.
                values = {c.name: row[n] for n, c in enumerate(columns, 1) if row[n] is not None}
                session.execute(sa.update(table).where(key == row[0]).values(values))
        if not rows:
            return
        after = rows[-1][0]
        yield len(rows)


def _is_outdated(column: sa.Column[Any], sealer: Sealer) -> sa.ColumnElement[bool]:
    raw: sa.ColumnElement[Any] = sa.type_coerce(column, sa.Text)
    prefix = sealer.prefix
    if isinstance(column.type, SealedJson):  # a JSON text: in quotes
        raw, prefix = sa.cast(sa.type_coerce(column, sa.JSON), sa.Text), f'"{prefix}'
    return raw.not_like(f"{prefix}%")


def _reseal_sessions(database: Database, dialogues: Path) -> int:
    """Seals the dialogue engine's sessions anew, and those from before they were sealed."""
    sealer = database.vault.sealer
    if not database.is_sqlite:
        with database.read() as session:
            if not sa.inspect(session.connection()).has_table("sessions", schema="dialogues"):
                return 0
        return _each_batch(lambda after: _batch_in_schema(database, sealer, after))
    if not dialogues.exists():
        return 0
    with closing(sqlite3.connect(dialogues, timeout=10)) as engine:
        if not engine.execute("SELECT 1 FROM sqlite_master WHERE name = 'sessions'").fetchone():
            return 0
        return _each_batch(lambda after: _batch_in_file(engine, sealer, after))


def _each_batch(one: Callable[[str], _Rows]) -> int:
    count, after = 0, ""
    while rows := one(after):
        count, after = count + len(rows), rows[-1][0]
    return count


_SELECT: Final = (
    "SELECT sender_id, version, events FROM {table} WHERE sender_id > :after"
    " AND events NOT LIKE :prefix ORDER BY sender_id LIMIT :most"
)
#: Only the row that was read: the dialogue may have gone on meanwhile, and sealed it itself.
_UPDATE: Final = (
    "UPDATE {table} SET events = :events WHERE sender_id = :sender AND version = :version"
)


def _batch_in_schema(database: Database, sealer: Sealer, after: str) -> _Rows:
    with database.write() as session:
        found = session.execute(sa.text(_SELECT.format(table=_SESSIONS)), _wanted(sealer, after))
        rows = [(str(row[0]), int(row[1]), str(row[2])) for row in found]
        for change in _changes(sealer, rows):
            session.execute(sa.text(_UPDATE.format(table=_SESSIONS)), change)
    return rows


def _batch_in_file(engine: sqlite3.Connection, sealer: Sealer, after: str) -> _Rows:
    with engine:
        engine.execute("PRAGMA secure_delete = ON")
        select = _SELECT.format(table="sessions")
        rows: _Rows = engine.execute(select, _wanted(sealer, after)).fetchall()
        engine.executemany(_UPDATE.format(table="sessions"), _changes(sealer, rows))
    return rows


def _wanted(sealer: Sealer, after: str) -> dict[str, Any]:
    return {"after": after, "prefix": f"{sealer.prefix}%", "most": _BATCH}


def _changes(sealer: Sealer, rows: _Rows) -> list[dict[str, Any]]:
    return [
        {"sender": sender, "version": version, "events": _renewed(sealer, events)}
        for sender, version, events in rows
    ]


def _renewed(sealer: Sealer, data: str) -> str:
    is_plain = not data.startswith(SEALED)
    return sealer.seal(data if is_plain else sealer.open(data, _SESSIONS), _SESSIONS)
