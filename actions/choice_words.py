"""Which of several questions a short answer picks: a number, an ordinal or a telling word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

#: An index into the questions, none of them, a number that is not on offer, or no pick at all.
Pick = int | Literal["none", "off_range"] | None

_ORDINALS: Final = (
    ("1", "one", "first", "1st", "a"),
    ("2", "two", "second", "2nd", "b"),
    ("3", "three", "third", "3rd", "c"),
)
_LAST: Final = "last"
#: Words around a pick that say nothing about which one.
_FILLERS: Final = frozenset(
    "the one ones option choice number no nr question please pls i mean meant want would like to"
    " ask know about it is its it's that this was my for of tell me yes ok okay".split()
)
_NONE: Final = re.compile(
    r"(no(ne|pe|t? ?(any|one))?|neither|nothing|skip|cancel|no thanks?( you)?|something else"
    r"|(none|neither|not any) of (these|those|them|the above)|not (these|those|that|this))"
)
_WORD: Final = re.compile(r"[a-z0-9']+")
_DIGITS: Final = re.compile(r"(?:option|number|no|nr|choice|#)?[\s.#(]*(\d{1,3})[\s.)!]*")
_LONGEST_PICK: Final = 8
_SHORTEST_STEM: Final = 4
_STRANGE_WORDS: Final = 1


def pick(text: str, questions: Sequence[str]) -> Pick:
    """Returns what the text picks.

    Args:
        text: the visitor's message.
        questions: what was offered, in the order shown.
    """
    words = _words(text)
    plain = " ".join(words)
    for index, question in enumerate(questions):
        if plain and plain == " ".join(_words(question)):
            return index
    if _NONE.fullmatch(plain):
        return "none"
    digits = _DIGITS.fullmatch(text.strip().lower())
    if digits:
        number = int(digits.group(1))
        return number - 1 if 1 <= number <= len(questions) else "off_range"
    if not words or len(words) > _LONGEST_PICK:
        return None
    by_order = _by_order(words, len(questions))
    return by_order if by_order is not None else _by_word(words, questions)


def _by_order(words: Sequence[str], count: int) -> Pick:
    # "one" alone is a number; "the second one" is not the first.
    telling = [w for w in words if w not in _FILLERS] or [w for w in words if w == "one"]
    if len(telling) != 1:
        return None
    if telling[0] == _LAST:
        return count - 1
    for index, names in enumerate(_ORDINALS):
        if telling[0] in names:
            return index if index < count else "off_range"
    return None


def _by_word(words: Sequence[str], questions: Sequence[str]) -> Pick:
    """Returns the one question that a word of the text is in, unless the text says more."""
    picked: set[int] = set()
    strange = 0
    for word in words:
        if word in _FILLERS:
            continue
        found = {i for i, question in enumerate(questions) if _is_in(word, question)}
        if not found:
            strange += 1
        elif len(found) == 1:
            picked |= found
    if len(picked) != 1 or strange > _STRANGE_WORDS:
        return None
    return picked.pop()


def _is_in(word: str, question: str) -> bool:
    if len(word) < _SHORTEST_STEM:
        return word in _words(question)
    return any(
        other.startswith(word) or (len(other) >= _SHORTEST_STEM and word.startswith(other))
        for other in _words(question)
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
