"""Texts without words: pictures, files, and characters that show nothing."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Final

from bot.conversation.escalations import escalate, note_for_holder
from bot.conversation.model import Author, Outcome
from bot.conversation.ports import Draft
from bot.conversation.texting.model import ClaimedText
from bot.conversation.texting.ports import TextingReplies, TextingStore
from knowledge.reply import Escalation

PICTURE: Final = "[sent a picture]"
NOTHING: Final = "[sent a text without words]"


def storable(text: str) -> str:
    """Returns the text without what no database takes: null and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def readable(text: str) -> str:
    """Returns the text, or nothing when it shows nothing."""
    shows = any(unicodedata.category(character)[0] not in "ZC" for character in text)
    return text if shows else ""


def take_picture(
    store: TextingStore,
    replies: TextingReplies,
    conversation_id: str,
    text: ClaimedText,
    at: dt.datetime,
    hushed: str,
) -> None:
    """Records a text that holds no words and puts it in front of staff.

    What a picture shows cannot be triaged, so it is as urgent as a clinical message.

    Args:
        store: where texts are kept.
        replies: the approved texts.
        conversation_id: the text's conversation.
        text: the text.
        at: now.
        hushed: why it should not be answered, in words for staff; empty when it should.
    """
    shown = PICTURE if text.media else NOTHING
    with store.thread(conversation_id) as held:
        if held.message_by_client_id(text.client_message_id, Author.VISITOR) is not None:
            return
        sender_id = text.client_message_id
        draft = Draft(Author.VISITOR, shown, at, client_message_id=sender_id)
        message = held.add_message(draft)
        if held.conversation.holder is not None:
            note_for_holder(held, replies, message.id, at)
            held.set_outcome(message.id, Outcome.HELD, None)
            return
        if not hushed:
            reply = replies.texting("sms_picture", held.conversation.language)
            answer = Draft(Author.BOT, reply.text, at, reply=reply, in_reply_to=message.id)
            held.add_message(answer)
        reason = hushed or "Sent a picture or file, which the assistant cannot see"
        escalate(held, Escalation("unanswerable", "T2", reason), message.id, at)
        held.set_outcome(message.id, Outcome.ATTACHED if hushed else Outcome.REPLIED, None)
