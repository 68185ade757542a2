"""Where Rasa keeps dialogues and their locks, as the variables of `endpoints.yml`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.dialogue.settings import DialogueError, DialogueSettings, DialogueSettingsError

#: In the application's database, Rasa's tables have a schema of their own.
SCHEMA: Final = "dialogues"


class StoreError(DialogueError):
    """Dialogues cannot be kept; says why."""


def store_variables(settings: DialogueSettings) -> dict[str, str]:
    """Returns the variables that `endpoints.yml` refers to.

    Raises:
        DialogueSettingsError: when the address of Redis is not one Rasa can use.
    """
    return {"RASA_TRACKER_URL": _tracker_url(settings), **_lock_variables(settings.redis_url)}


def prepare_store(settings: DialogueSettings) -> None:
    """Creates the SQLite file or the schema, if it is not there yet.

    Raises:
        StoreError: when the folder cannot be written or PostgreSQL cannot be reached.
    """
    if settings.database_url:
        _prepare_schema(settings.database_url)
        return
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(settings.dialogues)) as database:
            # The file remembers this. Readers and the writer then do not wait for each other.
            database.execute("PRAGMA journal_mode=WAL")
            # Of releases that kept every event: patients' words that nothing reads any more.
            database.execute("PRAGMA secure_delete=ON")
            database.execute("DROP TABLE IF EXISTS events")
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{settings.dialogues}: {error}; make the folder writable") from error


def _prepare_schema(database_url: str) -> None:
    # Rasa brings this driver; the application's environment has a newer one.
    import psycopg2  # type: ignore[import-untyped]

    try:
        with closing(psycopg2.connect(database_url)) as database, database:
            database.cursor().execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            database.cursor().execute(f"DROP TABLE IF EXISTS {SCHEMA}.events")
    except psycopg2.errors.UniqueViolation:
        return  # another Rasa process was first, at the same moment
    except psycopg2.Error as error:
        # Only its type: its own words may hold the password.
        reason = type(error).__name__
        raise StoreError(f"FAQBOT_DATABASE_URL: {reason}; check address and rights") from None


def _tracker_url(settings: DialogueSettings) -> str:
    if not settings.database_url:
        return f"sqlite:///{settings.dialogues}"
    separator = "&" if "?" in settings.database_url else "?"
    return f"{settings.database_url}{separator}options=-csearch_path%3D{SCHEMA}"


def _lock_variables(redis_url: str) -> dict[str, str]:
    parts = urlsplit(redis_url or "redis://localhost")
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise DialogueSettingsError(
            "FAQBOT_REDIS_URL: Rasa reaches Redis over a network; "
            "give redis://[user:password@]host[:port][/number]"
        )
    return {
        "RASA_LOCK_STORE": "redis" if redis_url else "in_memory",
        "RASA_LOCK_HOST": parts.hostname,
        "RASA_LOCK_PORT": str(parts.port or 6379),
        "RASA_LOCK_DB": parts.path.lstrip("/") or "0",
        "RASA_LOCK_USERNAME": unquote(parts.username or ""),
        "RASA_LOCK_PASSWORD": unquote(parts.password or ""),
        "RASA_LOCK_TLS": "true" if parts.scheme == "rediss" else "",
    }
