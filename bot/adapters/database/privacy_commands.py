"""``faqbot forget`` and ``faqbot retention``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.adapters.database.engine import Database
from bot.adapters.database.erasure import Erasure, StillThereError
from bot.adapters.database.migrate import pending_migrations
from bot.conversation.errors import StoreUnavailableError
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.settings import Settings, SettingsError, load_settings


@click.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(who: str, yes: bool) -> None:
    """Delete one person's words: WHO is a conversation's id, a telephone number or an address."""
    with _erasure() as (_, erasure):
        found = erasure.find(who)
        if not found:
            raise click.ClickException("nothing is kept under that; nothing was deleted")
        if not yes:
            click.confirm(f"Delete the words of {len(found)} conversation(s) for good?", abort=True)
        for conversation_id in found:
            try:
                deleted = erasure.erase(conversation_id, utc_now(), "asked")
            except StillThereError as error:
                raise click.ClickException(f"{conversation_id}: {error} still has rows") from error
            counts = ", ".join(f"{number} {table}" for table, number in deleted.items())
            click.echo(f"{conversation_id}: deleted {counts}; looked again: nothing is left")


@click.command()
def retention() -> None:
    """Delete the words of closed conversations that are older than FAQBOT_RETENTION_DAYS."""
    with _erasure() as (settings, erasure):
        click.echo(f"{retain(erasure, settings.retention_days)} conversation(s) emptied.")


def retain(erasure: Erasure, days: int, clock: Clock = utc_now) -> int:
    """Empties every conversation that is due; returns how many.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    now, count = clock(), 0
    while batch := erasure.due(now - dt.timedelta(days=days)):
        for conversation_id in batch:
            erasure.erase(conversation_id, now, "retention")
        count += len(batch)
    return count


@contextmanager
def _erasure() -> Iterator[tuple[Settings, Erasure]]:
    database = None
    try:
        settings = load_settings()
        database = Database(settings.database_url)
        if pending_migrations(database):
            raise click.ClickException("the database is not up to date: run `faqbot migrate`")
        yield settings, Erasure(database, settings.var / "dialogues.db")
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    except StoreUnavailableError as error:
        problem = f"FAQBOT_DATABASE_URL: the database cannot be reached ({error})"
        raise click.ClickException(f"{problem}; start it, or mend the address") from error
    finally:
        if database is not None:
            database.close()
