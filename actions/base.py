"""What every action has in common: a turn goes in, an outcome comes out, failures are refused."""

from __future__ import annotations

import logging
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.turn import Outcome, Turn
from knowledge.library import Library

logger = logging.getLogger(__name__)

#: Returns the library that is served at this moment.
LibrarySource = Callable[[], Library]
SESSION_START: Final = "action_session_start"
#: Rasa reads and replays a whole session for every message, so a session is kept this short.
#: The next one remembers the same: see `actions.session`.
TURNS_IN_A_SESSION: Final = 10


class TurnAction(Action, ABC):  # type: ignore[misc]
    """An action of the dialogue, made once and shared by every conversation."""

    #: Whether a turn ends with this action, unless a form is open.
    ends_turn = True

    def __init__(self, name: str, library: LibrarySource) -> None:
        self._name = name
        self._source = library

    @property
    def _library(self) -> Library:
        """What the clinic says now. An id names the same question in every version."""
        return self._source()

    def name(self) -> str:
        """Returns the name that the domain knows this action by."""
        return self._name

    @abstractmethod
    def outcome(self, turn: Turn) -> Outcome:
        """Returns what to say and to remember. Pure: the same turn gives the same outcome."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answers one call of Rasa's.

        Raises:
            ActionExecutionRejection: when there is no outcome. Rasa then runs the fallback,
                which hands the message to staff. Should that fail too, Rasa says nothing, the
                channel reports it, and the core sends the holding reply.
        """
        try:
            turn = Turn.from_tracker(tracker)
            outcome = self.outcome(turn)
        # Safety boundary: any other status than the rejection's would make Rasa log the whole
        # conversation and go on as if the action had spoken.
        except Exception as error:
            # Only where and what, never the error's own words: they may quote the visitor.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s failed with %s at\n%s", self._name, type(error).__name__, where)
            raise ActionExecutionRejection(self._name, type(error).__name__) from error
        for reply in outcome.replies:
            dispatcher.utter_message(json_message=reply)
        if not self.ends_turn:
            return list(outcome.events)
        events = _changes(outcome.events, tracker.slots)
        if not turn.in_form and _is_long(tracker):
            events.append(FollowupAction(SESSION_START))
        return events


def _changes(events: Sequence[EventType], slots: Mapping[str, Any]) -> list[EventType]:
    """Returns the events without slots set to what they are: Rasa stores every event."""
    known = dict(slots)
    changes = []
    for event in events:
        if event["event"] == "slot":
            if known.get(event["name"]) == event["value"]:
                continue
            known[event["name"]] = event["value"]
        changes.append(event)
    return changes


def _is_long(tracker: Tracker) -> bool:
    turns = [event for event in tracker.events if event["event"] == "user"]
    return len(turns) >= TURNS_IN_A_SESSION
