"""What becomes of a text that came in: answered, obeyed, or in front of staff."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import Final

from bot.conversation.errors import StoreUnavailableError
from bot.conversation.escalations import escalate
from bot.conversation.model import LOCKING_TIERS
from bot.conversation.ports import Clock
from bot.conversation.service import Conversations, utc_now
from bot.conversation.texting import obeying
from bot.conversation.texting.automatic import DAY, LoopLimits, why_automatic
from bot.conversation.texting.commands import Reading, read_command
from bot.conversation.texting.model import ClaimedText, Command
from bot.conversation.texting.pictures import readable, take_picture
from bot.conversation.texting.ports import TextingReplies, TextingStore
from bot.conversation.texting.wishes import may_wish
from knowledge.reply import Escalation

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InboxLimits:
    """How long things hold.

    Attributes:
        continue_for: how long a phone number continues its conversation.
        notice_after: silence after which the first-contact notice is given again.
        lease: how long one process may take for one text before another takes over; should
            both go on, the text is still answered once.
        most_attempts: tries after which a text goes to staff unread by the dialogue.
        max_chars: longest text that a conversation accepts.
        loops: how much a number may text before it is taken for a machine.
    """

    continue_for: dt.timedelta = dt.timedelta(hours=24)
    notice_after: dt.timedelta = dt.timedelta(days=90)
    lease: dt.timedelta = dt.timedelta(seconds=15)
    most_attempts: int = 5
    max_chars: int = 4000
    loops: LoopLimits = field(default_factory=LoopLimits)


class TextInbox:
    """Handles texts one by one; a text that was handled before changes nothing."""

    def __init__(
        self,
        store: TextingStore,
        conversations: Conversations,
        replies: TextingReplies,
        limits: InboxLimits | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store, self._conversations, self._replies = store, conversations, replies
        self._limits, self._clock = limits or InboxLimits(), clock

    def handle_next(self) -> bool:
        """Handles the next text that is due; tells whether there was one.

        Raises:
            StoreUnavailableError: if the database is down; the text is taken up again later.
        """
        text = self._store.claim_incoming(self._limits.lease)
        if text is None:
            return False
        if text.attempts > self._limits.most_attempts:  # each try ended with its process
            self._hand_to_staff(text)
            return True
        try:
            self._handle(text)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - safety: a text that breaks us goes to a person
            _LOG.error("text %s failed with %s", text.ids[0], type(error).__name__)
            is_last = text.attempts >= self._limits.most_attempts
            if is_last or self._is_dangerous(text.text):  # help does not wait for another try
                self._hand_to_staff(text)
        return True

    def _handle(self, text: ClaimedText) -> None:
        limits = self._limits
        conversation_id = self._store.open_thread(text, limits.continue_for, limits.notice_after)
        words = readable(text.text)[: limits.max_chars]
        reading = read_command(words, text.keyword) if words else None
        heard = self._store.recent_texts(text, text.received_at - DAY, limits.loops.most)
        why = why_automatic(heard, limits.loops)
        if not words:
            take_picture(self._store, self._replies, conversation_id, text, self._clock(), why)
        elif reading is None or self._is_dangerous(words):
            self._post(conversation_id, text, words, reading, why)
        elif reading.says_more:
            self._opt_out_and_post(conversation_id, text, words, reading)
        elif (why and reading.command is not Command.STOP) or not self._obeyed(
            conversation_id, text, words, reading
        ):
            self._post(conversation_id, text, words, None, why)
        if words and text.media:
            self._mention_pictures(conversation_id, text)
        self._store.finish_incoming(text)

    def _is_dangerous(self, words: str) -> bool:
        """Tells whether the wording is a crisis: that is looked at before any command.

        By wording alone: a lone "stop" or "end" tells a model of meaning nothing, and a crisis
        that was seen before has locked the conversation already.
        """
        found = self._replies.holding(words, "").escalation
        return found is not None and found.tier in LOCKING_TIERS

    def _post(
        self,
        conversation_id: str,
        text: ClaimedText,
        words: str,
        reading: Reading | None,
        hushed: str,
    ) -> None:
        if reading is not None and reading.command is Command.STOP and _binds(reading):
            with self._store.thread(conversation_id) as held:
                obeying.opt_out(held, text, words, reading, self._clock())
        self._conversations.post(conversation_id, text.client_message_id, words, hushed)
        if reading is None and not hushed and may_wish(words):
            with self._store.thread(conversation_id) as held:
                obeying.say_how_to_opt_out(held, self._replies, text, self._clock())

    def _opt_out_and_post(
        self, conversation_id: str, text: ClaimedText, words: str, reading: Reading
    ) -> None:
        with self._store.thread(conversation_id) as held:
            is_first = held.person().opted_out_at is None
            obeying.opt_out(held, text, words, reading, self._clock())
        exchange = self._conversations.post(conversation_id, text.client_message_id, words)
        if not is_first:
            return
        with self._store.thread(conversation_id) as held:
            obeying.confirm_opt_out(held, self._replies, exchange, self._clock())

    def _obeyed(
        self, conversation_id: str, text: ClaimedText, words: str, reading: Reading
    ) -> bool:
        with self._store.thread(conversation_id) as held:
            return obeying.obey(held, self._replies, text, words, reading, self._clock())

    def _mention_pictures(self, conversation_id: str, text: ClaimedText) -> None:
        with self._store.thread(conversation_id) as held:
            reason = f"Sent {text.media} picture(s) or file(s), which the assistant cannot see"
            found = Escalation("unanswerable", "T3", reason)
            escalate(held, found, None, self._clock())

    def _hand_to_staff(self, text: ClaimedText) -> None:
        limits = self._limits
        conversation_id = self._store.open_thread(text, limits.continue_for, limits.notice_after)
        with self._store.thread(conversation_id) as held:
            obeying.hand_over(held, self._replies, text, readable(text.text), self._clock())
        self._store.give_up_incoming(text)


def _binds(reading: Reading) -> bool:
    # "Stop, I want to end it" is no opt-out; the lone keyword is one at the carrier, and
    # "stop texting me" is one in any company.
    return reading.is_keyword or not reading.is_unclear
