"""A chat that nobody answers: triage runs in this process and its decision is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from bot.channels.shell.chat import Turn
from bot.conversation import Channel
from bot.conversation.model import Author, Message
from bot.conversation.service import utc_now
from bot.conversation.text import checked_text
from knowledge.decision import Decision

_PREVIOUS: Final = 2
_NOWHERE: Final = "decide-only"


class Decider(Protocol):
    """What this chat needs of `knowledge.triage.Triage`."""

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Decides what to do with a message."""
        ...


class DecidedChat:
    """A chat without replies; stores nothing and needs no other process."""

    def __init__(
        self, triage: Decider, questions: Mapping[str, str], channel: Channel, max_chars: int
    ) -> None:
        self.questions = questions
        self._triage, self._channel, self._max_chars = triage, channel, max_chars
        self._said: list[Message] = []

    @property
    def channel(self) -> Channel:
        return self._channel

    def start(self, channel: Channel) -> tuple[Message, ...]:
        self._channel = channel
        self._said.clear()
        return ()

    def send(self, text: str) -> Turn:
        checked_text(text, self._max_chars)
        previous = [message.text for message in self._said[-_PREVIOUS:]]
        decision = self._triage.decide(text, self._channel.value, previous)
        place = len(self._said) + 1
        said = Message(str(place), _NOWHERE, place, Author.VISITOR, text, utc_now())
        self._said.append(said)
        return Turn((), decision, None, settled=True)

    def news(self) -> tuple[Message, ...]:
        return ()

    def standing(self) -> None:
        return None

    def history(self) -> tuple[Message, ...]:
        return tuple(self._said)
