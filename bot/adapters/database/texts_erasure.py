"""Deleting what was texted in a conversation; the record of consent stays, as the law wants."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.models import (
    SmsInboundRow,
    SmsOutboundRow,
    SmsStatusRow,
    SmsThreadRow,
)


def erase_texts(session: Session, conversation_id: str) -> Mapping[str, int]:
    """Deletes texts in and out of a conversation, and which phones held it.

    To be called before the conversation's messages are deleted, which these rows refer to.
    What stays is `sms_people` (whether a number may be texted) and `sms_consents` (append-only).

    Args:
        session: the transaction that deletes the conversation.
        conversation_id: the conversation.

    Returns:
        How many rows were deleted, by table.
    """
    theirs = sa.select(SmsOutboundRow.id).where(SmsOutboundRow.conversation_id == conversation_id)
    conditions = {
        SmsStatusRow: SmsStatusRow.outbound_id.in_(theirs),
        SmsOutboundRow: SmsOutboundRow.conversation_id == conversation_id,
        SmsInboundRow: SmsInboundRow.conversation_id == conversation_id,
        SmsThreadRow: SmsThreadRow.conversation_id == conversation_id,
    }
    deleted = {}
    for table, condition in conditions.items():
        found = session.execute(sa.delete(table).where(condition))
        deleted[table.__tablename__] = int(getattr(found, "rowcount", 0))
    return deleted


def conversations_of(session: Session, number: str) -> tuple[str, ...]:
    """Returns the conversations held with a phone, written in full or without its country."""
    digits = "".join(character for character in number if character.isdigit())
    found = session.scalars(
        sa.select(SmsThreadRow.conversation_id)
        .where(SmsThreadRow.person_number.in_((f"+{digits}", f"+1{digits[-10:]}")))
        .order_by(SmsThreadRow.created_at)
    )
    return tuple(found) if digits else ()
