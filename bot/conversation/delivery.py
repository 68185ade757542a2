"""Which replies are sent, and in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from bot.conversation.model import URGENT_KINDS, Author, Message
from bot.conversation.ports import Draft, FixedReplies, LockedConversation
from knowledge.reply import Reply

#: How long a locked conversation stays quiet after the same urgent reply or the locked text.
QUIET: Final = dt.timedelta(minutes=10)
#: How long a visitor who is not answered is not told so again.
HUSH: Final = dt.timedelta(hours=1)


def replies_to_send(
    held: LockedConversation, replies: Sequence[Reply], fixed: FixedReplies, at: dt.datetime
) -> tuple[Reply, ...]:
    """Returns what the visitor gets, in order; may be empty only in a locked conversation."""
    if held.conversation.locked_at is not None:
        return _while_locked(held, replies, fixed, at)
    shown = [r for r in replies if r.kind != "notice"]
    if replies and held.conversation.notice_at is None:
        shown = [_notice(held, replies, fixed), *shown]
    # The way to help comes before anything else, the first-contact notice included.
    return tuple(sorted(shown, key=lambda reply: reply.kind not in URGENT_KINDS))


def hushed(
    held: LockedConversation,
    replies: Sequence[Reply],
    fixed: FixedReplies,
    why: str,
    at: dt.datetime,
) -> tuple[Reply, ...]:
    """Returns what a visitor gets whom the bot should not go on answering: help in danger, as ever.

    Anything else gets the holding text, once in a while, so that a person is told that staff
    have it, and a machine that answers every text is not answered for ever.
    """
    urgent = tuple(reply for reply in replies if reply.kind in URGENT_KINDS)
    if urgent or held.conversation.locked_at is not None:
        return urgent
    if held.sent_since(at - HUSH, ["holding"]):
        return ()
    return (fixed.holding("", why),)


def _notice(held: LockedConversation, replies: Sequence[Reply], fixed: FixedReplies) -> Reply:
    said = next((reply for reply in replies if reply.kind == "notice"), None)
    return said or fixed.notice(held.conversation.language)


def _while_locked(
    held: LockedConversation, replies: Sequence[Reply], fixed: FixedReplies, at: dt.datetime
) -> tuple[Reply, ...]:
    urgent = [reply for reply in replies if reply.kind in URGENT_KINDS]
    due = tuple(reply for reply in urgent if not was_sent(held, reply, at - QUIET))
    if due or urgent:
        return due
    if held.sent_since(at - QUIET, ["locked"]):
        return ()
    return (fixed.locked(held.conversation.language),)


def send(held: LockedConversation, message: Message, reply: Reply, at: dt.datetime) -> None:
    """Records a reply to a message; what is recorded is delivered."""
    held.add_message(Draft(Author.BOT, reply.text, at, reply=reply, in_reply_to=message.id))
    if reply.kind == "notice":
        held.set_notice(at)


def was_sent(held: LockedConversation, reply: Reply, since: dt.datetime) -> bool:
    """Tells whether the visitor got this safety reply after `since`."""
    # Another category, or the same one grown more severe, has other numbers to call: it is new.
    if reply.escalation is None:
        return held.sent_since(since, [reply.kind])
    found = reply.escalation
    return held.sent_since(since, sorted(URGENT_KINDS), found.category, found.tier)
