"""Telling the visitor who answers now."""

from __future__ import annotations

import datetime as dt

from bot.conversation.model import Author, Channel
from bot.conversation.ports import Draft, LockedConversation
from knowledge.reply import Reply


def tell(held: LockedConversation, notice: Reply, at: dt.datetime) -> None:
    """Sends an approved notice of a hand-off, unless it could put the visitor in danger.

    Whoever reports abuse may have their telephone read by somebody else: no text is sent there
    that nobody at the clinic wrote on purpose.
    """
    # Not the case's own category: abuse may have come before, or after, something more severe.
    if held.conversation.channel is Channel.SMS and held.was_escalated_for("abuse"):
        return
    held.add_message(Draft(Author.BOT, notice.text, at, reply=notice))
