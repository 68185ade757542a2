"""Which conversation a text belongs to."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database.held_thread import record_consent
from bot.adapters.database.models import (
    ConversationRow,
    EscalationRow,
    SmsInboundRow,
    SmsPersonRow,
    SmsThreadRow,
)
from bot.conversation.model import Channel, Status
from bot.conversation.texting.commands import read_command
from bot.conversation.texting.model import ClaimedText, Command, ConsentChange, Numbers


def open_thread(
    session: Session,
    text: ClaimedText,
    continue_for: dt.timedelta,
    notice_after: dt.timedelta,
    at: dt.datetime,
) -> str:
    """Returns the text's conversation; see `bot.conversation.texting.ports.TextingStore`."""
    first = session.get_one(SmsInboundRow, text.ids[0])
    if first.conversation_id is not None:  # a second try
        return first.conversation_id
    person = _person(session, text, at)
    last = _last_conversation(session, text.numbers)
    if last is not None and _goes_on(session, last, continue_for, at):
        conversation = last
    else:
        conversation = _new_conversation(session, text.numbers, last, at)
    conversation.notice_at = _notice_at(person, notice_after, at)
    person.last_text_at = at
    for row_id in text.ids:
        session.get_one(SmsInboundRow, row_id).conversation_id = conversation.id
    return conversation.id


def _person(session: Session, text: ClaimedText, at: dt.datetime) -> SmsPersonRow:
    number = text.numbers.person
    person = session.get(SmsPersonRow, number, with_for_update=True)
    if person is None:
        reading = read_command(text.text, text.keyword)
        if reading is None or reading.command is not Command.STOP:
            # Whoever writes first asks for an answer: that is the consent to it.
            consent = ConsentChange(text.numbers, "opt_in", "first_text", text.text, at)
            record_consent(session, consent)
        person = SmsPersonRow(number=number)
        session.add(person)
        session.flush()
    return person


def _last_conversation(session: Session, numbers: Numbers) -> ConversationRow | None:
    return session.scalar(
        sa.select(ConversationRow)
        .join(SmsThreadRow, SmsThreadRow.conversation_id == ConversationRow.id)
        .where(
            SmsThreadRow.person_number == numbers.person,
            SmsThreadRow.clinic_number == numbers.clinic,
        )
        .order_by(SmsThreadRow.created_at.desc())
        .limit(1)
    )


def _goes_on(
    session: Session, last: ConversationRow, continue_for: dt.timedelta, at: dt.datetime
) -> bool:
    # Neither a pause after a crisis nor a case of staff's ends because time goes by.
    if last.holder_id is not None or last.locked_at is not None:
        return True
    if at - last.last_message_at <= continue_for:
        return True
    unresolved = sa.select(EscalationRow.id).where(
        EscalationRow.conversation_id == last.id, EscalationRow.status != Status.RESOLVED.value
    )
    return session.scalar(unresolved.limit(1)) is not None


def _new_conversation(
    session: Session, numbers: Numbers, last: ConversationRow | None, at: dt.datetime
) -> ConversationRow:
    row = ConversationRow(
        id=str(uuid.uuid4()),
        channel=Channel.SMS.value,
        language="en" if last is None else last.language,
        version=0,
        last_seq=0,
        created_at=at,
        last_message_at=at,
    )
    session.add(row)
    session.flush()
    session.add(
        SmsThreadRow(
            conversation_id=row.id,
            gateway=numbers.gateway,
            clinic_number=numbers.clinic,
            person_number=numbers.person,
            created_at=at,
        )
    )
    session.flush()
    return row


def _notice_at(
    person: SmsPersonRow, notice_after: dt.timedelta, at: dt.datetime
) -> dt.datetime | None:
    """Returns when the notice was given, or None when it is due (again)."""
    if person.last_text_at is None or at - person.last_text_at > notice_after:
        return None
    return person.noticed_at
