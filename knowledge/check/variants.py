"""Rules on the wordings that patients type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule
from knowledge.text import Normaliser

_NEEDED: Final = 15
_NOT_WORD: Final = re.compile(r"[^\w\s]|_")


@lru_cache(maxsize=100_000)
def _normal(text: str) -> str:
    """Returns the wording as triage sees it, without punctuation."""
    expanded = Normaliser.default().expand(text)
    return " ".join(_NOT_WORD.sub(" ", expanded.replace("'", "")).split()) or text.strip()


def _wordings(faq: FaqFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("question",), faq.front.question
    for index, variant in enumerate(faq.front.variants):
        yield ("variants", index), variant


def _duplicate_variant(base: Base) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for faq in base.faqs:
        for keys, text in _wordings(faq):
            other = owner.setdefault(_normal(text), faq.front.id)
            if other != faq.front.id:
                fix = "keep it in the FAQ that answers it"
                yield faq.fault(keys, f"{text!r} is also a wording of {other}", fix)


def _repeated_variant(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        seen: set[str] = set()
        for keys, text in _wordings(faq):
            plain = " ".join(_NOT_WORD.sub(" ", text.casefold()).split()) or text.strip()
            if plain in seen and keys != ("question",) and plain != _plain_question(faq):
                yield faq.fault(keys, f"{text!r} stands there twice", "delete one of them")
            seen.add(plain)


def _plain_question(faq: FaqFile) -> str:
    # The question typed without capitals and without "?" is a variant worth having.
    return " ".join(_NOT_WORD.sub(" ", faq.front.question.casefold()).split())


def _examples(base: Base) -> dict[str, str]:
    """Returns the red-line examples that stand alone, normalised, with their categories."""
    found = {
        _normal(m.text): str(m.category)
        for m in base.examples
        if m.kind == "red" and not m.previous
    }
    return found | {
        _normal(example.text): example.category or line.record.category
        for line in base.red_lines
        for example in line.record.examples
    }


def _red_line_variant(base: Base) -> Iterator[Fault]:
    examples = _examples(base)
    for faq in base.faqs:
        for keys, text in _wordings(faq):
            category = examples.get(_normal(text))
            if category is not None:
                fix = "delete one; a message that may be a red line is never answered"
                yield faq.fault(keys, f"{text!r} is also an example of {category}", fix)


def _red_line_near_miss(base: Base) -> Iterator[Fault]:
    examples = _examples(base)
    for line in base.red_lines:
        for index, near in enumerate(line.record.near_misses):
            category = examples.get(_normal(near.text))
            if category is not None:
                number = line.located.line("near_misses", index)
                problem = f"near_misses.{index}: {near.text!r} is also an example of {category}"
                yield Fault(line.path, number, problem, "delete one of them")


def _too_few_variants(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        number = len({_normal(text) for text in faq.front.variants})
        if number < _NEEDED:
            fix = f"add {_NEEDED - number} more that patients would type"
            yield faq.fault(("variants",), f"only {number} that differ", fix)


RULES: Final = (
    Rule("duplicate-variant", "error", "No two FAQs claim the same wording (spelling, case and "
         "punctuation do not count)", _duplicate_variant),
    Rule("repeated-variant", "warning", "A FAQ lists a wording once", _repeated_variant),
    Rule("red-line-variant", "error", "No wording of a FAQ is an example of a red line",
         _red_line_variant),
    Rule("red-line-near-miss", "error", "No near miss is an example of a red line",
         _red_line_near_miss),
    Rule("too-few-variants", "error", f"A FAQ has at least {_NEEDED} variants that differ",
         _too_few_variants),
)  # fmt: skip
