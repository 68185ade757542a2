"""``faqbot audit``: showing that nobody tampered with the logs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from bot.adapters.database import chain
from bot.adapters.database.opening import opened_database


@click.group()
def audit() -> None:
    """Check the logs of what happened to cases and of what staff did."""


@audit.command()
@click.option(
    "--expect", multiple=True, metavar="CHAIN:NUMBER:HASH",
    help="A line that `faqbot audit head` printed earlier; may be given several times.",
)  # fmt: skip
def verify(expect: tuple[str, ...]) -> None:
    """Read both logs from their start; fails when a row was changed, removed or slipped in."""
    with _reading() as session:
        faults = chain.verify(session)
        for fault in faults:
            click.echo(f"{fault.chain}: entry {fault.number} {fault.problem}", err=True)
        wrong = [line for line in expect if not _is_still(session, line)]
        for line in wrong:
            click.echo(f"{line}: the log no longer holds this", err=True)
        if faults or wrong:
            raise SystemExit(1)
        for head in chain.heads(session):
            click.echo(f"{head.chain}: {head.number} entries, unbroken")


@audit.command()
def head() -> None:
    """Print the end of each log. Keep the lines elsewhere, and hand them to `verify` later."""
    with _reading() as session:
        for end in chain.heads(session):
            click.echo(f"{end.chain}:{end.number}:{end.hash}")


def _is_still(session: Session, line: str) -> bool:
    name, _, rest = line.strip().partition(":")
    number, _, wanted = rest.partition(":")
    if name not in chain.CHAINS or not number.isdecimal():
        raise click.ClickException(f"--expect: {line!r} is no line of `faqbot audit head`")
    if number == "0":
        return wanted == chain.GENESIS
    return chain.hash_at(session, name, int(number)) == wanted


@contextmanager
def _reading() -> Iterator[Session]:
    with opened_database() as (_, database), database.read() as session:
        yield session
