"""Rules on text messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage
from knowledge.text.gsm7 import SmsSize, measure, outside_gsm7

_SEGMENTS: Final = 2
_MARKDOWN: Final = re.compile(r"\*\*|\]\(|\[@|^#+ |^- ", re.MULTILINE)
_FOOTER: Final = "soft_crisis_footer"
_BETWEEN: Final = "\n\n"


def _texts(base: Base) -> Iterator[Passage]:
    return (p for p in base.passages if p.channel == "sms" and p.kind != "fact")


def _fact_texts(base: Base) -> Iterator[Passage]:
    return (p for p in base.fact_texts if p.channel == "sms")


def _gsm7(base: Base) -> Iterator[Fault]:
    for passage in (*_texts(base), *_fact_texts(base)):
        foreign = outside_gsm7(passage.text)
        if foreign:
            problem = f"holds {' '.join(foreign)}, which GSM-7 lacks: a segment shrinks to 70"
            yield passage.fault(foreign[0], problem, "use other characters or words")


def _length(base: Base) -> Iterator[Fault]:
    for passage in _texts(base):
        size = measure(passage.shown(base.facts))
        if size.segments > _SEGMENTS:
            yield passage.fault("", _too_long(size), "shorten it")


def _with_footer(base: Base) -> Iterator[Fault]:
    footer = next(
        (p for p in base.fixed_texts if (p.owner, p.channel, p.language) == (_FOOTER, "sms", "en")),
        None,
    )
    for faq in base.faqs:
        if footer is None or faq.front.footer is None:
            continue
        alone = faq.sms.shown(base.facts)
        size = measure(alone + _BETWEEN + footer.shown(base.facts))
        if size.segments > _SEGMENTS >= measure(alone).segments:
            problem = f"with the crisis footer below it, {_too_long(size)}"
            yield faq.sms.fault("", problem, "shorten it; the footer names 988 and 911 already")


def _too_long(size: SmsSize) -> str:
    return f"{size.units} {size.encoding} units make {size.segments} segments, {_SEGMENTS} at most"


def _plain(base: Base) -> Iterator[Fault]:
    for passage in (*_texts(base), *_fact_texts(base)):
        found = _MARKDOWN.search(passage.text)
        if found:
            words = found.group(0)
            yield passage.fault(words, f"holds Markdown ({words!r})", "write plain words")


RULES: Final = (
    Rule("sms-gsm7", "error", "A text message holds characters of GSM-7 only", _gsm7),
    Rule("sms-length", "error", f"A text message is at most {_SEGMENTS} segments of "
         "GSM-7 (306 septets; brackets, braces and a few more count two), clinic facts filled in",
         _length),
    Rule("sms-with-footer", "error", "So is a FAQ's text message with the crisis footer below it",
         _with_footer),
    Rule("sms-plain", "error", "A text message holds no Markdown", _plain),
)  # fmt: skip
