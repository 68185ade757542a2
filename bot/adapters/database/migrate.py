"""Bringing a database to the newest schema."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from bot.adapters.database.engine import Database

_FOLDER: Final = Path(__file__).resolve().parent / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Runs the migrations that the database lacks, in one transaction.

    Several processes may call this at once; the later ones wait and find nothing to do.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    with database.write() as session:
        if not database.is_sqlite:
            session.connection().exec_driver_sql("SELECT pg_advisory_xact_lock(7201733)")
        command.upgrade(config_of(database, session), revision)
    database.drop_what_was_deleted()


def pending_migrations(database: Database) -> bool:
    """Tells whether the database lacks migrations.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    with database.read() as session:
        current = MigrationContext.configure(session.connection()).get_current_heads()
    return set(current) != set(ScriptDirectory.from_config(_config()).get_heads())


def config_of(database: Database, session: Session) -> Config:
    """Returns what Alembic needs to work on a database inside a session's transaction."""
    config = _config()
    config.attributes["connection"] = session.connection()
    config.attributes["data_keys"] = database.data_keys
    return config


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
