"""The two encodings of an SMS, after 3GPP TS 23.038 (alphabets) and TS 23.040 (lengths)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: The GSM 7-bit default alphabet without its escape; each takes one septet.
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: The extension table; each takes two septets, the escape and the character.
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_LAST_OF_PLANE_0: Final = 0xFFFF


class Encoding(StrEnum):
    """How a text travels; one character outside GSM-7 turns the whole text into UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def single(self) -> int:
        """Units that one SMS holds: 140 octets."""
        return 160 if self is Encoding.GSM_7 else 70

    @property
    def part(self) -> int:
        """Units that each SMS of a longer text holds: six octets are the concatenation header."""
        return 153 if self is Encoding.GSM_7 else 67


def encoding_of(text: str) -> Encoding:
    """Returns the smaller encoding that can carry the text."""
    fits = all(character in BASIC or character in EXTENSION for character in text)
    return Encoding.GSM_7 if fits else Encoding.UCS_2


def units(text: str, encoding: Encoding) -> int:
    """Returns the length in septets (GSM-7) or UTF-16 code units (UCS-2).

    Args:
        text: what is to be sent; for GSM-7 it holds only that alphabet's characters.
        encoding: how it is sent.
    """
    if encoding is Encoding.GSM_7:
        return len(text) + sum(character in EXTENSION for character in text)
    return len(text) + sum(ord(character) > _LAST_OF_PLANE_0 for character in text)
