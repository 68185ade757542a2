"""The start of a session, and the answer to a turn that no rule covers."""

from __future__ import annotations

from typing import Any, Final

from rasa_sdk import Tracker
from rasa_sdk.events import (
    ActionExecuted,
    EventType,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)
from rasa_sdk.executor import CollectingDispatcher

from actions.base import SESSION_START, LibrarySource, TurnAction
from actions.turn import Outcome, Turn, remember, say
from knowledge.reply import escalation_reply, message_reply

#: What a visitor who comes back after hours is still known by; an unfinished form is dropped.
_LASTING: Final = ("notice_given", "with_staff", "crisis_seen", "last_faq_ids")
#: Rasa sets these itself.
_RASAS_OWN: Final = ("requested_slot", "session_started_metadata")
_LISTEN: Final = "action_listen"


class SessionStart(TurnAction):
    """Starts a session: at the first message, after hours of silence, or within a long chat.

    The first-contact notice is given once in a conversation.
    """

    ends_turn = False

    def __init__(self, library: LibrarySource) -> None:
        super().__init__(SESSION_START, library)

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Starts the session. Except within a chat, Rasa does not yet know the message."""
        within_chat = tracker.latest_action_name not in (None, _LISTEN)
        events: list[EventType] = [SessionStarted()]
        events += [
            SlotSet(name, value)
            for name, value in tracker.slots.items()
            if value is not None and (name in _LASTING or (within_chat and name not in _RASAS_OWN))
        ]
        if not tracker.slots.get("notice_given"):
            notice = message_reply(self._library, "notice", "notice")
            dispatcher.utter_message(json_message=notice.to_dict())
            events += remember(notice_given=True)
        return [*events, ActionExecuted(_LISTEN)]

    def outcome(self, turn: Turn) -> Outcome:
        """Returns nothing: a session's start has no turn."""
        return Outcome()


class Fallback(TurnAction):
    """Hands a message to staff when no rule says what follows it, or when its action failed."""

    ends_turn = False

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_default_fallback", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the escalation and takes the message back: a form goes on as if unasked."""
        category, tier = turn.category or "failure", turn.tier or "T3"
        reason = f"The dialogue could not go on. {turn.reason}".strip()
        reply = escalation_reply(self._library, category, tier, reason, turn.language)
        # Taken back first: Rasa also forgets what was remembered since the message.
        return say(reply, UserUtteranceReverted(), *remember(with_staff=True, failed_once=False))
