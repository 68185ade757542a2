"""The one path of a message, for every channel."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import time
import uuid
from dataclasses import dataclass
from typing import Final

from bot.conversation.errors import DialogueError, StoreUnavailableError
from bot.conversation.model import (
    Answered,
    Channel,
    Conversation,
    DialogueRequest,
    DialogueResult,
    Exchange,
    Incoming,
    Message,
    Outcome,
)
from bot.conversation.ports import (
    Clock,
    ConversationStore,
    Dialogue,
    FixedReplies,
    NewConversation,
    Turn,
)
from bot.conversation.receiving import receive
from bot.conversation.recording import record, sees_more
from bot.conversation.text import checked_client_message_id, checked_text
from bot.conversation.tokens import hash_token, matches, new_token
from bot.conversation.while_held import hand_to_holder
from knowledge.decision import Decision

_LOG: Final = logging.getLogger(__name__)
_POLL: Final = 0.02
_SWEEP_BATCH: Final = 200
_PREVIOUS: Final = 2

#: What staff read about a failed dialogue, by the error's reason.
FAILURES: Final = {
    "unreachable": "the dialogue could not be reached",
    "timeout": "the dialogue did not answer in time",
    "status": "the dialogue reported an error",
    "empty": "the dialogue gave no reply",
    "malformed": "the dialogue gave a reply that cannot be read",
    "internal": "an unexpected error in the dialogue",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long.

    Attributes:
        max_message_chars: longest accepted message, in code points.
        patience: seconds that a message waits for an earlier one of its conversation.
        visitor_idle: how long a visitor's token opens a silent conversation.
    """

    max_message_chars: int = 4000
    patience: float = 8.0
    visitor_idle: dt.timedelta = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Started:
    """A new conversation, the token that opens it, and the notice to show."""

    conversation: Conversation
    token: str
    notice: Message


def utc_now() -> dt.datetime:
    """Returns the current time in UTC."""
    return dt.datetime.now(dt.UTC)


class Conversations:
    """Starts conversations, takes messages in, and sees that each gets an outcome."""

    def __init__(
        self,
        store: ConversationStore,
        dialogue: Dialogue,
        fixed: FixedReplies,
        limits: Limits | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store, self._dialogue, self._fixed = store, dialogue, fixed
        self._limits = limits or Limits()
        self._clock = clock

    def start(self, channel: Channel, language: str = "en") -> Started:
        """Creates a conversation, with the first-contact notice as its first message."""
        token = new_token()
        new_id = str(uuid.uuid4())
        new = NewConversation(new_id, channel, language, hash_token(token), self._clock())
        notice = self._store.create(new, self._fixed.notice(language))
        return Started(self._store.conversation(new.id), token, notice)

    def opens(self, conversation_id: str, token: str) -> bool:
        """Tells whether a visitor's token opens the conversation.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        conversation, known = self._store.access(conversation_id)
        return matches(token, known) and not self._was_silent(conversation)

    def is_idle(self, conversation_id: str) -> bool:
        """Tells whether the conversation was silent for so long that no token opens it.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        return self._was_silent(self._store.conversation(conversation_id))

    def _was_silent(self, conversation: Conversation) -> bool:
        return self._clock() - conversation.last_message_at > self._limits.visitor_idle

    def post(
        self, conversation_id: str, client_message_id: str, text: str, hushed: str = ""
    ) -> Exchange:
        """Takes a visitor's message in and returns it with its replies.

        The same `client_message_id` gives the same message and the same replies, also when two
        calls arrive at once.

        Args:
            conversation_id: the conversation.
            client_message_id: the sender's own id of the message.
            text: what the visitor wrote.
            hushed: why it should not be answered, in words for staff: it is triaged as ever, a
                person in danger gets help, and anything else goes to staff.

        Raises:
            InvalidInputError: if the text or the id cannot be accepted.
            ClientMessageIdReusedError: if the id came before with another text.
            ConversationNotFoundError: if there is no such conversation.
        """
        checked_client_message_id(client_message_id)
        checked_text(text, self._limits.max_message_chars)
        incoming = Incoming(conversation_id, client_message_id, text)
        message, is_new = receive(self._store, self._fixed, incoming, self._clock())
        if message.outcome is None and is_new:
            return self._answer(message, hushed)
        if message.outcome is None:
            self._await_outcome(message)
        return dataclasses.replace(self._store.exchange(message.id), is_repeat=not is_new)

    def recover_unanswered(self, older_than: dt.timedelta) -> int:
        """Gives holding text and an escalation to messages that a dead process left behind.

        Args:
            older_than: how long a message may be in the works.

        Returns:
            How many messages were recovered.
        """
        stuck = self._store.unanswered_since(self._clock() - older_than, _SWEEP_BATCH)
        return sum(self._is_recovered(message) for message in stuck)

    def _answer(self, message: Message, hushed: str) -> Exchange:
        turn = self._await_turn(message)
        conversation = turn.conversation
        if conversation.holder is not None:  # claimed while this message waited for its turn
            exchange = self._handed_to_holder(message)
            if exchange is not None:
                return exchange
        request = DialogueRequest(
            conversation.id, message.text, conversation.channel, turn.previous
        )
        try:
            result = self._dialogue.respond(request)
            outcome = Outcome.REPLIED
        except DialogueError as error:
            _LOG.warning("dialogue failed (%s); holding reply for %s", error.reason, message.id)
            result = self._stand_in(message, error.reason, error.decision)
            outcome = Outcome.FAILED
        except Exception as error:  # noqa: BLE001 - the safety boundary: a fault goes to a person
            _LOG.error("dialogue raised %s; holding reply for %s", type(error).__name__, message.id)
            result = self._stand_in(message, "internal", None)
            outcome = Outcome.FAILED
        return self._record(message, result, outcome, hushed)

    def _await_turn(self, message: Message) -> Turn:
        """Waits until every earlier message of the conversation has its outcome.

        The order is kept in the database, so it holds across processes. Whoever runs out of
        patience answers the earlier messages in the place of a process that died or hangs.
        """
        deadline = time.monotonic() + self._limits.patience
        while True:
            turn = self._store.turn(message.conversation_id, message.seq, _PREVIOUS)
            if not turn.earlier:
                return turn
            if time.monotonic() >= deadline:
                for stuck in turn.earlier:
                    self._is_recovered(stuck)
                return self._store.turn(message.conversation_id, message.seq, _PREVIOUS)
            time.sleep(_POLL)

    def _await_outcome(self, message: Message) -> None:
        deadline = time.monotonic() + self._limits.patience
        while self._store.exchange(message.id).message.outcome is None:
            if time.monotonic() >= deadline:
                self._recover(message)
                return
            time.sleep(_POLL)

    def _is_recovered(self, message: Message) -> bool:
        try:
            self._recover(message)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - safety: one bad row must not hide those behind
            _LOG.error("message %s cannot be recovered: %s", message.id, type(error).__name__)
            return False
        return True

    def _recover(self, message: Message) -> None:
        if self._handed_to_holder(message) is not None:
            return
        reason = "the automatic answer was interrupted"
        reply = self._fixed.holding(message.text, reason)
        self._record(message, DialogueResult(replies=(reply,)), Outcome.RECOVERED)
        _LOG.warning("message %s had no outcome; holding reply given", message.id)

    def _handed_to_holder(self, message: Message) -> Exchange | None:
        """Hands an accepted message to whoever holds the conversation; None when nobody does."""
        with self._store.locked(message.conversation_id) as held:
            if held.conversation.holder is None:
                return None
            if held.message(message.id).outcome is None:
                hand_to_holder(held, message, self._fixed, self._clock())
            return held.exchange(message.id)

    def _stand_in(self, message: Message, reason: str, decision: Decision | None) -> DialogueResult:
        reply = self._fixed.holding(message.text, FAILURES.get(reason, FAILURES["internal"]))
        if decision is not None and sees_more(decision.tier, reply):
            category, tier = decision.category or "failure", decision.tier or "T3"
            why = decision.reasons[0] if decision.reasons else FAILURES["internal"]
            reply = self._fixed.red_line(category, tier, why, decision.language)
        return DialogueResult(replies=(reply,), decision=decision)

    def _record(
        self, message: Message, result: DialogueResult, outcome: Outcome, hushed: str = ""
    ) -> Exchange:
        answered = Answered(message, result, outcome, hushed)
        with self._store.locked(message.conversation_id) as held:
            record(held, self._fixed, answered, self._clock())
            return held.exchange(message.id)  # reaches nobody before the commit
