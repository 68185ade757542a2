"""`faqbot review`: the queue, one answer, what changed, and signing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import click

from bot.adapters.database.opening import opened_database
from bot.conversation.service import utc_now
from bot.desk.accounts import Account
from bot.desk.authentication import authenticate
from bot.desk.review.signing import Signing
from bot.desk.second_factor import SecondFactor
from bot.settings import Settings, SettingsError, load_settings
from knowledge.errors import KnowledgeError
from knowledge.library.files import read_yaml
from knowledge.library.ledger import Decision
from knowledge.review import STATUSES, ReviewItem, Reviews, usual_day
from knowledge.review.diff import unified
from knowledge.review.page import described

_WAITING: Final = tuple(s for s in STATUSES if s not in ("approved", "rejected"))


@click.group()
def review() -> None:
    """Read, compare, approve and reject the answers. Only a clinician's account signs."""


@review.command(name="list")
@click.option("--status", type=click.Choice(STATUSES), multiple=True, help="May be repeated.")
@click.option("--all", "everything", is_flag=True, help="Also what is approved.")
@click.option("--topic")
def list_answers(status: tuple[str, ...], everything: bool, topic: str | None) -> None:
    """List what waits for a signature, the most pressing first."""
    with _reading() as (_, reviews):
        wanted = status or (STATUSES if everything else _WAITING)
        items = [i for i in reviews.all() if i.status in wanted and topic in (None, i.topic)]
        for item in sorted(items, key=lambda item: STATUSES.index(item.status)):
            why = item.reason or f"approved until {item.ends}"
            click.echo(f"{item.status:<9} {item.topic}/{item.faq_id:<34} {why}")
        click.echo(f"{len(items)} of {len(reviews.all())} answers", err=True)


@review.command()
@click.argument("faq")
def show(faq: str) -> None:
    """Show an answer with its sources, facts to check, findings and decisions."""
    with _reading() as (_, reviews):
        click.echo(described(_item(reviews, faq)))


@review.command()
@click.argument("faq")
def diff(faq: str) -> None:
    """Show what changed since an answer was approved last."""
    with _reading() as (_, reviews):
        item = _item(reviews, faq)
        approved = item.approved
        if approved is None:
            click.echo("never approved")
            return
        lines = unified(approved.content, item.content)
        click.echo(lines or f"the same words that {approved.by} approved on {approved.at.date()}")


@review.command()
@click.argument("faq")
@click.option("--as", "email", required=True, help="The e-mail address of a clinician's account.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day it holds.")
@click.option("--note", default="")
@click.option(
    "--sha256", "seen",
    help="The hash that `review show` printed; asked for when it is not given.",
)  # fmt: skip
def approve(faq: str, email: str, until: dt.datetime | None, note: str, seen: str | None) -> None:
    """Approve exactly the words of an answer; asks for the account's password."""
    with _signing() as desk:
        item = _item(desk.signing.reviews, faq)
        last = until.date() if until else usual_day(item, desk.signing.today)
        _sign(desk, item, "approved", email, seen=seen, until=last, note=note)


@review.command()
@click.argument("faq")
@click.option("--as", "email", required=True, help="The e-mail address of a clinician's account.")
@click.option("--note", required=True, help="What is to be changed.")
@click.option("--earlier", is_flag=True, help="The words approved earlier, not the current ones.")
def reject(faq: str, email: str, note: str, earlier: bool) -> None:
    """Reject the words of an answer, or withdraw an approval; asks for the password."""
    with _signing() as desk:
        item = _item(desk.signing.reviews, faq)
        approved = item.approved
        if earlier and approved is None:
            raise click.ClickException(f"{faq} was never approved: leave --earlier out")
        seen = approved.sha256 if earlier and approved else item.content.sha256
        _sign(desk, item, "rejected", email, seen=seen, until=None, note=note)


@review.command()
def verify() -> None:
    """Check that every record is whole and that the audit log knows every decision."""
    with _signing() as desk:
        broken = [i for i in desk.signing.reviews.all() if i.ledger.fault]
        for item in broken:
            click.echo(f"{item.faq_id}: {item.ledger.fault}", err=True)
        unknown = desk.signing.unaudited()
        for entry in unknown:
            where = f"{entry.faq}, decision {entry.number} of {entry.at.date()}"
            click.echo(f"{where}: the audit log of this database does not know it", err=True)
        if broken or unknown:
            raise SystemExit(1)
        number = sum(len(i.ledger.entries) for i in desk.signing.reviews.all())
        click.echo(f"{number} decisions, unbroken and audited")


@dataclass(frozen=True, slots=True)
class _Desk:
    signing: Signing


def _sign(
    desk: _Desk,
    item: ReviewItem,
    decision: Decision,
    email: str,
    *,
    seen: str | None,
    until: dt.date | None,
    note: str,
) -> None:
    if seen is None:
        click.echo(described(item))
        click.confirm("Have you read these words and checked the facts?", abort=True)
        seen = item.content.sha256
    account = _authenticated(desk, email)
    entry = desk.signing.sign(account, item, decision, seen=seen, until=until, note=note)
    ended = f" until {entry.until}" if entry.until else ""
    click.echo(f"{item.faq_id}: {decision} by {entry.by}{ended} ({entry.sha256[:12]})")


def _authenticated(desk: _Desk, email: str) -> Account:
    """Returns the account after its password, and its code where it has a second factor."""
    database, clock = desk.signing.database, desk.signing.clock
    password = click.prompt(f"Password of {email}", hide_input=True)
    account = authenticate(database, clock, email, password)
    if account is not None and account.has_second_factor:
        code = click.prompt("Code of the app", hide_input=True)
        account = SecondFactor(database, clock).check(account.id, code)
    if account is None:
        raise click.ClickException(
            "not logged in: wrong address, password or code, or too many tries;"
            " log in on the desk to see which"
        )
    return account


def _item(reviews: Reviews, faq: str) -> ReviewItem:
    item = reviews.get(faq)
    if item is None:
        raise click.ClickException(f"there is no FAQ {faq!r}: see `faqbot review list --all`")
    return item


@contextmanager
def _reading() -> Iterator[tuple[Settings, Reviews]]:
    try:
        settings = load_settings()
        yield settings, Reviews(settings.knowledge_dir, settings.approvals_dir)
    except (SettingsError, KnowledgeError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _signing() -> Iterator[_Desk]:
    try:
        with opened_database() as (settings, database):
            zone = ZoneInfo(str(read_yaml(settings.knowledge_dir / "clinic.yml")["timezone"]))
            reviews = Reviews(settings.knowledge_dir, settings.approvals_dir)
            yield _Desk(Signing(reviews, database, utc_now, zone))
    except KnowledgeError as error:
        raise click.ClickException(str(error)) from error
