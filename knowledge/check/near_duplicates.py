"""The rule on wordings of two FAQs that mean nearly the same; needs the encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule
from knowledge.text import Normaliser

#: Wordings compared with all others at a time: a product of 512 rows stays small.
_TOGETHER: Final = 512


def _near_duplicates(base: Base) -> Iterator[Fault]:
    if base.encoder is None or not base.faqs:
        return
    wordings = [wording for faq in base.faqs for wording in _wordings(faq)]
    normaliser = Normaliser.default()
    # Spelling undone, as the index holds them.
    vectors = base.encoder.encode([normaliser.expand(text) for _, _, text in wordings])
    for start in range(0, len(wordings), _TOGETHER):
        scores = vectors[start : start + _TOGETHER] @ vectors[start:].T
        for row, column in np.argwhere(np.triu(scores >= base.similarity, 1)):
            faq, keys, text = wordings[start + int(row)]
            other, _, other_text = wordings[start + int(column)]
            if faq is other:
                continue
            problem = (
                f"{text!r} is close to {other_text!r} of {other.front.id}"
                f" (similarity {scores[row, column]:.2f})"
            )
            yield faq.fault(keys, problem, "leave it to one of the two, or word them further apart")


def _wordings(faq: FaqFile) -> Iterator[tuple[FaqFile, tuple[str | int, ...], str]]:
    yield faq, ("question",), faq.front.question
    for number, text in enumerate(faq.front.variants):
        yield faq, ("variants", number), text


RULES: Final = (
    Rule("near-duplicate", "warning", "No wordings of two FAQs mean nearly the same (with "
         "--near-duplicates only; cosine of the encoder's vectors)", _near_duplicates),
)  # fmt: skip
