"""Accepting a message: from here on it is answered or in front of staff."""

from __future__ import annotations

import datetime as dt

from bot.conversation.errors import ClientMessageIdReusedError
from bot.conversation.model import Author, Incoming, Message
from bot.conversation.ports import ConversationStore, Draft, FixedReplies
from bot.conversation.while_held import hand_to_holder


def receive(
    store: ConversationStore, fixed: FixedReplies, incoming: Incoming, at: dt.datetime
) -> tuple[Message, bool]:
    """Stores a visitor's message once, however often it is sent.

    While staff hold the conversation it goes to them (see `bot.conversation.while_held`).

    Args:
        store: where conversations are kept.
        fixed: the approved texts; they also know the red-line wording.
        incoming: the message, checked with `bot.conversation.text`.
        at: now.

    Returns:
        The stored message, and whether this call stored it.

    Raises:
        ClientMessageIdReusedError: if the id came before with another text.
        ConversationNotFoundError: if there is no such conversation.
    """
    with store.locked(incoming.conversation_id) as held:
        known = held.message_by_client_id(incoming.client_message_id, Author.VISITOR)
        if known is not None:
            if known.text != incoming.text:
                raise ClientMessageIdReusedError(incoming.client_message_id)
            return known, False
        message = held.add_message(_draft(incoming, at))
        if held.conversation.holder is not None:
            hand_to_holder(held, message, fixed, at)
    return message, True


def _draft(incoming: Incoming, at: dt.datetime) -> Draft:
    sender_id = incoming.client_message_id
    return Draft(Author.VISITOR, incoming.text, at, client_message_id=sender_id)
