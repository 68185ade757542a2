"""Entering and leaving forms: which one is open, and what is forgotten with it."""

from __future__ import annotations

from typing import Final

from rasa_sdk.events import EventType

from actions.turn import Turn, open_form, remember

CHOICE_FORM: Final = "choice_form"
CONTACT_FORM: Final = "contact_form"
#: A question that is ignored this often is not asked again.
MOST_ASKED: Final = 3

_NO_CHOICE: Final = {"choices": None, "choice": None, "choices_asked": None}
_NO_CONTACT: Final = {
    "contact_open": None,
    "contact_method": None,
    "contact_value": None,
    "contact_time": None,
    "contact_asked": None,
    "contact_offered": False,
}


def forget_choice() -> list[EventType]:
    """Returns the events that forget what was on offer."""
    return remember(**_NO_CHOICE)


def forget_contact() -> list[EventType]:
    """Returns the events that forget the contact form's values."""
    return remember(**_NO_CONTACT)


def leave_choice(turn: Turn) -> list[EventType]:
    """Returns the events that end "did you mean"; a contact form it interrupted goes on."""
    if turn.active_loop != CHOICE_FORM:
        return []
    return [*forget_choice(), *resume_contact(turn)]


def resume_contact(turn: Turn) -> list[EventType]:
    """Returns the events that open the contact form again, or no form if it was not open."""
    return open_form(CONTACT_FORM if turn.remembers("contact_open") else None)


def leave_forms(turn: Turn) -> list[EventType]:
    """Returns the events that end every form, whatever it was asking."""
    if not turn.in_form:
        return []
    return [*open_form(None), *forget_choice(), *forget_contact()]
