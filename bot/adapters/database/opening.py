"""Opening the database for one command, with errors in words for whoever typed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.adapters.database.engine import Database
from bot.adapters.database.migrate import pending_migrations
from bot.conversation.errors import StoreUnavailableError
from bot.settings import Settings, SettingsError, load_settings


@contextmanager
def opened_database(*, migrated: bool = True) -> Iterator[tuple[Settings, Database]]:
    """Opens the database of the settings, and closes it at the end.

    Args:
        migrated: whether its tables must be up to date.

    Raises:
        click.ClickException: naming the setting or the database's trouble, and the fix.
    """
    database = None
    try:
        settings = load_settings()
        database = Database.of(settings)
        if migrated and pending_migrations(database):
            raise click.ClickException("the database is not up to date: run `faqbot migrate`")
        database.check_keys()
        yield settings, database
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    except StoreUnavailableError as error:
        problem = f"FAQBOT_DATABASE_URL: the database cannot be reached ({error})"
        raise click.ClickException(f"{problem}; start it, or mend the address") from error
    finally:
        if database is not None:
            database.close()
