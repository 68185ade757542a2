"""Baselines that look for words only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from knowledge.evaluate.baselines.base import Guess
from knowledge.lexicon import Lexicon

#: What a crisis filter of a chat product usually looks for.
_WORDS: Final = (
    r"suicid\w*", r"kill (?:my|him|her|them)sel\w+", r"kill me", r"end my life", r"want to die",
    r"wanna die", r"better off dead", r"self[- ]?harm\w*", r"hurt (?:my|him|her|them)sel\w+",
    r"cut(?:ting)? myself", r"overdos\w+", r"take my (?:own )?life", r"no reason to live",
    r"kms", r"kill (?:him|her|them|you|people|someone|everyone)", r"emergency", r"911",
    r"chest pain", r"heart attack", r"stroke", r"can'?t breathe", r"not breathing", r"seizure",
    r"unconscious", r"passed out", r"bleeding", r"abus\w+", r"rape\w*", r"suicidio",
    r"quiero morir", r"matarme",
)  # fmt: skip
_CRISIS: Final = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


class KeywordFilter:
    """A plain list of crisis words."""

    name = "keyword-only crisis filter"
    note = f"{len(_WORDS)} crisis words and phrases; every hit counts as T0/T1"

    def fit(self) -> None:
        """Learns nothing: the words are written down."""

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for every message."""
        return [Guess(tier="T1" if _CRISIS.search(text) else None) for text in texts]


class LexiconOnly:
    """The project's own red-line lexicon, without the rest of triage."""

    name = "the project's lexicon alone"
    note = "normalisation and patterns, no model: what still runs when everything else is down"

    def __init__(self) -> None:
        self._lexicon = Lexicon.load()

    def fit(self) -> None:
        """Learns nothing: the patterns are written down."""

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for every message."""
        hits = [self._lexicon.scan(text) for text in texts]
        return [Guess(tier=hit.tier if hit else None) for hit in hits]
