"""What staff see of texting beside an SMS conversation: number, consent, what did not arrive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import SmsOutboundRow, SmsPersonRow, SmsThreadRow
from bot.conversation.texting.model import UNREACHED_STATES, TextState

_WAITING: Final = (TextState.QUEUED, TextState.SENDING, TextState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class TextingFacts:
    """The texting side of one conversation.

    Attributes:
        opted_out_at: since when no text may be sent.
        unreached: texts that did not reach the person, with the reason of the last one.
        waiting: texts that are still on their way out.
    """

    person: str
    clinic: str
    opted_out_at: dt.datetime | None
    unreached: int
    last_reason: str | None
    waiting: int


def texting_facts(database: Database, conversation_id: str) -> TextingFacts | None:
    """Returns the facts, or None for a conversation that is not held with a phone.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    with database.read() as session:
        thread = session.get(SmsThreadRow, conversation_id)
        if thread is None:
            return None
        person = session.get_one(SmsPersonRow, thread.person_number)
        texts = session.execute(
            sa.select(SmsOutboundRow.state, SmsOutboundRow.error)
            .where(SmsOutboundRow.conversation_id == conversation_id)
            .order_by(SmsOutboundRow.id)
        ).all()
    reasons = [error for state, error in texts if TextState(state) in UNREACHED_STATES]
    return TextingFacts(
        person=thread.person_number,
        clinic=thread.clinic_number,
        opted_out_at=person.opted_out_at,
        unreached=len(reasons),
        last_reason=reasons[-1] if reasons else None,
        waiting=sum(TextState(state) in _WAITING for state, _ in texts),
    )
