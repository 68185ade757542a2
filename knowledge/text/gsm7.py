"""How long a text message is: GSM-7 septets or UCS-2 units, and segments.

Source: 3GPP TS 23.038, section 6.2.1 (the default alphabet and its extension table), and
TS 23.040, section 9.2.3.24.1 (a concatenated message loses seven septets, or three UCS-2
units, of every segment to its header).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

#: The default alphabet without its escape; each character takes one septet.
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Characters sent as an escape and a second septet.
EXTENSION: Final = frozenset("^{}\\[~]|€\f")
#: Units that one message holds, and each segment of a longer one.
GSM7_SINGLE, GSM7_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67
LAST_OF_ONE_UNIT: Final = "\uffff"


@dataclass(frozen=True, slots=True)
class SmsSize:
    """The size of a text message. `units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def outside_gsm7(text: str) -> tuple[str, ...]:
    """Returns the characters that GSM-7 lacks, once each, in order of appearance."""
    return tuple(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENSION))


def measure(text: str) -> SmsSize:
    """Returns the size of a text message, in the smaller encoding that can carry it."""
    if not outside_gsm7(text):
        widths = [2 if c in EXTENSION else 1 for c in text]
        return SmsSize("GSM-7", sum(widths), _segments(widths, GSM7_SINGLE, GSM7_PART))
    widths = [2 if c > LAST_OF_ONE_UNIT else 1 for c in text]
    return SmsSize("UCS-2", sum(widths), _segments(widths, UCS2_SINGLE, UCS2_PART))


def _segments(widths: Iterable[int], single: int, part: int) -> int:
    """Counts segments; a character of two units is never split between two of them."""
    segments, used, total = 1, 0, 0
    for width in widths:
        total += width
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return 1 if total <= single else segments
