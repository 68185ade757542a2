"""Asking how staff may reach the visitor; every step can be skipped."""

from __future__ import annotations

import dataclasses
from typing import Final

from actions.base import LibrarySource, TurnAction
from actions.contact_answers import METHOD, SKIPPED, STEPS, TIME, VALUE, filled
from actions.contact_words import reach
from actions.forms import MOST_ASKED, forget_contact
from actions.turn import Outcome, Turn, open_form, remember, say
from knowledge.reply import Button, Escalation, Kind, message_reply

_SKIP: Final = Button("Skip", "Skip")
_BUTTONS: Final[dict[str, tuple[Button, ...]]] = {
    METHOD: (
        Button("Phone", "Phone"),
        Button("Text message", "Text message"),
        Button("E-mail", "E-mail"),
        _SKIP,
    ),
    VALUE: (_SKIP,),
    TIME: (
        Button("Morning", "Morning"),
        Button("Afternoon", "Afternoon"),
        Button("Any time", "Any time"),
        _SKIP,
    ),
}
_MESSAGES: Final = {
    METHOD: "contact_ask_method",
    VALUE: "contact_ask_value",
    TIME: "contact_ask_time",
}


class ValidateContact(TurnAction):
    """Reads the visitor's details. No event means that the form steps aside."""

    ends_turn = False

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("validate_contact_form", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the slots that the message fills."""
        if turn.requested_slot is None:
            return _opened(turn)
        slots = filled(turn)
        return Outcome(events=tuple(remember(**slots)) if slots else ())


class AskContact(TurnAction):
    """Asks for one of the details."""

    ends_turn = False

    def __init__(self, step: str, library: LibrarySource) -> None:
        super().__init__(f"action_ask_{step}", library)
        self._step = step

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the question, or ends the form.

        Whoever leaves details before anything went to staff is put in front of them.
        """
        asked = turn.times("contact_asked")
        if asked >= MOST_ASKED:
            return Outcome(events=tuple(open_form(None)))
        reply = message_reply(
            self._library,
            _MESSAGES[self._step],
            "contact_prompt",
            turn.language,
            buttons=_BUTTONS[self._step],
        )
        if turn.remembers("with_staff"):
            return say(reply, *remember(contact_asked=asked + 1))
        escalation = Escalation("human_request", "T3", "The visitor is leaving contact details.")
        escalated = dataclasses.replace(reply, escalation=escalation)
        return say(escalated, *remember(with_staff=True, contact_asked=asked + 1))


class SaveContact(TurnAction):
    """Hands over the details. They travel in the payload's `contact`, for the core to keep."""

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_save_contact", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the thanks with the details, and forgets them."""
        given = {name: _given(turn, name) for name in STEPS}
        reachable = given[VALUE] is not None or turn.channel == "sms"
        kind: Kind = "contact_saved" if any(given.values()) else "smalltalk"
        key = "contact_saved" if kind == "contact_saved" and reachable else "contact_skipped"
        reply = message_reply(self._library, key, kind, turn.language)
        if kind == "smalltalk":
            return say(reply, *forget_contact())
        contact = {"method": given[METHOD], "value": given[VALUE], "when": given[TIME]}
        return say(reply, *forget_contact(), contact=contact)


class DeclineContact(TurnAction):
    """Takes no for an answer."""

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_decline_contact", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns that staff see the conversation anyway."""
        reply = message_reply(self._library, "contact_skipped", "smalltalk", turn.language)
        return say(reply, *remember(contact_offered=False))


def _opened(turn: Turn) -> Outcome:
    """Returns the slots of a form that opens, or that goes on after "did you mean"."""
    events = []
    if not turn.remembers("contact_open"):
        events += [*forget_contact(), *remember(contact_open=True)]
    reached = reach(turn.text) if turn.intent == "give_contact" else None
    if reached is not None:
        certain, value = reached
        events += remember(contact_value=value)
        events += remember(contact_method=certain) if certain else []
    return Outcome(events=tuple(events))


def _given(turn: Turn, name: str) -> str | None:
    value = turn.slots.get(name)
    return None if value == SKIPPED else value
