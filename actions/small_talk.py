"""Greetings and the like, and messages that are no question the bot can take."""

from __future__ import annotations

from typing import Final

from actions.base import LibrarySource, TurnAction
from actions.forms import leave_choice
from actions.turn import Outcome, Turn, remember, say
from knowledge.reply import Kind, message_reply

#: Small talk neither ends a form nor counts as a success or a failure.
SMALL_TALK: Final = (
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "skip",
    "ask_bot",
    "how_are_you",
)


class SmallTalk(TurnAction):
    """Says one fixed text of `messages.yml`."""

    def __init__(self, key: str, library: LibrarySource) -> None:
        super().__init__(f"action_{key}", library)
        self._key = key

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the text; the dialogue stays where it was."""
        return say(message_reply(self._library, self._key, "smalltalk", turn.language))


class Failure(TurnAction):
    """Says that the message could not be taken, and remembers that it failed."""

    def __init__(self, key: str, kind: Kind, library: LibrarySource) -> None:
        super().__init__(f"action_{key}", library)
        self._key, self._kind = key, kind

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the text; the next failure in a row goes to staff."""
        reply = message_reply(self._library, self._key, self._kind, turn.language)
        return say(reply, *remember(failed_once=True), *leave_choice(turn))
