"""The database's part of the `faqbot` command."""

from __future__ import annotations

import click

from bot.adapters.database.migrate import migrate as run_migrations
from bot.adapters.database.migrate import pending_migrations
from bot.adapters.database.opening import opened_database


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with opened_database(migrated=False) as (_, database):
        was_behind = pending_migrations(database)
        run_migrations(database)
        click.echo("The database was brought up to date." if was_behind else "Nothing to do.")
