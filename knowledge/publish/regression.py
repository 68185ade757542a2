"""What a new version would decide otherwise, and whether anything would get less safe.

Every wording of a FAQ and every example of a red line is decided by the new version, and all
but the wordings of new FAQs by the version that is served too: nobody was answered by those before.
Safety is compared by how urgent a decision is: an example of a red line may never become less
urgent than it was, unless it is still as urgent as it has to be.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from knowledge.decision import Decision
from knowledge.fit.messages import Message
from knowledge.library.models import Library

_URGENCY: Final = {"T0": 4, "T1": 3, "T2": 2, "T3": 1}
_SHOWN: Final = 10


class Decider(Protocol):
    """What decides on messages."""

    def decide_all(self, messages: Sequence[tuple[str, Sequence[str]]]) -> list[Decision]:
        """Decides what to do with messages, each given with those before it."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A message whose decision is compared.

    Attributes:
        text: the message.
        tier: how urgent it has to be; None where it is no red line.
        faq: the FAQ that should answer it, if it belongs to one.
        previous: the visitor's messages before it, newest last.
    """

    text: str
    tier: str | None = None
    faq: str | None = None
    previous: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What its decision is kept under."""
        if not self.previous:
            return self.text
        return json.dumps([*self.previous, self.text], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision means for the person who wrote."""

    route: str
    category: str | None
    tier: str | None
    faqs: tuple[str, ...]

    @classmethod
    def of(cls, decision: Decision) -> Outcome:
        """Returns the outcome of a decision."""
        faqs = decision.faq_ids if decision.route == "answer" else ()
        return cls(decision.route, decision.category, decision.tier, tuple(faqs))

    @classmethod
    def from_list(cls, raw: Sequence[Any]) -> Outcome:
        """Reads what `to_list` wrote."""
        return cls(raw[0], raw[1], raw[2], tuple(raw[3]))

    def to_list(self) -> list[Any]:
        """Returns it as JSON can keep it."""
        return [self.route, self.category, self.tier, list(self.faqs)]

    @property
    def urgency(self) -> int:
        """How urgently it goes to staff; 0 when it does not."""
        return _URGENCY.get(self.tier or "", 1) if self.route == "escalate" else 0

    def __str__(self) -> str:
        if self.route == "answer":
            return f"answered by {', '.join(self.faqs)}"
        if self.route == "escalate":
            return f"to staff as {self.category} {self.tier}"
        return self.route


@dataclass(frozen=True, slots=True)
class Change:
    """A message that is decided otherwise than before."""

    probe: Probe
    before: Outcome
    after: Outcome

    @property
    def less_safe(self) -> bool:
        """Whether a red line would be less urgent than it was and than it has to be."""
        if self.probe.tier is None:
            return False
        needed = _URGENCY[self.probe.tier]
        return self.after.urgency < min(needed, self.before.urgency)

    def describe(self) -> str:
        """Returns the change in one line."""
        return f"{self.probe.text!r}: {self.before}, now {self.after}"


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two versions.

    Attributes:
        compared: how many messages both decided.
        changes: those that are decided otherwise.
        outcomes: what the new version decided, by the keys of the probes.
        added: how many wordings of new FAQs were decided.
        strays: those that their own FAQ does not answer.
    """

    compared: int
    changes: tuple[Change, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    added: int = 0
    strays: tuple[Probe, ...] = ()

    @property
    def less_safe(self) -> tuple[Change, ...]:
        """The changes that forbid to publish."""
        return tuple(change for change in self.changes if change.less_safe)

    def lines(self) -> list[str]:
        """Returns the report, the worst first."""
        other = [change.describe() for change in self.changes if not change.less_safe]
        worse = [change.describe() for change in self.less_safe]
        lines = [f"{self.compared} messages compared, {len(self.changes)} decided otherwise"]
        lines += [*_first("LESS SAFE", worse), *_first("otherwise", other)]
        if self.added:
            answered = self.added - len(self.strays)
            lines.append(f"{self.added} wordings of new FAQs, {answered} answered by their FAQ")
            strays = [f"{p.text!r} of {p.faq}: {self.outcomes[p.key]}" for p in self.strays]
            lines += _first("not", strays)
        return lines


def _first(title: str, lines: Sequence[str]) -> list[str]:
    shown = [f"  {title}: {line}" for line in lines[:_SHOWN]]
    return shown if len(lines) <= _SHOWN else [*shown, f"  ... and {len(lines) - _SHOWN} more"]


def probes(library: Library, examples: Iterable[Message]) -> tuple[Probe, ...]:
    """Returns every wording of a FAQ, every red line and every near miss, each once.

    Args:
        library: the new texts.
        examples: further authored messages, of which the red lines and near misses are taken.
    """
    found: dict[str, Probe] = {}

    def add(probe: Probe) -> None:
        found.setdefault(probe.key, probe)

    for line in library.red_lines.values():
        for example in line.examples:
            add(Probe(example.text, tier=example.tier))
        for near in line.near_misses:
            add(Probe(near.text, faq=near.faq_id))
    for message in examples:
        if message.kind == "red":
            add(Probe(message.text, tier=message.tier, previous=message.previous))
        elif message.kind == "near_miss":
            first = message.faq_ids[0] if message.faq_ids else None
            add(Probe(message.text, faq=first, previous=message.previous))
    for faq in library.faqs.values():
        for text in (faq.question, *faq.variants):
            add(Probe(text, faq=faq.id))
    return tuple(found.values())


def compare(
    wanted: Sequence[Probe],
    known: Mapping[str, Outcome],
    served: Decider,
    fresh: Decider,
    new: Collection[str] = (),
) -> Comparison:
    """Decides every message with both versions.

    Args:
        wanted: the messages.
        known: what the served version decided when it was published; saves deciding again.
        served: the version that is served; asked for what is not known.
        fresh: the new version.
        new: FAQs that the served version has not; it is not asked about their wordings.
    """
    added = [p for p in wanted if p.tier is None and p.faq in new and p.key not in known]
    is_added = {p.key for p in added}
    both = [p for p in wanted if p.key not in is_added]
    before = {**_decided([p for p in both if p.key not in known], served), **known}
    after = _decided(wanted, fresh)
    changes = [Change(p, before[p.key], after[p.key]) for p in both]
    return Comparison(
        len(both),
        tuple(change for change in changes if change.before != change.after),
        after,
        len(added),
        tuple(p for p in added if p.faq not in after[p.key].faqs),
    )


def _decided(wanted: Sequence[Probe], decider: Decider) -> dict[str, Outcome]:
    decisions = decider.decide_all([(probe.text, probe.previous) for probe in wanted])
    return {p.key: Outcome.of(d) for p, d in zip(wanted, decisions, strict=True)}
