"""The rule on questions that mean nearly the same; needs the encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule


def _near_duplicates(base: Base) -> Iterator[Fault]:
    if base.encoder is None or not base.faqs:
        return
    vectors = base.encoder.encode([faq.front.question for faq in base.faqs])
    for row, faq in enumerate(base.faqs):
        scores = vectors[row + 1 :] @ vectors[row]
        for offset in np.flatnonzero(scores >= base.similarity):
            other = base.faqs[row + 1 + int(offset)]
            problem = (
                f"is close to {other.front.id}, {other.front.question!r}"
                f" (similarity {scores[offset]:.2f})"
            )
            yield faq.fault(("question",), problem, "merge the two, or word them further apart")


RULES: Final = (
    Rule("near-duplicate", "warning", "No two FAQs ask nearly the same question (with "
         "--near-duplicates only; cosine of the encoder's vectors)", _near_duplicates),
)  # fmt: skip
