"""Messages that the dialogue's own buttons send, and thumbs: understood without triage."""

from __future__ import annotations

from typing import Final

from actions.did_you_mean import NONE_OF_THESE
from actions.escalate import LEAVE_CONTACT, NO_THANKS
from knowledge.decision import Decision

_INTENTS: Final = {
    LEAVE_CONTACT.text.lower(): "give_contact",
    NO_THANKS.text.lower(): "deny",
    NONE_OF_THESE.text.lower(): "choose_option",
    "skip": "skip",
    "\N{THUMBS UP SIGN}": "feedback_positive",
    "thumbs up": "feedback_positive",
    "\N{THUMBS DOWN SIGN}": "feedback_negative",
    "thumbs down": "feedback_negative",
}
#: Skin tones and the request to draw a picture, which phones add to a thumb.
_MODIFIERS: Final = dict.fromkeys([*range(0x1F3FB, 0x1F400), 0xFE0F])


def shortcut(text: str) -> Decision | None:
    """Returns the decision for a text that is exactly a button's or a thumb, else None."""
    intent = _INTENTS.get(text.translate(_MODIFIERS).strip().lower())
    if intent is None:
        return None
    reason = "The message is the text of one of the chat's own buttons."
    return Decision(text, "smalltalk", confidence=1.0, reasons=(reason,), intent=intent)
