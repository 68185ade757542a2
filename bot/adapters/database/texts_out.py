"""The outbox: every message that goes out by SMS, in the transaction that records it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.models import (
    ConversationRow,
    EscalationRow,
    MessageRow,
    SmsOutboundRow,
    SmsPersonRow,
    SmsThreadRow,
)
from bot.conversation.model import Author, Channel, Message, Status
from bot.conversation.texting.composing import EXEMPT_KINDS, is_urgent, texts_of
from bot.conversation.texting.model import TextState

#: A reply of staff this soon after the person's last text goes on with the talk, at any hour.
_TALKING: Final = dt.timedelta(hours=1)


def queue_texts(session: Session, conversation: ConversationRow, message: Message) -> None:
    """Puts a message of the bot or of staff into the outbox, if it belongs to an SMS thread.

    Args:
        session: the transaction that records the message.
        conversation: the message's conversation.
        message: the message as it was recorded.
    """
    if conversation.channel != Channel.SMS or message.author is Author.VISITOR:
        return
    thread = session.get(SmsThreadRow, conversation.id)
    if thread is None:  # typed in the staff shell: nobody's phone
        return
    person = session.get_one(SmsPersonRow, thread.person_number)
    if message.kind == "notice" and person.opted_out_at is None:
        person.noticed_at = message.created_at
    for number, body in enumerate(texts_of(message), 1):
        session.add(_row(session, thread, person, message, number, body))
    session.flush()


def _row(
    session: Session,
    thread: SmsThreadRow,
    person: SmsPersonRow,
    message: Message,
    part: int,
    body: str,
) -> SmsOutboundRow:
    at = message.created_at
    return SmsOutboundRow(
        ref=uuid.uuid4().hex,
        message_id=message.id,
        part=part,
        conversation_id=thread.conversation_id,
        gateway=thread.gateway,
        clinic_number=thread.clinic_number,
        person_number=thread.person_number,
        body=body,
        urgent=is_urgent(message),
        exempt=message.kind in EXEMPT_KINDS or _answers_the_opt_out(session, person, message),
        may_wait=_may_wait(session, person, message),
        deferred=False,
        state=TextState.QUEUED.value,
        attempts=0,
        look_ups=0,
        created_at=at,
        next_at=at,
        updated_at=at,
    )


def _is_awaited(session: Session, conversation_id: str) -> bool:
    """Tells whether the person waits for staff, or is paused after a crisis: at any hour."""
    awaited = sa.select(EscalationRow.id).where(
        EscalationRow.conversation_id == conversation_id,
        EscalationRow.status != Status.RESOLVED.value,
        EscalationRow.waiting_since.is_not(None),
    )
    if session.scalar(awaited.limit(1)) is not None:
        return True
    return session.get_one(ConversationRow, conversation_id).locked_at is not None


def _answers_the_opt_out(session: Session, person: SmsPersonRow, message: Message) -> bool:
    # "Stop texting me, I want to die": the safety reply to these very words still goes out.
    if person.opted_out_by is None or not is_urgent(message) or message.in_reply_to is None:
        return False
    sender_id = session.scalar(
        sa.select(MessageRow.client_message_id).where(MessageRow.id == message.in_reply_to)
    )
    return sender_id == person.opted_out_by


def _may_wait(session: Session, person: SmsPersonRow, message: Message) -> bool:
    """Tells whether a message answers nothing, so that it waits for the end of quiet hours."""
    if message.in_reply_to is not None or is_urgent(message):
        return False
    if message.author is Author.STAFF and _is_awaited(session, message.conversation_id):
        return False
    if message.author is Author.STAFF and person.last_text_at is not None:
        return message.created_at - person.last_text_at > _TALKING
    return True
