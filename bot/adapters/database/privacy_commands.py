"""``faqbot forget``, ``faqbot retention`` and ``faqbot reseal``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.adapters.database.engine import Database
from bot.adapters.database.erasure import Erasure, StillThereError
from bot.adapters.database.lasting_key import StillRunningError, replace_lasting_key
from bot.adapters.database.opening import opened_database
from bot.adapters.database.resealing import reseal
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.settings import Settings


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


@click.command(name="reseal")
@click.option("--numbers", is_flag=True, help="Change the key of phone numbers too; stop first.")
def reseal_command(numbers: bool) -> None:
    """Seal everything anew with the first of FAQBOT_DATA_KEYS; may run while the service does.

    When it is done, the older keys may be taken out of the setting.
    """
    with opened_database() as (settings, database):
        if numbers:
            _replace_lasting_key(database)
        for table, count in reseal(database, settings.var / "dialogues.db"):
            click.echo(f"{table}: {count} row(s) sealed anew")
        click.echo("Everything is sealed with the first key.")


def _replace_lasting_key(database: Database) -> None:
    try:
        count = replace_lasting_key(database, utc_now())
    except StillRunningError as error:
        problem = f"the service is running (its worker, {error})"
        raise click.ClickException(f"{problem}: stop it, then try again") from error
    click.echo(f"{count} number(s) and record(s) of consent have a new key")


@contextmanager
def _erasure() -> Iterator[tuple[Settings, Erasure]]:
    with opened_database() as (settings, database):
        yield settings, Erasure(database, settings.var / "dialogues.db")
