"""Rows of texting to value types."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.database.models import (
    SmsInboundRow,
    SmsOutboundRow,
    SmsPersonRow,
    SmsStatusRow,
)
from bot.conversation.texting.model import (
    ClaimedText,
    Command,
    Numbers,
    OutgoingText,
    Person,
    StatusReport,
    StoredReport,
    TextState,
)


def numbers(row: SmsInboundRow | SmsOutboundRow) -> Numbers:
    """Returns who texts with whom."""
    return Numbers(row.gateway, row.clinic_number, row.person_number)


def person(row: SmsPersonRow) -> Person:
    """Returns what holds for a number."""
    return Person(row.number, row.opted_out_at, row.noticed_at, row.last_text_at)


def claimed(rows: Sequence[SmsInboundRow]) -> ClaimedText:
    """Returns one text from its parts, which are in order."""
    first = rows[0]
    keyword = first.keyword if len(rows) == 1 else None
    return ClaimedText(
        ids=tuple(row.id for row in rows),
        numbers=numbers(first),
        text="".join(row.text for row in rows),
        media=sum(row.media for row in rows),
        keyword=None if keyword is None else Command(keyword),
        attempts=first.attempts,
        received_at=first.received_at,
    )


def outgoing(row: SmsOutboundRow) -> OutgoingText:
    """Returns the text of an outbox row."""
    return OutgoingText(
        id=row.id,
        ref=row.ref,
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        numbers=numbers(row),
        body=row.body,
        urgent=row.urgent,
        exempt=row.exempt,
        may_wait=row.may_wait,
        state=TextState(row.state),
        attempts=row.attempts,
        look_ups=row.look_ups,
        provider_id=row.provider_id,
        created_at=row.created_at,
        attempted_at=row.attempted_at,
        error=row.error,
    )


def stored_report(row: SmsStatusRow, conversation_id: str) -> StoredReport:
    """Returns the report of a row about a text of this conversation."""
    report = StatusReport(row.gateway, row.provider_id, TextState(row.state), error=row.error)
    return StoredReport(row.id, row.outbound_id, conversation_id, report)
