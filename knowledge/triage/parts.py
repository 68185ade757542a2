"""The parts of a message that are judged one by one.

A red line hides in a long message; a message may hold several questions; a thought may run over
two messages. So besides the whole message its sentences, clauses, overlapping windows of long
sentences, and the end of the previous message joined to this one are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.text import Normaliser, split_sentences
from knowledge.text.sentences import split_clauses

PartKind = Literal["whole", "sentence", "window", "context"]

_WINDOW: Final = 14
_STRIDE: Final = 7
_MAX_PARTS: Final = 24
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `expanded` is what the encoder sees, `folded` what the lexicon sees."""

    kind: PartKind
    expanded: str
    folded: str


def message_parts(text: str, previous: Sequence[str], normaliser: Normaliser) -> tuple[Part, ...]:
    """Returns the parts of a message, the whole first, each wording once, at most 24."""
    texts: dict[str, PartKind] = {normaliser.expand(text): "whole"}
    whole = next(iter(texts))
    if previous:
        context = f"{normaliser.expand(previous[-1])[-300:]} {whole}"
        texts.setdefault(context, "context")
    # Sentences are cut from the cleaned text: lower-casing and expansion keep punctuation.
    for sentence in split_sentences(whole):
        for clause in (sentence, *split_clauses(sentence)):
            if len(clause) >= _SHORTEST:
                texts.setdefault(clause, "sentence")
        for window in _windows(sentence):
            texts.setdefault(window, "window")
    kept = list(texts.items())[:_MAX_PARTS]
    return tuple(Part(kind, part, normaliser.fold_expanded(part)) for part, kind in kept)


def _windows(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _WINDOW + 4:
        return []
    starts = range(0, len(words) - _STRIDE, _STRIDE)
    return [" ".join(words[start : start + _WINDOW]) for start in starts]
