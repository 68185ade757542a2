"""Handing a message to staff, and offering to be reached."""

from __future__ import annotations

import dataclasses
from typing import Final

from rasa_sdk.events import EventType

from actions.base import LibrarySource, TurnAction
from actions.errors import TurnError
from actions.forms import leave_choice, leave_forms
from actions.turn import Outcome, Turn, remember, say
from knowledge.reply import Button, Reply, escalation_reply

#: The dialogue's intents that go to staff; each has an action of its name.
ESCALATIONS: Final = (
    "crisis",
    "emergency",
    "clinical_question",
    "staff_matter",
    "human_request",
    "other_language",
    "unanswerable",
)
#: These end any form; the others let a contact form go on.
_END_FORMS: Final = ("crisis", "emergency", "human_request")
_DISTRESS_KINDS: Final = ("crisis", "emergency")
_OFFERED_TIERS: Final = ("T2", "T3")

LEAVE_CONTACT: Final = Button("Leave contact details", "Leave contact details")
NO_THANKS: Final = Button("No thanks", "No thanks")


class Escalate(TurnAction):
    """Gives the approved reply to a message that is never answered, and tells staff."""

    def __init__(self, intent: str, library: LibrarySource) -> None:
        super().__init__(f"action_{intent}", library)
        self._ends_forms = intent in _END_FORMS

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the reply with its escalation.

        Raises:
            TurnError: when triage gave no category or tier.
        """
        if turn.category is None or turn.tier is None:
            raise TurnError(f"triage.category, triage.tier: missing with intent {turn.intent}")
        reply = escalation_reply(
            self._library, turn.category, turn.tier, turn.reason, turn.language
        )
        ended = leave_forms(turn) if self._ends_forms else leave_choice(turn)
        return with_offer(turn, reply, *ended, form_ended=self._ends_forms)


class HandOver(TurnAction):
    """Two failures in a row: staff take over."""

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_hand_over", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the reply to what has no approved answer."""
        reason = "Two messages in a row could not be answered."
        reply = escalation_reply(self._library, "unanswerable", "T3", reason, turn.language)
        return with_offer(turn, reply, *leave_choice(turn))


def with_offer(turn: Turn, reply: Reply, *events: EventType, form_ended: bool = False) -> Outcome:
    """Returns an escalation's outcome, with the offer to be reached where it fits.

    It fits on the web (a text message's number is known), when nobody is in distress, and when
    the visitor is not leaving contact details already.
    """
    in_distress = reply.kind in _DISTRESS_KINDS or turn.remembers("crisis_seen")
    in_form = turn.remembers("contact_open") and not form_ended
    urgent = reply.escalation is not None and reply.escalation.tier not in _OFFERED_TIERS
    asked = reply.escalation is not None and reply.escalation.category == "human_request"
    offered = turn.channel == "web" and not in_distress and not in_form and (asked or not urgent)
    if offered:
        reply = dataclasses.replace(reply, buttons=(*reply.buttons, LEAVE_CONTACT, NO_THANKS))
    remembered = remember(failed_once=False, with_staff=True, contact_offered=offered)
    if in_distress:
        remembered += remember(crisis_seen=True)
    # Last, so that nothing an ended form forgets overwrites what is remembered of the offer.
    return say(reply, *events, *remembered)
