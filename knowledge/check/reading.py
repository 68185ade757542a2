"""Rules on how hard a text is to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage, plain_text

_AIM: Final = 8.0
_LIMIT: Final = 9.0
_NUMBER: Final = re.compile(r"\+?\d[\d().-]*\d|\d")


@lru_cache(maxsize=4096)
def reading_grade(markdown: str) -> float:
    """Returns the US school grade of a text (Flesch-Kincaid).

    Marks and addresses do not count, and a telephone number counts as one short word.

    Source: Kincaid et al. 1975, 0.39 words per sentence + 11.8 syllables per word - 15.59; the
    syllables are those of the CMU Pronouncing Dictionary (textstat).
    """
    # Takes a second to import, which the service that only reads texts need not wait for.
    from textstat import textstat  # type: ignore[import-untyped]

    return float(textstat.flesch_kincaid_grade(_NUMBER.sub("5", plain_text(markdown))))


def _graded(base: Base) -> Iterator[tuple[Passage, float]]:
    replies = (p for p in base.replies if p.language == "en" and p.channel == "web")
    for passage in (*(faq.answer for faq in base.faqs), *replies):
        yield passage, reading_grade(passage.shown(base.facts))


def _too_hard(base: Base) -> Iterator[Fault]:
    for passage, grade in _graded(base):
        if grade > _LIMIT:
            yield _fault(passage, grade)


def _hard(base: Base) -> Iterator[Fault]:
    for passage, grade in _graded(base):
        if _AIM < grade <= _LIMIT:
            yield _fault(passage, grade)


def _fault(passage: Passage, grade: float) -> Fault:
    problem = f"US school grade {grade:.1f}, {_AIM:.0f} is the aim"
    return passage.fault("", problem, "use shorter sentences and shorter words")


RULES: Final = (
    Rule("reading-grade", "error", f"Answers and replies have a Flesch-Kincaid grade of at most "
         f"{_LIMIT:.0f}", _too_hard),
    Rule("reading-grade-high", "warning", f"... and better at most {_AIM:.0f}", _hard),
)  # fmt: skip
