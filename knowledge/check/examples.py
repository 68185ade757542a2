"""Rules on how many messages a red line is learnt from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule

_EXAMPLES: Final[Mapping[str, int]] = {"self_harm": 120, "medical_emergency": 60}
_OTHERS: Final = 40
_NEAR_MISSES: Final = 30


def _few_examples(base: Base) -> Iterator[Fault]:
    for line in base.red_lines:
        category = line.record.category
        texts = {e.text for e in line.record.examples if e.category in (None, category)}
        texts |= {m.text for m in base.examples if (m.kind, m.category) == ("red", category)}
        needed = _EXAMPLES.get(category, _OTHERS)
        if len(texts) < needed:
            fix = f"add {needed - len(texts)} more, here or in examples/"
            place = line.located.line("examples")
            yield Fault(line.path, place, f"examples: only {len(texts)} that differ", fix)


def _few_near_misses(base: Base) -> Iterator[Fault]:
    for line in base.red_lines:
        category = line.record.category
        texts = {near.text for near in line.record.near_misses}
        texts |= {m.text for m in base.examples if (m.kind, m.category) == ("near_miss", category)}
        if len(texts) < _NEAR_MISSES:
            fix = f"add {_NEAR_MISSES - len(texts)} more, here or in examples/"
            place = line.located.line("near_misses")
            yield Fault(line.path, place, f"near_misses: only {len(texts)} that differ", fix)


RULES: Final = (
    Rule("few-examples", "error", f"A red line has at least {_OTHERS} examples, "
         + ", ".join(f"{name} {number}" for name, number in _EXAMPLES.items())
         + " (its file and examples/*.jsonl together)", _few_examples),
    Rule("few-near-misses", "error", f"A red line has at least {_NEAR_MISSES} near misses",
         _few_near_misses),
)  # fmt: skip
