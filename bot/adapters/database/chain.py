"""Append-only logs as hash chains: whoever changes, removes or slips in a row is found out.

Every row holds its number, the hash of the row before, and the hash of both with its own
content. The end of each chain stands in a table of its own, which is also what writers queue at.
Somebody who may rewrite the whole database could compute a new chain; the end of the chain,
written down elsewhere from time to time, finds that out too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.models import AuditRow, ChainHeadRow, EscalationEventRow

#: What a chain starts from.
GENESIS: Final = "0" * 64
Link = AuditRow | EscalationEventRow
CHAINS: Final[Mapping[str, type[Link]]] = {
    table.__tablename__: table for table in (AuditRow, EscalationEventRow)
}
_OWN: Final = ("id", "number", "previous_hash", "hash")
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain is broken first, and how."""

    chain: str
    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain."""

    chain: str
    number: int
    hash: str


def append(session: Session, row: Link) -> None:
    """Adds a row at the end of its log; later writers wait until this transaction ends."""
    head = session.get(
        ChainHeadRow, row.__tablename__, with_for_update=True, populate_existing=True
    )
    if head is None:
        raise sa.exc.NoResultFound(f"{row.__tablename__} has no chain: migrate the database")
    row.number, row.previous_hash = head.number + 1, head.hash
    row.hash = digest(row.previous_hash, row.number, content(row))
    head.number, head.hash = row.number, row.hash
    session.add(row)
    # Written at once, so that rows keep the order in which the core made them.
    session.flush()


def content(row: Link) -> dict[str, Any]:
    """Returns what is hashed of a row: every column but the chain's own."""
    return {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in _OWN}


def digest(previous: str, number: int, fields: Mapping[str, Any]) -> str:
    """Returns the hash of a row."""
    text = json.dumps([previous, number, fields], sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def heads(session: Session) -> tuple[Head, ...]:
    """Returns the end of every chain."""
    rows = session.scalars(sa.select(ChainHeadRow).order_by(ChainHeadRow.chain))
    return tuple(Head(row.chain, row.number, row.hash) for row in rows)


def verify(session: Session) -> tuple[Fault, ...]:
    """Reads every log from its start; returns the first fault of each."""
    found = (_first_fault(session, head) for head in heads(session))
    return tuple(fault for fault in found if fault is not None)


def hash_at(session: Session, chain: str, number: int) -> str | None:
    """Returns the hash of a row that was written down earlier, to compare it."""
    table = CHAINS[chain]
    return session.scalar(sa.select(table.hash).where(table.number == number))


def _first_fault(session: Session, head: Head) -> Fault | None:
    previous, expected = GENESIS, 1
    for row in _rows(session, head.chain):
        if row.number != expected:
            return Fault(head.chain, expected, "is missing, or was slipped in")
        if row.previous_hash != previous:
            return Fault(head.chain, expected, "does not follow the row before it")
        if row.hash != digest(previous, row.number, content(row)):
            return Fault(head.chain, expected, "was changed")
        previous, expected = row.hash, expected + 1
    if (head.number, head.hash) != (expected - 1, previous):
        return Fault(head.chain, expected, "is missing at the end, or the end was rewritten")
    return None


def _rows(session: Session, chain: str) -> Iterator[Any]:
    table: Any = CHAINS[chain]
    wanted = sa.select(table).order_by(table.number).limit(_BATCH)
    batch = session.scalars(wanted).all()
    while batch:
        yield from batch
        last = batch[-1].number
        session.expunge_all()
        batch = session.scalars(wanted.where(table.number > last)).all()


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} cannot be hashed")
