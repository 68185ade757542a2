"""Rules on the files' form and on what they point to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base, FaqFile
from knowledge.check.finding import Fault, Rule


def _schema(base: Base) -> Iterator[Fault]:
    yield from base.broken


def _duplicate_id(base: Base) -> Iterator[Fault]:
    first: dict[str, FaqFile] = {}
    for faq in base.faqs:
        other = first.setdefault(faq.front.id, faq)
        if other is not faq:
            place = f"{other.path.parent.name}/{other.path.name}"
            yield faq.fault(("id",), f"is also the id of {place}", "rename one of the files")


def _unknown_faq(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        for index, other in enumerate(faq.front.follow_ups):
            if other == faq.front.id:
                yield faq.fault(("follow_ups", index), "points to itself", "use another FAQ's id")
            elif other not in base.faq_ids:
                yield faq.fault(("follow_ups", index), f"no FAQ {other!r}", "use the id of a FAQ")
    for line in base.red_lines:
        for index, near in enumerate(line.record.near_misses):
            if near.faq is not None and near.faq not in base.faq_ids:
                number = line.located.line("near_misses", index)
                problem = f"near_misses.{index}: no FAQ {near.faq!r}"
                yield Fault(line.path, number, problem, "use the id of a FAQ")


def _unknown_source(base: Base) -> Iterator[Fault]:
    for faq in base.faqs:
        for index, key in enumerate(faq.front.sources):
            if key not in base.sources:
                fix = "add it to sources.yml or use a key that is there"
                yield faq.fault(("sources", index), f"no source {key!r}", fix)


RULES: Final = (
    Rule("schema", "error", "Every content file has the fields, and only the fields, of its "
         "format; one finding a file", _schema),
    Rule("duplicate-id", "error", "No two FAQs have the same id", _duplicate_id),
    Rule("unknown-faq", "error", "Follow-ups and near misses name FAQs that exist; a FAQ does not "
         "follow itself", _unknown_faq),
    Rule("unknown-source", "error", "Every source is a key of sources.yml", _unknown_source),
)  # fmt: skip
