"""Which text goes out next: urgent ones first, one person's in order, within the rates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from bot.adapters.database.models import MessageRow, SmsOutboundRow
from bot.conversation.model import Author
from bot.conversation.texting.model import TextState

_UNDER_WAY: Final = (
    TextState.QUEUED.value,
    TextState.SENDING.value,
    TextState.UNCERTAIN.value,
)
_SECOND: Final = dt.timedelta(seconds=1)
_RATE_LOCK: Final = 7_201_734


def claim_due(
    session: Session,
    lease: dt.timedelta,
    rates: Mapping[str, tuple[float, float]],
    at: dt.datetime,
) -> SmsOutboundRow | None:
    """Claims the next text to send; see `bot.conversation.texting.ports.TextingStore`."""
    if session.get_bind().dialect.name != "sqlite":
        # Rates are counted in the table, so only one process may count and claim at a time.
        session.execute(sa.text(f"SELECT pg_advisory_xact_lock({_RATE_LOCK})"))
    row = session.scalar(_due(at).where(*_within(rates, _spent(session, at))))
    if row is not None:
        row.state, row.attempted_at = TextState.SENDING.value, at
        row.attempts += 1
        row.claimed_until, row.updated_at = at + lease, at
        row.deferred = False  # it is under way now, and what follows it waits for it again
    return row


def claim_uncertain(
    session: Session, lease: dt.timedelta, at: dt.datetime
) -> SmsOutboundRow | None:
    """Claims a text whose fate is uncertain, also one that a dead process was sending."""
    is_left = sa.and_(
        SmsOutboundRow.state == TextState.SENDING.value, SmsOutboundRow.claimed_until < at
    )
    is_due = sa.and_(
        SmsOutboundRow.state == TextState.UNCERTAIN.value,
        SmsOutboundRow.next_at <= at,
        sa.or_(SmsOutboundRow.claimed_until.is_(None), SmsOutboundRow.claimed_until < at),
    )
    row = session.scalar(
        sa.select(SmsOutboundRow)
        .where(sa.or_(is_left, is_due))
        .order_by(SmsOutboundRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is not None:
        row.state, row.claimed_until = TextState.UNCERTAIN.value, at + lease
    return row


def overdue(before: dt.datetime) -> sa.Select[SmsOutboundRow]:
    """Returns the query for the oldest text that matters and is overdue.

    That is a safety reply which nobody has reported delivered, or a text of staff that could not
    be handed over. One that waits for the end of quiet hours is not overdue.
    """
    is_staff = sa.exists().where(
        MessageRow.id == SmsOutboundRow.message_id, MessageRow.author == Author.STAFF.value
    )
    is_under_way = SmsOutboundRow.state.in_(_UNDER_WAY)
    is_taken = SmsOutboundRow.state == TextState.SENT.value
    return (
        sa.select(SmsOutboundRow)
        .where(
            SmsOutboundRow.told_at.is_(None),
            SmsOutboundRow.created_at < before,
            ~SmsOutboundRow.deferred,
            sa.or_(
                sa.and_(SmsOutboundRow.urgent, sa.or_(is_under_way, is_taken)),
                sa.and_(is_staff, is_under_way),
            ),
        )
        .order_by(SmsOutboundRow.id)
        .limit(1)
    )


def _due(at: dt.datetime) -> sa.Select[SmsOutboundRow]:
    earlier = aliased(SmsOutboundRow)
    return (
        sa.select(SmsOutboundRow)
        .where(
            SmsOutboundRow.state == TextState.QUEUED.value,
            SmsOutboundRow.next_at <= at,
            ~sa.exists().where(
                earlier.person_number == SmsOutboundRow.person_number,
                earlier.state.in_(_UNDER_WAY),
                earlier.id < SmsOutboundRow.id,
                # Help for a person in danger waits for nothing but its own first part.
                sa.or_(~SmsOutboundRow.urgent, earlier.message_id == SmsOutboundRow.message_id),
                ~earlier.deferred,
            ),
        )
        .order_by(SmsOutboundRow.urgent.desc(), SmsOutboundRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _spent(session: Session, at: dt.datetime) -> dict[tuple[str, str], int]:
    """Counts the texts of the last second, by gateway and number."""
    rows = session.execute(
        sa.select(SmsOutboundRow.gateway, SmsOutboundRow.clinic_number, sa.func.count())
        .where(SmsOutboundRow.attempted_at > at - _SECOND)
        .group_by(SmsOutboundRow.gateway, SmsOutboundRow.clinic_number)
    )
    return {(gateway, number): count for gateway, number, count in rows}


def _within(
    rates: Mapping[str, tuple[float, float]], spent: Mapping[tuple[str, str], int]
) -> list[sa.ColumnElement[bool]]:
    """Returns conditions that leave out numbers and gateways whose rate is spent."""
    left_out = []
    for gateway, (per_number, per_gateway) in rates.items():
        counts = {number: n for (of, number), n in spent.items() if of == gateway}
        if sum(counts.values()) + 1 > per_gateway:
            left_out.append(SmsOutboundRow.gateway == gateway)
            continue
        busy = [number for number, n in counts.items() if n + 1 > per_number]
        if busy:
            is_busy = SmsOutboundRow.clinic_number.in_(busy)
            left_out.append(sa.and_(SmsOutboundRow.gateway == gateway, is_busy))
    return [~condition for condition in left_out]
