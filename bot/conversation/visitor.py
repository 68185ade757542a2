"""What a visitor leaves besides messages: contact details and ratings."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bot.conversation.delivery import QUIET, was_sent
from bot.conversation.errors import InvalidInputError
from bot.conversation.escalations import escalate
from bot.conversation.model import LOCKING_TIERS, Author, ContactDetails, Feedback
from bot.conversation.ports import ConversationStore, Draft, FixedReplies, LockedConversation
from bot.conversation.text import checked_text
from knowledge.reply import Escalation

METHODS: Final = ("phone", "text", "email")
RATINGS: Final = ("up", "down")
_MAX_CONTACT: Final = 200
_MAX_COMMENT: Final = 1000
_IN_A_COMMENT: Final = "In the comment of a rating"


def save_contact(
    store: ConversationStore, conversation_id: str, contact: ContactDetails, at: dt.datetime
) -> None:
    """Keeps contact details and makes sure that staff see them.

    Raises:
        InvalidInputError: if every part is missing or one cannot be stored.
        ConversationNotFoundError: if there is no such conversation.
    """
    if contact.method is not None and contact.method not in METHODS:
        fix = f"Give one of {', '.join(METHODS)}."
        raise InvalidInputError("contact-invalid", "method", fix)
    if contact.value is None:
        fix = "Give a phone number or an e-mail address."
        raise InvalidInputError("contact-invalid", "value", fix)
    checked_text(contact.value, _MAX_CONTACT, "value")
    if contact.best_time is not None:
        checked_text(contact.best_time, _MAX_CONTACT, "best_time")
    with store.locked(conversation_id) as held:
        held.save_contact(contact, at)
        if held.open_escalation() is None and held.conversation.holder is None:
            # Whoever leaves a number expects to be called: somebody must see it.
            left = Escalation("human_request", "T3", "The visitor left contact details")
            escalate(held, left, None, at)


def rate(
    store: ConversationStore,
    fixed: FixedReplies,
    conversation_id: str,
    feedback: Feedback,
    at: dt.datetime,
) -> None:
    """Keeps a rating of one reply; a second rating replaces the first.

    A comment is no message that is triaged, but danger in its wording is met as in one.

    Raises:
        InvalidInputError: if the rating or the comment cannot be accepted.
        MessageNotFoundError: if the conversation has no such reply.
    """
    if feedback.rating not in RATINGS:
        fix = f"Give one of {', '.join(RATINGS)}."
        raise InvalidInputError("rating-invalid", "rating", fix)
    if feedback.comment is not None:
        checked_text(feedback.comment, _MAX_COMMENT, "comment")
    with store.locked(conversation_id) as held:
        held.save_feedback(feedback, at)
        if feedback.comment is not None:
            _look_for_danger(held, fixed, feedback.comment, at)


def _look_for_danger(
    held: LockedConversation, fixed: FixedReplies, comment: str, at: dt.datetime
) -> None:
    spotted = fixed.holding(comment, "")
    found = spotted.escalation
    if found is None or found.tier not in LOCKING_TIERS:
        return
    if not was_sent(held, spotted, at - QUIET):
        reply = fixed.promised(spotted, at)
        held.add_message(Draft(Author.BOT, reply.text, at, reply=reply))
    escalate(held, dataclasses.replace(found, reason=f"{_IN_A_COMMENT}: {found.reason}"), None, at)
