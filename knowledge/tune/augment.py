"""Variations of a training row, drawn anew in every epoch.

Each keeps the label: a greeting or thanks around it, one slip of the finger, a harmless sentence
before or after a red line (which stays one), a question after a question (both are meant), the
message before joined as at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from knowledge.fit.dataset import Row
from knowledge.triage.labels import (
    FAQ_CLASS,
    OUT_OF_SCOPE_CLASS,
    RED,
    SMALL_TALK,
    UNANSWERABLE_CLASS,
)
from knowledge.triage.parts import joined

_OPENINGS: Final = (
    "hi, ", "hello, ", "hey there, ", "good morning. ", "hi there! ", "quick question: ",
    "question - ", "ok so ", "um ", "so ", "hello i am new here. ", "sorry to bother you but ",
    "just wondering, ", "excuse me, ", "hey ",
)  # fmt: skip
_CLOSINGS: Final = (
    " thanks", " thank you", " please", " please advise", " lol", " ?", " 🙏",
    " any help appreciated", " thanks in advance", " sorry for the long message",
)  # fmt: skip
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_TYPO: Final = 5
#: Chances of a variation. Chosen once, not searched.
_OPENING, _CLOSING, _TYPO, _SECOND_TYPO = 0.10, 0.10, 0.25, 0.05
_SURROUNDED, _SECOND_QUESTION, _FILLED, _IN_CONTEXT = 0.20, 0.05, 0.04, 0.06
#: The best of several acceptable FAQs gets this share of the target.
_BEST_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Sample:
    """What the network is shown: a text, its class, and the share of each FAQ in its answer."""

    text: str
    label: str
    faqs: Mapping[str, float]


class Augmenter:
    """Draws variations of rows, with companions from the other rows."""

    def __init__(self, rows: Sequence[Row], random: Random) -> None:
        single = [row for row in rows if not row.in_context]
        self._random = random
        self._harmless = [r for r in single if _is_harmless(r.label)]
        self._owned = [r for r in single if r.owner]
        self._fillers = [
            r for r in single if r.label.startswith(SMALL_TALK) or r.label == UNANSWERABLE_CLASS
        ]

    def draw(self, row: Row) -> Sample:
        """Returns the row, most often varied."""
        text, faqs = row.text, _shares(row)
        if not row.in_context and not row.label.startswith(SMALL_TALK):
            text, faqs = self._accompany(row, faqs)
        if self._chance(_OPENING) and not row.in_context:
            text = self._random.choice(_OPENINGS) + text
        if self._chance(_CLOSING):
            text += self._random.choice(_CLOSINGS)
        for chance in (_TYPO, _SECOND_TYPO):
            if self._chance(chance):
                text = misspelt(text, self._random)
        return Sample(text, row.label, faqs)

    def _accompany(self, row: Row, faqs: dict[str, float]) -> tuple[str, dict[str, float]]:
        text = row.text
        if row.label.startswith(RED) and self._harmless and self._chance(_SURROUNDED):
            both = [self._random.choice(self._harmless).text, text]
            self._random.shuffle(both)
            return self._random.choice((". ", " ", ", ", " - ")).join(both), faqs
        if row.owner and len(row.faq_ids) == 1 and self._chance(_SECOND_QUESTION):
            other = self._random.choice(self._owned)
            link = self._random.choice((". ", " ", " and ", "? also "))
            return text + link + other.text, _shares_of(row.faq_ids[0], other.faq_ids[0])
        if row.label in (FAQ_CLASS, UNANSWERABLE_CLASS) and self._chance(_FILLED):
            both = [self._random.choice(self._fillers).text, text]
            self._random.shuffle(both)
            return ". ".join(both), faqs
        if row.label != OUT_OF_SCOPE_CLASS and self._chance(_IN_CONTEXT):
            return joined(self._random.choice(self._harmless).text, text), faqs
        return text, faqs

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


def misspelt(text: str, random: Random) -> str:
    """Returns the text with one letter dropped, doubled up, replaced or swapped with the next."""
    places = [i for i, char in enumerate(text) if char.isalpha() and char.islower()]
    if len(places) < _SHORTEST_TYPO:
        return text
    i = random.choice(places)
    letter = random.choice(_LETTERS)
    edits = (
        text[:i] + text[i + 1 :],
        text[:i] + letter + text[i:],
        text[:i] + letter + text[i + 1 :],
        text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :],
    )
    return random.choice(edits)


def _is_harmless(label: str) -> bool:
    return label in (FAQ_CLASS, UNANSWERABLE_CLASS) or label.startswith(SMALL_TALK)


def _shares(row: Row) -> dict[str, float]:
    if not row.faq_ids:
        return {}
    if row.several or len(row.faq_ids) == 1:
        return _shares_of(*row.faq_ids)
    best, *others = row.faq_ids
    return {best: _BEST_SHARE} | dict.fromkeys(others, (1 - _BEST_SHARE) / len(others))


def _shares_of(*faq_ids: str) -> dict[str, float]:
    distinct = dict.fromkeys(faq_ids)
    return dict.fromkeys(distinct, 1 / len(distinct))
