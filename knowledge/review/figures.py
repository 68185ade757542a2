"""The table of docs/knowledge-figures.md: `python -m knowledge.review.figures` prints it."""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from knowledge.library import KNOWLEDGE_DIR
from knowledge.library.placeholders import citations
from knowledge.review.items import ReviewItem, Reviews

_CLINIC: Final = "CLINIC"
_MARKS: Final = ("V", "S", "K", _CLINIC)
_HEAD: Final = (
    "| topic | FAQs | V | S | K | clinic | facts to verify | median grade | highest grade"
    " | median words | texts of 1 / 2 segments | wordings |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def table(root: Path = KNOWLEDGE_DIR) -> str:
    """Returns the table as Markdown: one line a topic, and one for all."""
    items = Reviews(root, root / "approvals").all()
    topics = sorted({item.topic for item in items})
    lines = [_line(topic, [i for i in items if i.topic == topic]) for topic in topics]
    return "\n".join([_HEAD, *lines, _line("**all**", items)])


def _line(name: str, items: Sequence[ReviewItem]) -> str:
    marks = Counter(mark for item in items for mark in _cited(item))
    total = sum(marks.values())
    segments = Counter(item.sms_size.segments for item in items)
    cells = [
        name,
        str(len(items)),
        *(f"{marks[mark] / total:.0%}" for mark in _MARKS),
        str(sum(len(item.verify) for item in items)),
        f"{statistics.median(item.grade for item in items):.1f}",
        f"{max(item.grade for item in items):.1f}",
        f"{statistics.median(item.words for item in items):.0f}",
        f"{segments[1]} / {segments[2]}",
        str(sum(len(item.variants) for item in items)),
    ]
    return f"| {' | '.join(cells)} |"


def _cited(item: ReviewItem) -> Iterator[str]:
    """Yields the evidence mark of every reference that an answer cites, once each."""
    for key in citations(item.content.answer):
        yield _CLINIC if key == _CLINIC else item.sources[key].evidence


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
