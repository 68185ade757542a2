"""Rules on claims: sources, figures and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import sentences
from knowledge.library.placeholders import citations

_BLANK: Final = re.compile(r"\n\s*\n")
_CITATION: Final = re.compile(r"\[@[^\]\s]+\]")
_CITED: Final = re.compile(_CITATION.pattern + r"$")
_PERCENT: Final = re.compile(r"\d+(?:\.\d+)? ?(?:%|percent|per cent)")
_POPULATION: Final = re.compile(
    r"\b(?:adults?|people|patients?|users?|volunteers?|veterans?|teens?|inpatients?|men|women"
    r"|participants?|remitters?|those|hospital)\b",
    re.IGNORECASE,
)
_COMPARATOR: Final = re.compile(
    r"\b(?:versus|vs|compared|against|than|placebo|midazolam|quetiapine|ECT|with no comparison"
    r"|no comparison|open[- ]label|comparison|stopped|dummy"
    r"|and \d|scale|survey\w*|same as)\b",
    re.IGNORECASE,
)  # fmt: skip
_BENEFIT: Final = re.compile(
    r"\b(?:may|can|might|could) (?:\w+ )?(?:help|ease|eases|improve|lessen|relieve|lift|reduce)\b",
    re.IGNORECASE,
)
_LIMIT: Final = re.compile(
    r"\b(?:not|no|never|none|limited|small|short|mixed|uncertain|unclear|unknown|fades?|faded|wears?"
    r"|varies|vary|weak|few|some people|do(?:es)?n't|without|others|early|risks?|depends?|only)\b",
    re.IGNORECASE,
)  # fmt: skip
_EVIDENCE_TOPICS: Final = frozenset(
    {"conditions", "comparisons", "course-and-benefit", "how-it-works", "what-it-is"}
)


def _citations(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        cited = citations(faq.body)
        for key in cited:
            if key not in faq.front.sources:
                fix = f"add {key} to sources, or cite one of them"
                yield faq.answer.fault(f"[@{key}]", f"cites {key}, which sources lacks", fix)
        for index, key in enumerate(faq.front.sources):
            if key not in cited:
                fix = f"put [@{key}] behind what it supports, or delete it here"
                yield faq.fault(("sources", index), f"{key} is cited nowhere", fix)


def _claim_source(base: Base) -> Iterator[Fault]:
    # A mark holds for what stands before it in its paragraph or list, since the mark before.
    for faq in base.faqs:
        for block in (b.strip() for b in _BLANK.split(faq.body)):
            # "Signs are:" is part of the list that it opens.
            if block and not block.endswith(":") and not _CITED.search(block):
                words = " ".join(_CITATION.split(block)[-1].split()[:6])
                fix = "put [@KEY] behind what it supports; K is general knowledge, to be verified"
                yield faq.answer.fault(words, f"no source behind {words!r}", fix)


def _verify(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        weak = [k for k in faq.front.sources if k in base.sources and base.sources[k].verify]
        if weak and not faq.front.verify:
            problem = f"cites {', '.join(weak)} (marked verify in sources.yml) and has no notes"
            yield faq.fault(("verify",), problem, "list the facts that the reviewer has to check")


def _percent_source(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        for sentence in sentences(faq.body):
            found = _PERCENT.search(sentence)
            if found and not citations(sentence):
                words = found.group(0)
                yield faq.answer.fault(words, f"{words} has no source", "put [@KEY] behind it")


def _percent_context(base: Base) -> Iterator[Fault]:
    for passage in base.answers:
        for sentence in sentences(passage.text):
            found = _PERCENT.search(sentence)
            missing = [
                name
                for name, pattern in (("population", _POPULATION), ("comparator", _COMPARATOR))
                if not pattern.search(sentence)
            ]
            if found and missing:
                words = found.group(0)
                problem = f"{words} stands without its {' and '.join(missing)}"
                yield passage.fault(words, problem, "say of whom, and against what")


def _benefit_limits(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        if faq.front.topic not in _EVIDENCE_TOPICS:
            continue
        for passage in (faq.answer, faq.sms):
            found = _BENEFIT.search(passage.text)
            if found and not _LIMIT.search(passage.text):
                words = found.group(0)
                yield passage.fault(words, f"a benefit ({words!r}) without a limit", "add one")


RULES: Final = (
    Rule("citations", "error", "The sources that an answer cites as [@KEY] are the sources it "
         "lists", _citations),
    Rule("claim-source", "error", "Every paragraph and every list of an answer ends with a source",
         _claim_source),
    Rule("verify-notes", "error", "A FAQ with a source that is marked verify has verify notes for "
         "the reviewer", _verify),
    Rule("percent-source", "error", "A percentage has a source in its sentence", _percent_source),
    Rule("percent-context", "warning", "A percentage has its population and its comparator in its "
         "sentence", _percent_context),
    Rule("benefit-limits", "warning", "A benefit comes with a limit", _benefit_limits),
)  # fmt: skip
