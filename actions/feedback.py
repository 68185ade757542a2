"""Feedback on the last answer."""

from __future__ import annotations

import dataclasses
from typing import Final, Literal

from actions.base import LibrarySource, TurnAction
from actions.turn import Outcome, Turn, say
from knowledge.reply import message_reply

Rating = Literal["positive", "negative"]
RATINGS: Final[tuple[Rating, ...]] = ("positive", "negative")
_KEYS: Final[dict[Rating, str]] = {
    "positive": "feedback_thanks",
    "negative": "feedback_sorry",
}


class Feedback(TurnAction):
    """Thanks for feedback; the payload's `rating` and `faq_ids` say on what and how."""

    def __init__(self, rating: Rating, library: LibrarySource) -> None:
        super().__init__(f"action_feedback_{rating}", library)
        self._rating: Rating = rating

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the thanks, referring to the last answer if there was one."""
        reply = message_reply(self._library, _KEYS[self._rating], "feedback", turn.language)
        last = tuple(turn.slots.get("last_faq_ids") or ())
        return say(dataclasses.replace(reply, faq_ids=last), rating=self._rating)
