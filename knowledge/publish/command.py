"""`faqbot publish` and `faqbot rollback`."""

from __future__ import annotations

import datetime as dt
import getpass
import time
from pathlib import Path
from typing import Any

import click

from knowledge.commands import places_options
from knowledge.errors import KnowledgeError
from knowledge.library import KNOWLEDGE_DIR
from knowledge.publish.answered import said_on
from knowledge.publish.publish import Publisher
from knowledge.publish.publish import rollback as roll_back
from knowledge.publish.store import VersionStore
from knowledge.runtime import Places

_PUBLISHED = click.option(
    "--published", type=Path, envvar="FAQBOT_PUBLISHED_DIR", default=Path("var/published"),
    show_default=True, help="The folder of published versions.",
)  # fmt: skip
_NOTE = click.option("--note", default="", help="Why, for the history.")


@click.command()
@click.option("--list", "listing", is_flag=True, help="List versions and what was served when.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option(
    "--approvals", type=Path, envvar="FAQBOT_APPROVALS_DIR",
    help="The record of approvals.  [default: approvals/ in the texts' folder]",
)  # fmt: skip
@_NOTE
@_PUBLISHED
@places_options
def publish(
    listing: bool, dry_run: bool, approvals: Path | None, note: str, published: Path, **places: Any
) -> None:
    """Check the texts, compare them with what is served, and serve them.

    Nothing is restarted: running processes follow within a second or two.
    """
    store = VersionStore(published.absolute())
    try:
        if listing:
            _list(store)
            return
        started, opened = time.monotonic(), Places(**places)
        record = approvals or opened.knowledge / "approvals"
        publisher = Publisher(opened, store, record, click.echo)
        version = publisher.publish(getpass.getuser(), note, dry_run=dry_run)
    except (KnowledgeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    done = f"published {version}" if version else "nothing was published: this was a dry run"
    click.echo(f"{done} ({time.monotonic() - started:.1f} s)")


@click.command()
@click.argument("version", required=False)
@_NOTE
@_PUBLISHED
def rollback(version: str | None, note: str, published: Path) -> None:
    """Serve an earlier version again: the one before, or the one named."""
    try:
        served = roll_back(VersionStore(published.absolute()), getpass.getuser(), version, note)
    except (KnowledgeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"serves {served}")


@click.command()
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day.")
@click.option("--faq", required=True, help="The FAQ's id.")
@click.option(
    "--knowledge", type=Path, envvar="FAQBOT_KNOWLEDGE_DIR", default=KNOWLEDGE_DIR,
    help="The folder of the texts.",
)  # fmt: skip
@click.option("--approvals", type=Path, envvar="FAQBOT_APPROVALS_DIR")
@_PUBLISHED
def answered(
    day: dt.datetime, faq: str, knowledge: Path, approvals: Path | None, published: Path
) -> None:
    """Say what production answered to a FAQ's question at the end of a day, and by whose leave."""
    record, store = approvals or knowledge / "approvals", VersionStore(published.absolute())
    try:
        said = said_on(faq, day.date(), knowledge, record, store)
    except (KnowledgeError, OSError) as error:
        raise click.ClickException(str(error)) from error
    served = said.version or "nothing was published yet; the approved words of the folder"
    click.echo(f"version: {served}")
    if said.reason is not None:
        click.echo(f"handed to staff: {said.reason}")
    elif said.entry is not None:
        until = f"until {said.entry.until}"
        click.echo(f"answered; approved by {said.entry.by} on {said.entry.at.date()} {until}")
    if said.content is not None:
        click.echo(f"sha256: {said.content.sha256}\n\n{said.content.question}\n")
        click.echo(f"{said.content.answer}\n\nAs a text:\n{said.content.sms}")


def _list(store: VersionStore) -> None:
    current = store.current()
    for version in store.versions():
        facts = store.manifest(version)
        mark = "*" if version == current else " "
        words = f"{facts['approved']} of {facts['faqs']} FAQs approved then, by {facts['by']}"
        click.echo(f"{mark} {version}  {words}  {facts['note']}".rstrip())
    for step in store.history():
        moment = step.at.isoformat(timespec="seconds")
        click.echo(f"{moment}  {step.action:<8}  {step.version}  {step.by}  {step.note}".rstrip())
    if current is None:
        click.echo("nothing is published: the texts' folder is served")
