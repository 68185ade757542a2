"""The texts that a recorded message becomes."""

from __future__ import annotations

from typing import Final

from bot.conversation.model import URGENT_KINDS, Author, Message
from bot.conversation.texting.long_version import long_version
from bot.sms_text import plain_text, split_text
from knowledge.reply import Reply
from knowledge.text.gsm7 import measure

#: Offered under an answer that has a longer version, where it takes no further segment.
MORE_HINT: Final = "Reply MORE for details."
#: Before an answer that no clinician has approved; production sends none of these.
DRAFT_MARK: Final = "DRAFT: "
_SEGMENTS: Final = 2
#: Kinds that go out even after an opt-out: its confirmation, help, and the answer to a start.
EXEMPT_KINDS: Final = frozenset({"consent"})


def texts_of(message: Message) -> tuple[str, ...]:
    """Returns what is sent for a message of the bot or of staff, in order."""
    reply = message.reply
    if message.author is Author.STAFF or reply is None:
        return split_text(message.text)
    return split_text(_with_hint(reply, (DRAFT_MARK if reply.draft else "") + reply.sms))


def is_urgent(message: Message) -> bool:
    """Tells whether a message holds the approved words for a person in danger."""
    return message.kind in URGENT_KINDS


def _with_hint(reply: Reply, text: str) -> str:
    if reply.kind != "answer" or len(long_version(reply)) <= len(reply.sms):
        return text
    hinted = f"{text}\n{MORE_HINT}"
    fits = _segments(hinted) <= max(_SEGMENTS, _segments(text))
    return hinted if fits else text


def _segments(text: str) -> int:
    return measure(plain_text(text)).segments
