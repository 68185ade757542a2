"""What a new version would decide otherwise, and whether anything would get less safe.

Every wording of a FAQ and every example of a red line is decided by the version that is served and
by the new one. Safety is compared by how urgent a decision is: an example of a red line may never
become less urgent than it was, unless it is still as urgent as it has to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from knowledge.decision import Decision
from knowledge.fit.messages import Message
from knowledge.library.models import Library

_URGENCY: Final = {"T0": 4, "T1": 3, "T2": 2, "T3": 1}
_SHOWN: Final = 10


class Decider(Protocol):
    """What decides on a message."""

    def decide(self, text: str) -> Decision:
        """Decides what to do with a message."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A message whose decision is compared.

    Attributes:
        text: the message.
        tier: how urgent it has to be; None where it is no red line.
        faq: the FAQ that should answer it, if it belongs to one.
    """

    text: str
    tier: str | None = None
    faq: str | None = None


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
    """Every message that is decided otherwise, and how many were compared."""

    compared: int
    changes: tuple[Change, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    @property
    def less_safe(self) -> tuple[Change, ...]:
        """The changes that forbid to publish."""
        return tuple(change for change in self.changes if change.less_safe)

    def lines(self) -> list[str]:
        """Returns the report, the worst first."""
        other = [change for change in self.changes if not change.less_safe]
        lines = [f"{self.compared} messages compared, {len(self.changes)} decided otherwise"]
        for title, changes in (("LESS SAFE", self.less_safe), ("otherwise", tuple(other))):
            lines += [f"  {title}: {change.describe()}" for change in changes[:_SHOWN]]
            if len(changes) > _SHOWN:
                lines.append(f"  ... and {len(changes) - _SHOWN} more")
        return lines


def probes(library: Library, examples: Sequence[Message]) -> tuple[Probe, ...]:
    """Returns every wording of a FAQ, every red line and every near miss, each text once.

    Args:
        library: the new texts.
        examples: further authored messages, of which the red lines and near misses are taken.
    """
    found: dict[str, Probe] = {}
    for line in library.red_lines.values():
        for example in line.examples:
            found.setdefault(example.text, Probe(example.text, tier=example.tier))
        for near in line.near_misses:
            found.setdefault(near.text, Probe(near.text, faq=near.faq_id))
    for message in examples:
        if message.kind == "red" and not message.previous:
            found.setdefault(message.text, Probe(message.text, tier=message.tier))
    for faq in library.faqs.values():
        for text in (faq.question, *faq.variants):
            found.setdefault(text, Probe(text, faq=faq.id))
    return tuple(found.values())


def compare(
    wanted: Sequence[Probe], known: Mapping[str, Outcome], served: Decider, fresh: Decider
) -> Comparison:
    """Decides every message with both versions.

    Args:
        wanted: the messages.
        known: what the served version decided when it was published; saves deciding again.
        served: the version that is served; asked for what is not known.
        fresh: the new version.
    """
    changes, outcomes = [], {}
    for probe in wanted:
        before = known.get(probe.text) or Outcome.of(served.decide(probe.text))
        after = outcomes[probe.text] = Outcome.of(fresh.decide(probe.text))
        if before != after:
            changes.append(Change(probe, before, after))
    return Comparison(len(wanted), tuple(changes), outcomes)
