"""Texts that came in: stored once, claimed one person at a time, joined from their parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from bot.adapters.database.models import SmsInboundRow
from bot.conversation.texting.model import ClaimedText, IncomingText
from bot.conversation.texting.pictures import storable
from bot.sms_text import Encoding, encoding_of, units

#: How long the rest of a text in parts is waited for.
_PARTS_WAIT: Final = dt.timedelta(seconds=10)
#: How long a text that fills its segment waits: some carriers send a long text as several.
_FULL_WAIT: Final = dt.timedelta(seconds=2)
_MOST_PIECES: Final = 10
_FULL: Final = {Encoding.GSM_7: {152, 153, 159, 160}, Encoding.UCS_2: {66, 67, 69, 70}}


def store_text(session: Session, text: IncomingText, at: dt.datetime, *, urgent: bool) -> bool:
    """Stores a text; tells whether it is new.

    Args:
        session: the transaction.
        text: as the provider delivered it.
        at: now.
        urgent: whether its wording is that of a crisis: it goes ahead of other people's texts.
    """
    values = _values(text, at, urgent=urgent)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(SmsInboundRow).values(values).on_conflict_do_nothing()
    stored = session.scalar(statement.returning(SmsInboundRow))
    if stored is not None and stored.parts > 1:
        _release_when_whole(session, stored)
    return stored is not None


def claim_text(session: Session, lease: dt.timedelta, at: dt.datetime) -> list[SmsInboundRow]:
    """Claims the next text that is due, with its parts in order; empty when there is none.

    Texts of one person keep their order. Whoever has sent an urgent one comes first, with what
    they sent before it; then the oldest.
    """
    earlier, urgent = aliased(SmsInboundRow), aliased(SmsInboundRow)
    is_in_danger = sa.exists().where(
        urgent.person_number == SmsInboundRow.person_number, urgent.state == "new", urgent.urgent
    )
    first = session.scalar(
        sa.select(SmsInboundRow)
        .where(
            SmsInboundRow.state == "new",
            SmsInboundRow.ready_at <= at,
            sa.or_(SmsInboundRow.claimed_until.is_(None), SmsInboundRow.claimed_until < at),
            ~sa.exists().where(
                earlier.person_number == SmsInboundRow.person_number,
                earlier.state == "new",
                earlier.id < SmsInboundRow.id,
                sa.or_(
                    earlier.part_of.is_(None),
                    earlier.part_of != sa.func.coalesce(SmsInboundRow.part_of, ""),
                ),
            ),
        )
        .order_by(is_in_danger.desc(), SmsInboundRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if first is None:
        return []
    rows = _parts(session, first) if first.parts > 1 else _pieces(session, first)
    _bind(rows)
    for row in rows:
        row.claimed_until = at + lease
        row.attempts += 1
    return rows


def finish_text(session: Session, ids: Sequence[int], state: str) -> None:
    """Takes note of what became of a text and its parts."""
    _set_state(session, ids[:1], state)
    _set_state(session, ids[1:], "joined")


def recent(text: ClaimedText, since: dt.datetime, most: int) -> sa.Select[SmsInboundRow]:
    """Returns the query for what a person has texted since then, newest first.

    Up to and including this text: what came after it waits for its own turn.
    """
    return (
        sa.select(SmsInboundRow)
        .where(
            SmsInboundRow.person_number == text.numbers.person,
            SmsInboundRow.received_at >= since,
            SmsInboundRow.state != "joined",
            SmsInboundRow.id <= text.ids[0],
        )
        .order_by(SmsInboundRow.id.desc())
        .limit(most)
    )


def _values(text: IncomingText, at: dt.datetime, *, urgent: bool) -> dict[str, object]:
    wait = dt.timedelta()
    if text.part.total > 1:
        wait = _PARTS_WAIT
    elif _is_full(text.text) and not text.media:
        wait = _FULL_WAIT
    return {
        "gateway": text.numbers.gateway,
        "provider_id": text.provider_id,
        "clinic_number": text.numbers.clinic,
        "person_number": text.numbers.person,
        "text": storable(text.text),
        "media": text.media,
        "urgent": urgent,
        "keyword": None if text.keyword is None else text.keyword.value,
        "part_of": text.part.reference,
        "part": text.part.number,
        "parts": text.part.total,
        "state": "new",
        "attempts": 0,
        "received_at": at,
        "ready_at": at + wait,
    }


def _is_full(text: str) -> bool:
    encoding = encoding_of(text)
    return units(text, encoding) in _FULL[encoding]


def _part_of(row: SmsInboundRow) -> sa.ColumnElement[bool]:
    return sa.and_(
        SmsInboundRow.state == "new",
        SmsInboundRow.gateway == row.gateway,
        SmsInboundRow.clinic_number == row.clinic_number,
        SmsInboundRow.person_number == row.person_number,
        SmsInboundRow.part_of == row.part_of,
    )


def _release_when_whole(session: Session, row: SmsInboundRow) -> None:
    same = _part_of(row)
    there = session.scalar(sa.select(sa.func.count(SmsInboundRow.part.distinct())).where(same))
    if there is not None and there >= row.parts:
        now = {"ready_at": row.received_at}
        session.execute(sa.update(SmsInboundRow).where(same).values(now))


def _parts(session: Session, first: SmsInboundRow) -> list[SmsInboundRow]:
    found = session.scalars(
        sa.select(SmsInboundRow)
        .where(_part_of(first))
        .order_by(SmsInboundRow.part, SmsInboundRow.id)
    )
    by_number: dict[int, SmsInboundRow] = {}
    for row in found:
        by_number.setdefault(row.part, row)
    return list(by_number.values())


def _bind(rows: Sequence[SmsInboundRow]) -> None:
    """Ties the parts of a text together, so that a second try joins the same ones."""
    if len(rows) > 1 or rows[0].parts > 1:
        for number, row in enumerate(rows, 1):
            row.part_of, row.part, row.parts = f"joined-{rows[0].id}", number, len(rows)


def _pieces(session: Session, first: SmsInboundRow) -> list[SmsInboundRow]:
    """Returns a text with what followed it at once, as long as each piece fills its segment."""
    pieces = [first]
    if not _is_full(first.text) or first.attempts:
        return pieces
    following = session.scalars(
        sa.select(SmsInboundRow)
        .where(
            SmsInboundRow.state == "new",
            SmsInboundRow.person_number == first.person_number,
            SmsInboundRow.id > first.id,
        )
        .order_by(SmsInboundRow.id)
        .limit(_MOST_PIECES)
    )
    for row in following:
        is_next = row.received_at - pieces[-1].received_at <= 2 * _FULL_WAIT
        same_clinic = row.clinic_number == first.clinic_number
        if not is_next or not same_clinic or row.parts > 1 or row.keyword or row.media:
            break
        pieces.append(row)
        if not _is_full(row.text):
            break
    return pieces


def _set_state(session: Session, ids: Sequence[int], state: str) -> None:
    if ids:
        session.execute(
            sa.update(SmsInboundRow)
            .where(SmsInboundRow.id.in_(ids), SmsInboundRow.state == "new")
            .values(state=state)
        )


def any_due(session: Session, at: dt.datetime) -> bool:
    """Tells whether any text may be due; cheap, and takes no lock."""
    due = sa.select(SmsInboundRow.id).where(
        SmsInboundRow.state == "new",
        SmsInboundRow.ready_at <= at,
        sa.or_(SmsInboundRow.claimed_until.is_(None), SmsInboundRow.claimed_until < at),
    )
    return session.scalar(due.limit(1)) is not None
