"""The chat that the shell leads: stored and answered by the real service."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.conversation import Channel, Conversations
from bot.conversation.model import (
    Author,
    Conversation,
    Message,
    OpenedEscalation,
    Outcome,
    Status,
)
from bot.conversation.ports import ConversationStore
from knowledge.decision import Decision

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one message.

    Attributes:
        replies: what the visitor gets.
        decision: what triage made of the message, as far as it is known.
        outcome: what the service recorded; None when it does not take part.
        settled: whether the message is answered, in front of staff, or (without the service)
            decided.
    """

    replies: tuple[Message, ...]
    decision: Decision | None
    outcome: Outcome | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Who answers in the conversation, and what staff have open about it."""

    conversation: Conversation
    escalation: OpenedEscalation | None


class Chat(Protocol):
    """One conversation at a time, on a channel."""

    @property
    def channel(self) -> Channel:
        """The channel of the conversation."""
        ...

    @property
    def questions(self) -> Mapping[str, str]:
        """The FAQs' questions by id, for tables."""
        ...

    def start(self, channel: Channel) -> tuple[Message, ...]:
        """Starts a new conversation and returns what it opens with."""
        ...

    def send(self, text: str) -> Turn:
        """Sends a message as the visitor.

        Raises:
            ConversationError: if it cannot be accepted or stored.
        """
        ...

    def news(self) -> tuple[Message, ...]:
        """Returns what staff wrote since the last call, or since the last message."""
        ...

    def standing(self) -> Standing | None:
        """Returns who answers; None when nothing is stored."""
        ...

    def history(self) -> tuple[Message, ...]:
        """Returns the conversation so far, in order."""
        ...


class StoredChat:
    """A chat on the one path of a message, the same that patients take."""

    def __init__(
        self,
        conversations: Conversations,
        store: ConversationStore,
        questions: Mapping[str, str],
        channel: Channel,
    ) -> None:
        self.questions = questions
        self._conversations, self._store = conversations, store
        self._channel, self._id, self._seen = channel, "", 0

    @property
    def channel(self) -> Channel:
        return self._channel

    def start(self, channel: Channel) -> tuple[Message, ...]:
        started = self._conversations.start(channel)
        self._channel, self._id = channel, started.conversation.id
        self._seen = started.notice.seq
        return (started.notice,)

    def send(self, text: str) -> Turn:
        exchange = self._conversations.post(self._id, f"shell-{uuid.uuid4()}", text)
        message = exchange.message
        settled = message.outcome is not None
        return Turn(exchange.replies, message.decision, message.outcome, settled)

    def news(self) -> tuple[Message, ...]:
        fresh = self._store.messages(self._id, self._seen, _PAGE)
        if fresh:
            self._seen = fresh[-1].seq
        return tuple(message for message in fresh if message.author is Author.STAFF)

    def standing(self) -> Standing:
        case = self._store.case(self._id)
        escalation = case.escalation
        if escalation is not None and escalation.status is Status.RESOLVED:
            escalation = None
        return Standing(case.conversation, escalation)

    def history(self) -> tuple[Message, ...]:
        return self._store.case(self._id).messages
