"""``faqbot users``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import click

from bot.adapters.approved_texts import ApprovedTexts
from bot.adapters.database import Database, SqlConversationStore
from bot.adapters.database.opening import opened_database
from bot.conversation import StaffDesk
from bot.conversation.service import utc_now
from bot.desk.accounts import Account, Accounts, Role
from bot.desk.errors import AccountNotFoundError, LastAdminError, RefusedInputError
from bot.desk.freeing import free_conversations
from bot.desk.links import LIFETIME, OneTimeLinks, link_address
from bot.desk.second_factor import SecondFactor
from bot.settings import Settings
from bot.texts_place import texts_of
from knowledge.errors import KnowledgeError

_HOURS: Final = int(LIFETIME.total_seconds() // 3600)


@click.group()
def users() -> None:
    """Add, list and remove staff."""


@users.command(name="list")
def list_users() -> None:
    """List every account."""
    with _people() as people:
        for account in people.accounts.all():
            state = "disabled" if not account.is_active else "has not logged in yet"
            if account.is_active and account.has_password:
                state = "active"
            click.echo(f"{account.email:<32} {account.role.value:<10} {state:<22} {account.name}")


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="As patients and colleagues see it.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.STAFF.value,
    show_default=True,
)  # fmt: skip
def add(email: str, name: str, role: str) -> None:
    """Add an account and print its one-time link."""
    with _people() as people:
        account = people.accounts.add(email, name, Role(role))
        _print_link(people, account)


@users.command()
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link to set a password; earlier links stop working."""
    with _people() as people:
        account = people.accounts.by_email(email)
        if not account.is_active:
            raise click.ClickException(f"{account.email} is disabled: add another account")
        _print_link(people, account)


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """End an account and its sessions; its conversations become free for colleagues."""
    with _people() as people:
        desk = people.desk()  # before anything is changed: it needs the clinic's texts
        account = people.accounts.disable(email)
        freed = free_conversations(people.database, desk, account)
        click.echo(f"{account.email} is disabled and logged off; {freed} conversation(s) freed.")


@users.command()
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role(email: str, role: str) -> None:
    """Give an account another role; its sessions end."""
    with _people() as people:
        account = people.accounts.set_role(email, Role(role))
        click.echo(f"{account.email} is {account.role.value} now.")


@users.command(name="log-off")
@click.argument("email")
def log_off(email: str) -> None:
    """End every session of an account."""
    with _people() as people:
        click.echo(f"{people.accounts.end_sessions(email).email} is logged off everywhere.")


@users.command(name="reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take a lost second factor away."""
    with _people() as people:
        account = people.accounts.by_email(email)
        factor = SecondFactor(people.database, utc_now)
        factor.switch_off(account, None)
        click.echo(f"{account.email} logs in with the password alone until they set it up again.")


@dataclass(frozen=True, slots=True)
class _People:
    settings: Settings
    database: Database
    accounts: Accounts
    links: OneTimeLinks

    def desk(self) -> StaffDesk:
        """Returns what hands back the conversations of an account.

        Raises:
            KnowledgeError: naming the text of the clinic that is wrong.
        """
        texts = ApprovedTexts.load(texts_of(self.settings))
        return StaffDesk(SqlConversationStore(self.database), texts)


@contextmanager
def _people() -> Iterator[_People]:
    try:
        with opened_database() as (settings, database):
            yield _People(settings, database, Accounts(database), OneTimeLinks(database))
    except (RefusedInputError, KnowledgeError) as error:
        raise click.ClickException(str(error)) from error
    except AccountNotFoundError as error:
        fix = "see `faqbot users list`"
        raise click.ClickException(f"there is no account {error}: {fix}") from error
    except LastAdminError as error:
        fix = "add another first (`faqbot users add … --role admin`)"
        raise click.ClickException(f"{error} is the last administrator: {fix}") from error


def _print_link(people: _People, account: Account) -> None:
    address = link_address(people.settings, people.links.create(account))
    click.echo(f"{account.email}: open this within {_HOURS} hours; it works once.\n{address}")
