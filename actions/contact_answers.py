"""What a message in the contact form means: an answer to what was asked, or something else."""

from __future__ import annotations

from typing import Any, Final

from actions.contact_words import (
    is_question,
    is_skip,
    is_stop,
    is_this_number,
    method,
    names_time,
    reach,
)
from actions.escalate import ESCALATIONS
from actions.small_talk import SMALL_TALK
from actions.turn import Turn

METHOD: Final = "contact_method"
VALUE: Final = "contact_value"
TIME: Final = "contact_time"
STEPS: Final = (METHOD, VALUE, TIME)
SKIPPED: Final = "skipped"
THIS_NUMBER: Final = "this number"

_LONGEST_VALUE: Final = 100
_LONGEST_TIME: Final = 200
_FEW_WORDS: Final = 3
#: "Call me after 5" is a request for a person and an answer; triage may call a lone word
#: unanswerable. Every other escalation is never an answer.
_NEVER_AN_ANSWER: Final = frozenset(ESCALATIONS) - {"human_request", "unanswerable"}
_ALWAYS_SOMETHING_ELSE: Final = frozenset(
    {*SMALL_TALK, "feedback_positive", "feedback_negative", "human_request"}
) - {"affirm", "deny", "skip"}
_QUESTIONS: Final = frozenset({"ask_faq", "ambiguous"})


def filled(turn: Turn) -> dict[str, Any] | None:
    """Returns the slots that the message fills; a slot set to None is asked again.

    Returns None when the message is no answer, so that the form steps aside for it.
    """
    step = turn.requested_slot
    if step not in STEPS or turn.intent in _NEVER_AN_ANSWER:
        return None
    if is_stop(turn.text) or turn.intent == "deny":
        return {name: turn.slots.get(name) or SKIPPED for name in STEPS}
    if is_skip(turn.text) or turn.intent == "skip":
        return _step(step, SKIPPED)
    answer = _answer(step, turn)
    if answer is not None:
        return answer
    return None if _is_something_else(turn) else _unclear(step, turn)


def _answer(step: str, turn: Turn) -> dict[str, Any] | None:
    if turn.intent in _QUESTIONS and is_question(turn.text):
        return None
    reached = reach(turn.text)
    if reached is not None:
        certain, value = reached
        slots: dict[str, Any] = {VALUE: value, "contact_asked": None}
        return slots if certain is None else {**slots, METHOD: certain}
    if step == TIME and names_time(turn.text):
        return _step(step, turn.text.strip()[:_LONGEST_TIME])
    if step == VALUE and turn.channel == "sms" and is_this_number(turn.text):
        return _step(step, THIS_NUMBER)
    return _named_method(step, turn.text)


def _named_method(step: str, text: str) -> dict[str, Any] | None:
    named = method(text)
    if named is not None and step == METHOD:
        return _step(step, named)
    if named is not None and len(text.split()) <= _FEW_WORDS:
        return {METHOD: named}  # another way after all; what was asked stays open
    return None


def _is_something_else(turn: Turn) -> bool:
    if turn.intent in _ALWAYS_SOMETHING_ELSE or turn.intent in _QUESTIONS:
        return True
    # `give_contact` has a rule that opens this very form, so it is asked again instead.
    return turn.intent not in ("give_contact", "affirm") and is_question(turn.text)


def _unclear(step: str, turn: Turn) -> dict[str, Any]:
    """Asks once more, then takes a number or a time as it was typed."""
    if step == TIME and turn.intent not in ("affirm", "give_contact"):
        return _step(step, turn.text.strip()[:_LONGEST_TIME])
    if turn.times("contact_asked") <= 1:
        return {step: None}
    return _step(step, turn.text.strip()[:_LONGEST_VALUE] if step == VALUE else SKIPPED)


def _step(step: str, value: str | None) -> dict[str, Any]:
    return {step: value, "contact_asked": None}
