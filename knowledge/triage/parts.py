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

PartKind = Literal["whole", "sentence", "window", "context", "previous"]

_WINDOW: Final = 14
_STRIDE: Final = 7
_WINDOWED_FROM: Final = 18
# A thought that runs over two messages ends in a short one; a long one stands by itself.
_CONTEXT_WORDS: Final = 12
_CONTEXT_CHARACTERS: Final = 300
_MAX_PARTS: Final = 80
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `expanded` is what the encoder sees, `folded` what the lexicon sees."""

    kind: PartKind
    expanded: str
    folded: str


def message_parts(text: str, previous: Sequence[str], normaliser: Normaliser) -> tuple[Part, ...]:
    """Returns the parts of a message, the whole first, each wording once.

    Args:
        text: the message.
        previous: the visitor's last messages, newest last; with a short message the newest one is
            added, alone and joined to this one.
        normaliser: undoes spelling.
    """
    whole = normaliser.expand(text)
    texts: dict[str, PartKind] = {whole: "whole"}
    if previous and len(whole.split()) <= _CONTEXT_WORDS:
        before = normaliser.expand(previous[-1])[-_CONTEXT_CHARACTERS:]
        texts.setdefault(f"{before} {whole}", "context")
        texts.setdefault(before, "previous")
    sentences = split_sentences(whole)
    for sentence in sentences:
        for clause in (sentence, *split_clauses(sentence)):
            if len(clause) >= _SHORTEST:
                texts.setdefault(clause, "sentence")
    for sentence in sentences:
        for window in _windows(sentence):
            texts.setdefault(window, "window")
    kept = list(texts.items())[:_MAX_PARTS]
    return tuple(Part(kind, part, normaliser.fold_expanded(part)) for part, kind in kept)


def _windows(sentence: str) -> list[str]:
    words = sentence.split()
    if len(words) <= _WINDOWED_FROM:
        return []
    starts = range(0, len(words) - _STRIDE, _STRIDE)
    return [" ".join(words[start : start + _WINDOW]) for start in starts]
