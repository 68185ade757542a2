"""The two encodings of an SMS, after 3GPP TS 23.038 (alphabets) and TS 23.040 (lengths)."""

from __future__ import annotations

from enum import StrEnum

from knowledge.text.gsm7 import (
    BASIC,
    EXTENSION,
    GSM7_PART,
    GSM7_SINGLE,
    LAST_OF_ONE_UNIT,
    UCS2_PART,
    UCS2_SINGLE,
    outside_gsm7,
)

__all__ = ["BASIC", "EXTENSION", "Encoding", "encoding_of", "units"]


class Encoding(StrEnum):
    """How a text travels; one character outside GSM-7 turns the whole text into UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"

    @property
    def single(self) -> int:
        """Units that one SMS holds: 140 octets."""
        return GSM7_SINGLE if self is Encoding.GSM_7 else UCS2_SINGLE

    @property
    def part(self) -> int:
        """Units that each SMS of a longer text holds: six octets are the concatenation header."""
        return GSM7_PART if self is Encoding.GSM_7 else UCS2_PART


def encoding_of(text: str) -> Encoding:
    """Returns the smaller encoding that can carry the text."""
    return Encoding.UCS_2 if outside_gsm7(text) else Encoding.GSM_7


def units(text: str, encoding: Encoding) -> int:
    """Returns the length in septets (GSM-7) or UTF-16 code units (UCS-2).

    Args:
        text: what is to be sent; for GSM-7 it holds only that alphabet's characters.
        encoding: how it is sent.
    """
    if encoding is Encoding.GSM_7:
        return len(text) + sum(character in EXTENSION for character in text)
    return len(text) + sum(character > LAST_OF_ONE_UNIT for character in text)
