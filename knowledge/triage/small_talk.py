"""Messages that are about the chat itself: a choice's number, contact details."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"first|second|third|last|one|two|three|1st|2nd|3rd|[1-9]"
_LEAD: Final = r"the |number |no |option |choice |pick |i choose |i pick |its |it is "
_NONE: Final = (
    r"none|neither|none of (?:these|those|them|the above)|no none|something else|none of it"
    r"|not (?:these|those|any of (?:these|them|those))|nope none"
)
_CHOICE: Final = re.compile(
    rf"^(?:(?:{_LEAD})?(?:the )?(?:{_NUMBER})(?: (?:one|option|choice))?|{_NONE})(?: please)?$"
)
#: Letters and digits that may be left beside a number or an address ("ok: 555 0100").
_FEW: Final = 6
_CONTACT: Final = re.compile(r"(?:[\w.+-]+@[\w-]+\.[\w.-]+|(?:\+?\d[\s().-]*){7,15})", re.ASCII)
_CONTACT_FILLER: Final = re.compile(
    r"\b(?:my|number|phone|cell|mobile|is|its|it|e|mail|email|at|use|here|text|call|me|on|address|the|sure|yes|please)\b"
)


def choice_intent(folded: str) -> str | None:
    """Returns ``choose_option`` when a message only picks a choice ("2", "the first", "none")."""
    return "choose_option" if _CHOICE.match(folded) else None


def contact_intent(text: str) -> str | None:
    """Returns ``give_contact`` when a message is little more than a phone number or an e-mail."""
    rest, found = _CONTACT.subn(" ", text.lower())
    if not found:
        return None
    left = _CONTACT_FILLER.sub(" ", rest)
    return "give_contact" if sum(c.isalnum() for c in left) <= _FEW else None
