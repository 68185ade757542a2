"""Did you mean: up to three choices, and what the visitor picks."""

from __future__ import annotations

import dataclasses
from typing import Final

from actions.answer import answer_outcome
from actions.base import LibrarySource, TurnAction
from actions.choice_words import Pick, pick
from actions.escalate import ESCALATIONS
from actions.forms import MOST_ASKED, forget_choice, resume_contact
from actions.turn import Outcome, Turn, open_form, remember, say
from knowledge.reply import Button, clarify_reply, message_reply

NONE_OF_THESE: Final = Button("None of these", "None of these")
_NONE: Final = "none"
_MOST_CHOICES: Final = 3
#: What triage sends to staff is never a pick. It calls a lone word it does not know
#: unanswerable, though, and that may be one.
_NEVER_A_PICK: Final = frozenset(ESCALATIONS) - {"unanswerable"}


class ValidateChoice(TurnAction):
    """Reads the visitor's pick. No event means that it was none, and the form steps aside."""

    ends_turn = False

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("validate_choice_form", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the slots that the message fills."""
        if turn.requested_slot is None:
            offered = list(turn.faq_ids[:_MOST_CHOICES])
            return Outcome(events=(*forget_choice(), *remember(choices=offered, failed_once=True)))
        ids: list[str] = turn.slots.get("choices") or []
        picked = self._picked(turn, ids)
        if picked is None:
            return Outcome()
        if picked == "off_range":
            asked_again = turn.times("choices_asked") > 1
            return Outcome(events=() if asked_again else tuple(remember(choice=None)))
        choice = _NONE if picked == "none" else ids[picked]
        return Outcome(events=tuple(remember(choice=choice)))

    def _picked(self, turn: Turn, ids: list[str]) -> Pick:
        if turn.intent in _NEVER_A_PICK:
            return None
        if turn.intent == "affirm":
            return 0 if len(ids) == 1 else None
        if turn.intent in ("deny", "skip"):
            return "none"
        if turn.intent == "ask_faq" and not set(turn.faq_ids) <= set(ids):
            return None  # another question, and a clear one
        return pick(turn.text, [self._library.faqs[faq_id].question for faq_id in ids])


class AskChoice(TurnAction):
    """Shows the choices."""

    ends_turn = False

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_ask_choice", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the choices in the order that numbers refer to, or ends the form."""
        asked = turn.times("choices_asked")
        if asked >= MOST_ASKED:
            return Outcome(events=tuple(open_form(None)))
        reply = clarify_reply(self._library, turn.slots.get("choices") or ())
        shown = dataclasses.replace(reply, buttons=(*reply.buttons, NONE_OF_THESE))
        return say(shown, *remember(choices_asked=asked + 1))


class AnswerChoice(TurnAction):
    """Answers the picked question, or takes note that none was meant."""

    def __init__(self, library: LibrarySource) -> None:
        super().__init__("action_answer_choice", library)

    def outcome(self, turn: Turn) -> Outcome:
        """Returns the answer; a contact form that the choice interrupted goes on."""
        choice = turn.slots.get("choice")
        ended = [*forget_choice(), *resume_contact(turn)]
        if choice is None or choice == _NONE:
            reply = message_reply(self._library, "clarify_none", "clarify", turn.language)
            return say(reply, *ended)
        answered = answer_outcome(self._library, turn, (choice,))
        return Outcome(answered.replies, (*answered.events, *ended))
