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
from sqlalchemy.orm import Session

from bot.adapters.database.engine import Database
from bot.adapters.database.models import Base, SealingKeyRow
from bot.adapters.database.models.sealed import SealedJson, SealedText
from bot.adapters.database.vault import LASTING_PLACE
from bot.sealing import SEALED, Sealer

#: Where Rasa keeps dialogues in PostgreSQL, and what its events are bound to.
_EVENTS: Final = "dialogues.events"
_BATCH: Final = 200
_Rows = Sequence[tuple[int, str]]


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
    yield _EVENTS, _reseal_events(database, dialogues)
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


def _reseal_events(database: Database, dialogues: Path) -> int:
    """Seals the dialogue engine's events anew, and those from before they were sealed."""
    sealer = database.vault.sealer
    if not database.is_sqlite:
        with database.read() as session:
            if not sa.inspect(session.connection()).has_table("events", schema="dialogues"):
                return 0
        return _each_batch(lambda after: _batch_in_schema(database, sealer, after))
    if not dialogues.exists():
        return 0
    with closing(sqlite3.connect(dialogues, timeout=10)) as engine:
        if not engine.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return 0
        return _each_batch(lambda after: _batch_in_file(engine, sealer, after))


def _each_batch(one: Callable[[int], _Rows]) -> int:
    count = after = 0
    while rows := one(after):
        count, after = count + len(rows), rows[-1][0]
    return count


_SELECT: Final = (
    "SELECT id, data FROM {table} WHERE id > :after AND data NOT LIKE :prefix"
    " ORDER BY id LIMIT :most"
)
_UPDATE: Final = "UPDATE {table} SET data = :data WHERE id = :id"


def _batch_in_schema(database: Database, sealer: Sealer, after: int) -> _Rows:
    with database.write() as session:
        return _one_batch(session, sealer, after)


def _one_batch(session: Session, sealer: Sealer, after: int) -> _Rows:
    given = {"after": after, "prefix": f"{sealer.prefix}%", "most": _BATCH}
    found = session.execute(sa.text(_SELECT.format(table=_EVENTS) + " FOR UPDATE"), given)
    rows = [(int(row[0]), str(row[1])) for row in found]
    for id_, data in rows:
        new = {"id": id_, "data": _renewed(sealer, data)}
        session.execute(sa.text(_UPDATE.format(table=_EVENTS)), new)
    return rows


def _batch_in_file(engine: sqlite3.Connection, sealer: Sealer, after: int) -> _Rows:
    with engine:
        engine.execute("PRAGMA secure_delete = ON")
        given = {"after": after, "prefix": f"{sealer.prefix}%", "most": _BATCH}
        rows: _Rows = engine.execute(_SELECT.format(table="events"), given).fetchall()
        changes = [{"id": id_, "data": _renewed(sealer, data)} for id_, data in rows]
        engine.executemany(_UPDATE.format(table="events"), changes)
    return rows


def _renewed(sealer: Sealer, data: str) -> str:
    is_plain = not data.startswith(SEALED)
    return sealer.seal(data if is_plain else sealer.open(data, _EVENTS), _EVENTS)
