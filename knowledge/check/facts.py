"""Rules on clinic facts: `{{NAME}}`, filled from clinic.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage
from knowledge.library.placeholders import placeholder_names, unset_facts

_WELL_FORMED: Final = re.compile(r"\{\{\s*[A-Z][A-Z0-9_]*\s*\}\}")
#: Filled in when a fixed text is sent.
_MOMENTARY: Final = re.compile(r"\{(?:when|minutes|name)\}")
_BRACES: Final = re.compile(r"\{+[^{}\n]*\}*|\}+")


def _unknown(base: Base) -> Iterator[Fault]:
    for passage in base.passages:
        for name in sorted(placeholder_names(passage.text) - base.clinic.facts.keys()):
            problem = f"{{{{{name}}}}} is no clinic fact"
            yield passage.fault(name, problem, "use a name of clinic.yml, or add it there")
        text = _WELL_FORMED.sub(" ", passage.text)
        if passage in base.fixed_texts:
            text = _MOMENTARY.sub(" ", text)
        broken = _BRACES.search(text)
        if broken:
            words = broken.group(0).strip()
            yield passage.fault(words, f"{words!r} is no placeholder", "write {{NAME}}")


def _unset(base: Base) -> Iterator[Fault]:
    return _gaps(base, base.answers, "the question is handed to staff until it is set")


def _unset_safety(base: Base) -> Iterator[Fault]:
    return _gaps(base, (*base.replies, *base.fixed_texts), "the service does not start without it")


def _gaps(base: Base, passages: tuple[Passage, ...], meaning: str) -> Iterator[Fault]:
    for passage in passages:
        for name in unset_facts(passage.text, base.facts):
            if name in base.clinic.facts:
                problem = f"the clinic fact {name} is empty; {meaning}"
                yield passage.fault(name, problem, f"set {name} in clinic.yml")


RULES: Final = (
    Rule("unknown-placeholder", "error", "Every placeholder is {{NAME}}, a fact of clinic.yml",
         _unknown),
    Rule("unset-fact", "warning", "The clinic facts that a FAQ needs are set", _unset),
    Rule("unset-safety-fact", "error", "So are those of red-line replies and fixed messages",
         _unset_safety),
)  # fmt: skip
