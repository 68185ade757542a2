"""Splitting a message into the questions and statements it holds."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(r"(?<=[.!?;])\s+|\n+|(?<=[?!])(?=[A-Za-z])")
_JOINED: Final = re.compile(
    r"\s*(?:,|\band\b|\balso\b|\bplus\b|&|\bbut\b)\s*(?:\band\b\s*|\balso\b\s*)?"
    r"(?=(?:how|what|when|where|who|why|which|can|could|do|does|is|are|will|would|should|i|my|he|she)\b)",
    re.IGNORECASE,
)
_MAX_PARTS: Final = 30


def split_sentences(text: str) -> tuple[str, ...]:
    """Returns the sentences of a message, at most 30; the last one then holds the rest."""
    parts = [part.strip() for part in _END.split(text.strip()) if part and part.strip()]
    if len(parts) > _MAX_PARTS:
        parts = [*parts[: _MAX_PARTS - 1], " ".join(parts[_MAX_PARTS - 1 :])]
    return tuple(parts) or (text.strip(),)


def split_clauses(sentence: str) -> tuple[str, ...]:
    """Returns the clauses of a sentence that joins several questions with "and", "also" or ","."""
    parts = [part.strip(" ,") for part in _JOINED.split(sentence)]
    kept = tuple(part for part in parts if part)
    return kept or (sentence,)
