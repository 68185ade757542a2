"""Text that can be printed without steering the terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Marks that make a terminal show text in another order than it is stored.
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Returns the text with control characters written out as escapes; lines stay lines."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\n":
        return character
    hidden = unicodedata.category(character) in ("Cc", "Cs") or character in _REORDERING
    return character.encode("unicode_escape").decode("ascii") if hidden else character
