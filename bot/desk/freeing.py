"""Handing back what an account that was disabled held: else its patients would wait unseen."""

from __future__ import annotations

import sqlalchemy as sa

from bot.adapters.database import Database
from bot.adapters.database.models import ConversationRow
from bot.conversation import StaffDesk
from bot.conversation.errors import NotHeldError
from bot.desk.accounts import Account


def free_conversations(database: Database, desk: StaffDesk, account: Account) -> int:
    """Hands back every conversation that the account holds; returns how many."""
    held = sa.select(ConversationRow.id).where(ConversationRow.holder_id == account.id)
    with database.read() as session:
        conversations = session.scalars(held).all()
    freed = 0
    for conversation_id in conversations:
        try:
            desk.hand_back(conversation_id, account.staff)
        except NotHeldError:  # they handed it back or resolved it meanwhile
            continue
        freed += 1
    return freed
