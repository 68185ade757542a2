"""Obeying opt-out, opt-in, help and "more", each in one transaction with what is said to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from bot.conversation.escalations import escalate, note_for_holder
from bot.conversation.model import LOCKING_TIERS, URGENT_KINDS, Author, Exchange, Message, Outcome
from bot.conversation.ports import Draft
from bot.conversation.texting.commands import Reading
from bot.conversation.texting.composing import EXEMPT_KINDS
from bot.conversation.texting.long_version import long_version
from bot.conversation.texting.model import ClaimedText, Command, ConsentChange, ConsentHow
from bot.conversation.texting.ports import LockedThread, TextingReplies
from knowledge.reply import Escalation, Reply

#: How long "more" refers to an answer.
_MORE_FOR: Final = dt.timedelta(hours=24)


def obey(
    held: LockedThread,
    replies: TextingReplies,
    text: ClaimedText,
    words: str,
    reading: Reading,
    at: dt.datetime,
) -> bool:
    """Does what a text asks of texting itself.

    Returns:
        Whether it was done; "more" without an answer before it, or while staff answer, is an
        ordinary message.
    """
    if held.message_by_client_id(text.client_message_id, Author.VISITOR) is not None:
        return True
    reply: Reply | None
    if reading.command is Command.MORE:
        reply = _more(held, at)
        if reply is None:
            return False
    elif reading.command is Command.HELP:
        reply = None if text.keyword else replies.texting("sms_help", _language(held))
    elif reading.command is Command.START:
        reply = _opt_in(held, replies, text, words, at)
    else:
        reply = opt_out_reply(held, replies, text)
        opt_out(held, text, words, reading, at)
    _write(held, replies, text, words, reply, at)
    return True


def opt_out_reply(held: LockedThread, replies: TextingReplies, text: ClaimedText) -> Reply | None:
    """Returns the confirmation, once, and none where the provider has confirmed already."""
    if text.keyword is not None or held.person().opted_out_at is not None:
        return None
    return replies.texting("sms_opted_out", _language(held))


def opt_out(
    held: LockedThread, text: ClaimedText, words: str, reading: Reading, at: dt.datetime
) -> None:
    """Records an opt-out and tells staff where they would wait for an answer by text."""
    if held.person().opted_out_at is None:
        how: ConsentHow = "keyword" if reading.is_keyword else "free_text"
        how = "provider" if text.keyword is not None else how
        change = ConsentChange(text.numbers, "opt_out", how, words, at, text.client_message_id)
        held.change_consent(change)
    if reading.is_unclear:
        reason = f'Texted "{words.strip()[:40]}" and is opted out of texts; may have meant an'
        reason += " appointment or that it is too much: please phone"
        escalate(held, Escalation("account", "T3", reason), None, at)
    elif held.open_escalation() is not None:
        reason = "Opted out of texts: no text reaches this number, please phone"
        escalate(held, Escalation("account", "T3", reason), None, at)


def confirm_opt_out(
    held: LockedThread, replies: TextingReplies, exchange: Exchange, at: dt.datetime
) -> None:
    """Confirms an opt-out that came with a message of its own, unless a safety reply went out."""
    said = {reply.kind for reply in exchange.replies}
    if exchange.is_repeat or said & URGENT_KINDS:
        return
    reply = replies.texting("sms_opted_out", _language(held))
    _say(held, exchange.message, reply, at)


def say_how_to_opt_out(
    held: LockedThread, replies: TextingReplies, text: ClaimedText, at: dt.datetime
) -> None:
    """Says once a day how to opt out to a person who may want to, where no danger was found."""
    message = held.message_by_client_id(text.client_message_id, Author.VISITOR)
    is_quiet = held.conversation.holder is not None or held.conversation.locked_at is not None
    if message is None or is_quiet or held.person().opted_out_at is not None:
        return
    if not held.sent_since(at - dt.timedelta(days=1), sorted(EXEMPT_KINDS)):
        _say(held, message, replies.texting("sms_help", _language(held)), at)


def hand_over(
    held: LockedThread, replies: TextingReplies, text: ClaimedText, words: str, at: dt.datetime
) -> None:
    """Puts a text that cannot be handled in front of staff, with what its wording calls for."""
    if held.message_by_client_id(text.client_message_id, Author.VISITOR) is not None:
        return  # it is in the conversation: the sweep gives it its outcome
    holding = replies.holding(words, "the text could not be handled")
    reply: Reply | None = replies.promised(holding, at)
    found = None if reply is None else reply.escalation
    if held.conversation.holder is not None and found is not None:
        reply = reply if found.tier in LOCKING_TIERS else None  # staff answer
    _write(held, replies, text, words or "[could not be read]", reply, at)
    if found is not None:
        escalate(held, found, None, at)


def _opt_in(
    held: LockedThread, replies: TextingReplies, text: ClaimedText, words: str, at: dt.datetime
) -> Reply | None:
    was_out = held.person().opted_out_at is not None
    if was_out:
        how: ConsentHow = "provider" if text.keyword is not None else "keyword"
        held.change_consent(
            ConsentChange(text.numbers, "opt_in", how, words, at, text.client_message_id)
        )
    return None if text.keyword else replies.texting("sms_opted_in", _language(held))


def _more(held: LockedThread, at: dt.datetime) -> Reply | None:
    if held.conversation.holder is not None or held.conversation.locked_at is not None:
        return None
    answer = held.last_answer(at - _MORE_FOR)
    if answer is None or answer.reply is None:
        return None
    return dataclasses.replace(answer.reply, sms=long_version(answer.reply))


def _write(
    held: LockedThread,
    replies: TextingReplies,
    text: ClaimedText,
    words: str,
    reply: Reply | None,
    at: dt.datetime,
) -> None:
    draft = Draft(Author.VISITOR, words, at, client_message_id=text.client_message_id)
    message = held.add_message(draft)
    if reply is not None:
        _say(held, message, reply, at)
    if held.conversation.holder is not None or held.conversation.locked_at is not None:
        note_for_holder(held, replies, message.id, at)
    held.set_outcome(message.id, Outcome.REPLIED, None)


def _say(held: LockedThread, message: Message, reply: Reply, at: dt.datetime) -> None:
    held.add_message(Draft(Author.BOT, reply.text, at, reply=reply, in_reply_to=message.id))


def _language(held: LockedThread) -> str:
    return held.conversation.language
