"""Telling that a number is answered by a machine too, before the two answer each other for ever.

An out-of-office text or another bot answers only what it gets. So it is enough to stop answering:
what comes in is triaged as ever, and goes to staff. Nothing is remembered but the texts themselves,
so a person is answered again as soon as they text less.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.texting.model import Heard

#: The span in which the same text is counted, and the longest span that is looked back to.
REPEAT_SPAN: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)
#: People say "yes", "hello?" or "price please" again and again; machines send whole sentences.
_FEWEST_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class LoopLimits:
    """How much one number may text before it is no longer answered; 0 for no such limit.

    Attributes:
        burst: texts within `burst_span`.
        repeats: times that the same text of four words or more is answered within an hour.
        daily: texts within 24 hours.
    """

    burst: int = 20
    burst_span: dt.timedelta = dt.timedelta(minutes=10)
    repeats: int = 3
    daily: int = 100

    @property
    def most(self) -> int:
        """How many texts have to be looked at."""
        return max(self.burst, self.daily, 2 * self.repeats) + 1


def why_automatic(heard: Sequence[Heard], limits: LoopLimits) -> str:
    """Returns why a number should not be answered, in words for staff; empty when it should.

    Args:
        heard: what it has texted within a day, the text at hand first.
        limits: how much is too much.
    """
    if not heard:
        return ""
    now = heard[0].at
    bursting = sum(now - text.at <= limits.burst_span for text in heard)
    if limits.burst and bursting > limits.burst:
        minutes = int(limits.burst_span.total_seconds() // 60)
        return f"Texts like a machine: over {limits.burst} texts in {minutes} minutes; not answered"
    if limits.daily and len(heard) > limits.daily:
        return f"Texts like a machine: over {limits.daily} texts in a day; not answered"
    if limits.repeats and _times(heard) > limits.repeats:
        return f"Texted the same more than {limits.repeats} times in an hour; not answered"
    return ""


def _times(heard: Sequence[Heard]) -> int:
    said = _words(heard[0].text)
    if len(said) < _FEWEST_WORDS:
        return 0
    return sum(heard[0].at - text.at <= REPEAT_SPAN and _words(text.text) == said for text in heard)


def _words(text: str) -> list[str]:
    """Returns the words without figures, which tell times and ticket numbers apart."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c if c.isalpha() else " " for c in plain).split()
