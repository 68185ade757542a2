"""A review item as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.review.diff import unified
from knowledge.review.items import ReviewItem


def described(item: ReviewItem) -> str:
    """Returns everything that a reviewer needs, in lines."""
    return "\n".join(_lines(item))


def _lines(item: ReviewItem) -> Iterator[str]:
    yield f"{item.content.question}   [{item.topic}/{item.faq_id}]"
    yield f"status: {item.status}; {item.reason or f'served until {item.ends}'}"
    if item.recheck_by:
        yield f"facts to be rechecked by {item.recheck_by}"
    if item.note:
        yield f"note: {item.note}"
    yield from _section("CHECK THESE FACTS", item.verify)
    yield from _section(
        "FINDINGS", (f"{f.rule} ({f.severity}): {f.problem}: {f.fix}" for f in item.findings)
    )
    web = f"ANSWER ({item.words} words, grade {item.grade:.1f})"
    yield from ("", web, item.content.answer)
    if item.content.footer:
        yield "(the crisis footer stands below it)"
    size = item.sms_size
    yield from ("", f"TEXT ({size.segments} segments, {size.units} {size.encoding} units)")
    yield item.content.sms
    yield from _section("SOURCES", _sources(item))
    approved = item.approved
    if approved is not None and approved.sha256 != item.content.sha256:
        yield from ("", f"CHANGED since {approved.by} approved it on {approved.at.date()}")
        yield unified(approved.content, item.content)
    yield from _section("DECISIONS", _decisions(item))
    yield from ("", f"sha256: {item.content.sha256}")


def _section(title: str, lines: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    shown = [f"- {line}" for line in lines]
    if shown:
        yield from ("", title, *shown)


def _sources(item: ReviewItem) -> Iterator[str]:
    for key, shown in item.content.sources.items():
        source = item.sources.get(key)
        mark = "" if source is None else f" [{source.evidence}{', verify' * source.verify}]"
        yield f"{key}: {shown}{mark}"


def _decisions(item: ReviewItem) -> Iterator[str]:
    for entry in item.ledger.entries:
        until = f" until {entry.until}" if entry.until else ""
        note = f": {entry.note}" if entry.note else ""
        day = entry.at.date().isoformat()
        yield f"{day} {entry.decision} by {entry.by}{until} ({entry.sha256[:12]}){note}"
