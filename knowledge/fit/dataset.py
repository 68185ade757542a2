"""The authored examples as training rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from knowledge.fit.messages import Message
from knowledge.library.models import Library
from knowledge.text import Normaliser
from knowledge.triage.labels import (
    FAQ_CLASS,
    OUT_OF_SCOPE_CLASS,
    RED,
    SMALL_TALK,
    UNANSWERABLE_CLASS,
    red_label,
    red_parts,
)
from knowledge.triage.parts import joined

#: A class with fewer examples cannot be learnt; they teach their category's most frequent tier.
_TOO_FEW: Final = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One training row.

    Attributes:
        text: the message, expanded as at run time, with the message before it joined if any.
        label: class of the gate.
        faq_ids: the FAQs that answer it, best first; empty where none does.
        several: whether it asks for each of `faq_ids`.
        in_context: whether the message before is joined to it.
    """

    text: str
    label: str
    faq_ids: tuple[str, ...] = ()
    several: bool = False
    in_context: bool = False

    @property
    def owner(self) -> str | None:
        """The one FAQ that this row is a wording of, if it is one."""
        return self.faq_ids[0] if self.faq_ids and not self.several else None


def training_rows(
    library: Library, examples: Sequence[Message], normaliser: Normaliser
) -> tuple[Row, ...]:
    """Returns every authored example, expanded as at run time, each wording once.

    Where two files claim the same wording the red line wins.

    Args:
        library: the curated files with the wordings that they carry.
        examples: further labelled messages.
        normaliser: undoes spelling.
    """
    rows: dict[str, Row] = {}
    everything = [*_library_rows(library), *(row_of(m, normaliser, library) for m in examples)]
    for row in sorted(everything, key=lambda row: not row.label.startswith(RED)):
        expanded = row if row.in_context else replace(row, text=normaliser.expand(row.text))
        rows.setdefault(expanded.text, expanded)
    return _merged(tuple(rows.values()))


def row_of(message: Message, normaliser: Normaliser, library: Library) -> Row:
    """Returns a labelled message as a row; FAQs that the library lacks are left out."""
    known = tuple(faq_id for faq_id in message.faq_ids if faq_id in library.faqs)
    text = normaliser.expand(message.text)
    if message.previous:
        text = joined(normaliser.expand(message.previous[-1]), text)
    return Row(
        text, _label(message, known), known, message.several and len(known) > 1,
        bool(message.previous),
    )  # fmt: skip


def _label(message: Message, faq_ids: tuple[str, ...]) -> str:
    if message.kind == "red" and message.category and message.tier:
        return red_label(message.category, message.tier)
    if message.kind == "small_talk":
        return f"{SMALL_TALK}{message.intent}"
    if message.kind == "out_of_scope":
        return OUT_OF_SCOPE_CLASS
    return FAQ_CLASS if faq_ids else UNANSWERABLE_CLASS


def _library_rows(library: Library) -> Iterable[Row]:
    for line in library.red_lines.values():
        for example in line.examples:
            yield Row(example.text, red_label(example.category, example.tier))
        for near in line.near_misses:
            if near.faq_id is not None and near.faq_id in library.faqs:
                yield Row(near.text, FAQ_CLASS, (near.faq_id,))
            else:
                yield Row(near.text, UNANSWERABLE_CLASS)
    for faq in library.faqs.values():
        for wording in (faq.question, *faq.variants):
            yield Row(wording, FAQ_CLASS, (faq.id,))
    for intent, texts in library.small_talk.items():
        for text in texts:
            yield Row(text, SMALL_TALK + intent)
    for text in library.out_of_scope:
        yield Row(text, OUT_OF_SCOPE_CLASS)


def _merged(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Returns the rows with the rare tiers of a category taught as its most frequent one."""
    counts = Counter(row.label for row in rows if row.label.startswith(RED))
    frequent: dict[str, str] = {}
    for label, _ in counts.most_common():
        frequent.setdefault(red_parts(label)[0], label)
    return tuple(
        replace(row, label=frequent[red_parts(row.label)[0]])
        if row.label in counts and counts[row.label] < _TOO_FEW
        else row
        for row in rows
    )
