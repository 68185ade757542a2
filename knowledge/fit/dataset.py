"""The authored examples as training rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from knowledge.library.models import Library
from knowledge.text import Normaliser
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS, SMALL_TALK, red_label

_TOO_FEW: Final = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One training row. `faq_id` is set where the row says which FAQ answers it."""

    text: str
    label: str
    faq_id: str | None = None
    authored: bool = True


def training_rows(library: Library, normaliser: Normaliser) -> tuple[Row, ...]:
    """Returns every authored example, expanded as at run time, each wording once.

    Where two files claim the same wording the red line wins.
    """
    rows: dict[str, Row] = {}
    for row in _rows(library):
        expanded = normaliser.expand(row.text)
        rows.setdefault(expanded, Row(expanded, row.label, row.faq_id, row.authored))
    return tuple(rows.values())


def _rows(library: Library) -> Iterable[Row]:
    yield from _red_rows(library)
    for faq in library.faqs.values():
        yield Row(faq.question, FAQ_CLASS, faq.id)
        for variant in faq.variants:
            yield Row(variant, FAQ_CLASS, faq.id)
    for red_line in library.red_lines.values():
        for near in red_line.near_misses:
            faq_id = near.faq_id if near.faq_id in library.faqs else None
            yield Row(near.text, FAQ_CLASS, faq_id)
    for intent, texts in library.small_talk.items():
        for text in texts:
            yield Row(text, SMALL_TALK + intent)
    for text in library.out_of_scope:
        yield Row(text, OUT_OF_SCOPE_CLASS)


def _red_rows(library: Library) -> Iterable[Row]:
    counts: dict[str, int] = {}
    examples = [e for line in library.red_lines.values() for e in line.examples]
    for example in examples:
        key = f"{example.category}/{example.tier}"
        counts[key] = counts.get(key, 0) + 1
    for example in examples:
        tier = example.tier
        if counts[f"{example.category}/{tier}"] < _TOO_FEW:
            # Too few to learn from: they still teach the category, at its usual tier.
            line = library.red_lines.get(example.category)
            tier = line.tier if line else tier
        yield Row(example.text, red_label(example.category, tier))
