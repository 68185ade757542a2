"""Connections to SQLite or PostgreSQL that behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from bot.adapters.database.models import SealingKeyRow
from bot.adapters.database.vault import LASTING, Vault
from bot.adapters.database.writers import WritersTurn
from bot.conversation.errors import StoreUnavailableError
from bot.sealing import SealingError
from bot.settings import Settings, SettingsError

_BUSY_MS: Final = 10_000
_CONNECT_SECONDS: Final = 3
_WRITE: Final = "faqbot_write"


class Database:
    """One database of the service, opened by its URL."""

    def __init__(self, url: str, keys: tuple[str, ...]) -> None:
        """Prepares the engine; nothing is connected yet.

        Args:
            url: `sqlite:///path` or `postgresql://user:password@host/name`.
            keys: the data keys that seal its words and numbers, the newest first.
        """
        self.url = sqlalchemy_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        self.data_keys = keys
        self.vault = Vault(keys, self._stored_key)
        # Types of columns meet nothing of an engine but its dialect.
        self.engine.dialect.vault = self.vault  # type: ignore[attr-defined]
        self._writers = self.engine.execution_options(**{_WRITE: True})
        self._turn = _writers_turn(self.url) if self.is_sqlite else None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Prepares the database of the settings.

        Raises:
            SettingsError: in production, when no data key is set.
        """
        return cls(settings.database_url, settings.require_data_keys())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Opens a session for reading.

        Raises:
            StoreUnavailableError: if the database is down or too busy.
        """
        with _translated(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Opens a transaction that commits at the end, or rolls back when an error leaves it.

        On SQLite it takes the write lock at once, so that what it reads cannot change under it.

        Raises:
            StoreUnavailableError: if the database is down or too busy.
        """
        turn = nullcontext() if self._turn is None else self._turn.taken()
        with turn, _translated(), Session(self._writers) as session, session.begin():
            yield session

    def check_keys(self) -> None:
        """Makes sure that the data keys open what is stored, before anything is served.

        Raises:
            SettingsError: if they do not.
            StoreUnavailableError: if the database is down.
        """
        with self.read() as session:
            if not sa.inspect(session.connection()).has_table(SealingKeyRow.__tablename__):
                return  # nothing is stored yet
        try:
            _ = self.vault.lasting
        except SealingError as error:
            problem = "does not open what is stored"
            fix = "add the key that was used before, behind the new one; nothing is lost"
            raise SettingsError("FAQBOT_DATA_KEYS", problem, fix) from error

    def _stored_key(self) -> str:
        # A connection of its own: this is called while statements of another are made.
        wanted = sa.select(SealingKeyRow.sealed).where(SealingKeyRow.name == LASTING)
        with _translated(), self.engine.connect() as connection:
            return connection.execute(wanted).scalar_one()

    def drop_what_was_deleted(self) -> None:
        """Empties SQLite's write-ahead log, which keeps what was deleted until it is written back.

        PostgreSQL frees deleted rows at its own next VACUUM.
        """
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()
        if self._turn is not None:
            self._turn.close()


def sqlalchemy_url(url: str) -> sa.URL:
    """Returns the URL with the drivers that this service uses."""
    parsed = sa.make_url(url)
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except SealingError as error:
        # Another process has a newer key: to us, what is stored is out of reach.
        raise StoreUnavailableError(str(error)) from error
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        # The driver's message may quote statements with patients' words: only its type goes on.
        raise StoreUnavailableError(type(getattr(error, "orig", error)).__name__) from error


def _writers_turn(url: sa.URL) -> WritersTurn | None:
    return WritersTurn(Path(url.database), _BUSY_MS / 1000) if url.database else None


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, hide_parameters=True, pool_size=32, max_overflow=32)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions: _begin_sqlite does
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        # An accepted message survives a power cut, not only a crash of the process.
        "synchronous = FULL",
        # What is deleted is overwritten: a patient may ask to be forgotten.
        "secure_delete = ON",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _postgresql_engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=32,
        pool_pre_ping=True,
        pool_timeout=_BUSY_MS / 1000,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "options": f"-c lock_timeout={_BUSY_MS} -c timezone=UTC",
        },
    )
