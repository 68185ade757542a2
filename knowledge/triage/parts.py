"""The parts of a message that are judged one by one.

A message may hold several questions; a thought may run over two messages; a long message may be
longer than what the encoder reads. So besides the whole message its sentences and clauses, the
previous message joined to this one, and overlapping windows of a long message are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.text import Normaliser, split_sentences
from knowledge.text.sentences import split_clauses
from knowledge.triage.denial import without_denial

PartKind = Literal["whole", "sentence", "window", "context", "previous"]

#: Between two messages. The encoder's own mark; nobody can type it, since messages are lower case
#: by the time that they get here.
SEPARATOR: Final = " [SEP] "
# The encoder was taught with up to 96 tokens and reads 128: some 80 words. A longer message is also
# read in windows that overlap by a third, so that nothing in it stays unread.
_WINDOWED_FROM: Final = 80
_WINDOW: Final = 60
_STRIDE: Final = 40
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
    whole = without_denial(normaliser.expand(text))
    texts: dict[str, PartKind] = {whole: "whole"}
    if previous and len(whole.split()) <= _CONTEXT_WORDS:
        before = normaliser.expand(previous[-1])
        texts.setdefault(joined(before, whole), "context")
        texts.setdefault(before, "previous")
    for window in _windows(whole):
        texts.setdefault(window, "window")
    for sentence in split_sentences(whole):
        for clause in (sentence, *split_clauses(sentence)):
            if len(clause) >= _SHORTEST:
                texts.setdefault(clause, "sentence")
    kept = list(texts.items())[:_MAX_PARTS]
    return tuple(
        Part(kind, part, normaliser.fold_expanded(part.replace(SEPARATOR, " ")))
        for part, kind in kept
    )


def joined(before: str, whole: str) -> str:
    """Returns a message with the one before it, as the encoder was taught to read them.

    Args:
        before: the message before, expanded; only its end is kept.
        whole: the message, expanded.
    """
    return f"{before[-_CONTEXT_CHARACTERS:]}{SEPARATOR}{whole}"


def _windows(whole: str) -> list[str]:
    words = whole.split()
    if len(words) <= _WINDOWED_FROM:
        return []
    starts = range(0, len(words) - _WINDOW + _STRIDE, _STRIDE)
    return [" ".join(words[start : start + _WINDOW]) for start in starts]
