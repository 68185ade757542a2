"""Where sessions of dialogues lie: one row a conversation, in SQLite or PostgreSQL.

Both are written without waiting for the disk. A killed process loses nothing; after a power cut a
dialogue may have forgotten its last turns, which the application's own database still holds.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any, Final, Protocol

# Rasa brings this driver; the application's environment has a newer one.
import psycopg2  # type: ignore[import-untyped]
import psycopg2.errors  # type: ignore[import-untyped]

TABLE: Final = "sessions"
_SCHEMA: Final = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (sender_id TEXT PRIMARY KEY, version BIGINT NOT NULL,"
    " events TEXT NOT NULL, saved_at DOUBLE PRECISION NOT NULL)"
)
_VERSION: Final = f"SELECT version FROM {TABLE} WHERE sender_id = %s"  # noqa: S608 - a constant
_ROW: Final = f"SELECT version, events FROM {TABLE} WHERE sender_id = %s"  # noqa: S608
_SAVE: Final = (
    f"INSERT INTO {TABLE} (sender_id, version, events, saved_at) VALUES (%s, %s, %s, %s)"  # noqa: S608
    " ON CONFLICT (sender_id) DO UPDATE SET"
    " version = excluded.version, events = excluded.events, saved_at = excluded.saved_at"
)
_BUSY_MS: Final = 5000


class SessionRows(Protocol):
    """One row a conversation: a version that changes with every save, and the events as JSON."""

    def version(self, sender_id: str) -> int | None:
        """Returns the version of a conversation's row, None without one."""

    def row(self, sender_id: str) -> tuple[int, str] | None:
        """Returns (version, events)."""

    def save(self, sender_id: str, version: int, events: str, at: float) -> None:
        """Writes a row in the place of the one before."""

    def senders(self) -> list[str]:
        """Returns every conversation."""


def open_rows(url: str) -> SessionRows:
    """Returns the rows in a database, whose table is made where it is missing.

    Args:
        url: `sqlite:///path` or `postgresql://...`, as `bot.dialogue.stores` writes them.
    """
    if url.startswith("sqlite:///"):
        return SqliteRows(url[len("sqlite:///") :])
    return PostgresqlRows(url)


class SqliteRows:
    """Rows in a SQLite file; used by one thread, Rasa's event loop."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        pragmas = ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON")
        for pragma in (f"busy_timeout = {_BUSY_MS}", *pragmas):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(_SCHEMA)

    def version(self, sender_id: str) -> int | None:
        found = self._database.execute(_VERSION.replace("%s", "?"), (sender_id,)).fetchone()
        return None if found is None else int(found[0])

    def row(self, sender_id: str) -> tuple[int, str] | None:
        found = self._database.execute(_ROW.replace("%s", "?"), (sender_id,)).fetchone()
        return None if found is None else (int(found[0]), str(found[1]))

    def save(self, sender_id: str, version: int, events: str, at: float) -> None:
        self._database.execute(_SAVE.replace("%s", "?"), (sender_id, version, events, at))

    def senders(self) -> list[str]:
        rows = self._database.execute(f"SELECT sender_id FROM {TABLE}")  # noqa: S608
        return [str(row[0]) for row in rows]


class PostgresqlRows:
    """Rows in PostgreSQL, over one connection that is opened again when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._create()

    def version(self, sender_id: str) -> int | None:
        found = self._run(_VERSION, (sender_id,))
        return int(found[0][0]) if found else None

    def row(self, sender_id: str) -> tuple[int, str] | None:
        found = self._run(_ROW, (sender_id,))
        return (int(found[0][0]), str(found[0][1])) if found else None

    def save(self, sender_id: str, version: int, events: str, at: float) -> None:
        self._run(_SAVE, (sender_id, version, events, at))

    def senders(self) -> list[str]:
        return [str(row[0]) for row in self._run(f"SELECT sender_id FROM {TABLE}", ())]  # noqa: S608

    def _create(self) -> None:
        # Raised where another Rasa process makes the table at the same moment.
        with suppress(psycopg2.errors.UniqueViolation):
            self._run(_SCHEMA, ())

    def _run(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._execute(statement, values)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # Every statement stands alone and may be given twice.
            self._connection = None
            return self._execute(statement, values)

    def _execute(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        cursor = self._connected().cursor()
        try:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            cursor.close()

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = psycopg2.connect(self._url)
            self._connection.autocommit = True
            self._connection.cursor().execute("SET synchronous_commit TO off")
        return self._connection
