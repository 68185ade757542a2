"""Variations of a training row, drawn anew in every epoch.

A greeting or thanks around it, slips of the finger, harmless sentences before and after it, the
message before joined as at run time. A red line stays one whatever stands around it; of several
questions all are meant. Harmless messages get company as well: were only red lines surrounded, the
encoder would learn that long messages are dangerous (docs/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
_SURROUNDED_RED, _SURROUNDED, _IN_CONTEXT = 0.25, 0.15, 0.06
_LINKS: Final = (". ", " ", ", ", " - ", "? ", " and ", "? also ", "! ")
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
        """Takes the rows that others are surrounded with from these.

        Args:
            rows: all training rows.
            random: where the variations are drawn from.
        """
        self._random = random
        self._harmless = [r for r in rows if _is_harmless(r.label) and not r.in_context]

    def draw(self, row: Row) -> Sample:
        """Returns the row, most often varied."""
        sample = Sample(row.text, row.label, _shares(row))
        if not row.in_context and not row.label.startswith(SMALL_TALK) and self._harmless:
            sample = self._accompanied(row, sample)
        text = sample.text
        if self._chance(_OPENING) and not row.in_context:
            text = self._random.choice(_OPENINGS) + text
        if self._chance(_CLOSING):
            text += self._random.choice(_CLOSINGS)
        for chance in (_TYPO, _SECOND_TYPO):
            if self._chance(chance):
                text = misspelt(text, self._random)
        return replace(sample, text=text)

    def _accompanied(self, row: Row, sample: Sample) -> Sample:
        if row.label.startswith(RED) and self._chance(_SURROUNDED_RED):
            return replace(sample, text=self._among(row, self._companions()))
        if row.label in (FAQ_CLASS, UNANSWERABLE_CLASS) and self._chance(_SURROUNDED):
            companions = self._companions()
            asked = [r.faq_ids[:1] for r in companions]
            own = row.faq_ids if row.several else row.faq_ids[:1]
            shares = _shares_of(*own, *(faq_id for ids in asked for faq_id in ids))
            label = FAQ_CLASS if shares else row.label
            return Sample(self._among(row, companions), label, shares)
        if row.label != OUT_OF_SCOPE_CLASS and self._chance(_IN_CONTEXT):
            before = self._random.choice(self._harmless).text
            return replace(sample, text=joined(before, row.text))
        return sample

    def _companions(self) -> list[Row]:
        return [self._random.choice(self._harmless) for _ in range(self._random.choice((1, 1, 2)))]

    def _among(self, row: Row, companions: Sequence[Row]) -> str:
        texts = [companion.text for companion in companions]
        texts.insert(self._random.randint(0, len(texts)), row.text)
        message = texts[0]
        for text in texts[1:]:
            message += self._random.choice(_LINKS) + text
        return message

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
    return {faq_id: 1 / len(distinct) for faq_id in distinct}
