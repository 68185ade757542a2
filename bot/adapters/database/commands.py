"""The database's part of the `faqbot` command."""

from __future__ import annotations

import click

from bot.adapters.database.engine import Database
from bot.adapters.database.migrate import migrate as run_migrations
from bot.adapters.database.migrate import pending_migrations
from bot.conversation.errors import StoreUnavailableError
from bot.settings import SettingsError, load_settings


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    try:
        database = Database(load_settings().database_url)
        was_behind = pending_migrations(database)
        run_migrations(database)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    except StoreUnavailableError as error:
        problem = f"FAQBOT_DATABASE_URL: the database cannot be reached ({error})"
        raise click.ClickException(f"{problem}; start it, or mend the address") from error
    database.close()
    click.echo("The database was brought up to date." if was_behind else "Nothing to do.")
