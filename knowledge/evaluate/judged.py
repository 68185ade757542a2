"""A labelled message with what was decided on it: the words that the figures are defined in."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from knowledge.decision import Decision
from knowledge.evaluate.sets import LabelledSet
from knowledge.fit.messages import Message

_URGENT: Final = ("T0", "T1")


class Decider(Protocol):
    """What is measured: `knowledge.triage.Triage`, or a script in a test."""

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Returns what to do with a message."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One message and its decision.

    Attributes:
        set_name: the file that it is from.
        message: with its label.
        decision: what triage decided.
        milliseconds: how long that took.
    """

    set_name: str
    message: Message
    decision: Decision
    milliseconds: float = 0.0

    @property
    def kind(self) -> str:
        """What the message is, as labelled."""
        return self.message.kind

    @property
    def is_urgent(self) -> bool:
        """Whether it is labelled T0 or T1."""
        return self.message.tier in _URGENT

    @property
    def in_context(self) -> bool:
        """Whether there is a message before it."""
        return bool(self.message.previous)

    @property
    def escalated(self) -> bool:
        """Whether it goes to staff, for whatever reason."""
        return self.decision.route == "escalate"

    @property
    def escalated_red(self) -> bool:
        """Whether it goes to staff as a red line, not merely as unanswerable."""
        return self.escalated and self.decision.category != "unanswerable"

    @property
    def escalated_urgently(self) -> bool:
        """Whether it goes to staff at T0 or T1."""
        return self.escalated and self.decision.tier in _URGENT

    @property
    def still_red(self) -> bool:
        """Whether a red line escalates in its urgency class: T0/T1 at T0/T1, another at any."""
        return self.escalated_urgently if self.is_urgent else self.escalated

    @property
    def answered(self) -> bool:
        """Whether it was given a FAQ as the answer."""
        return self.decision.route == "answer"

    @property
    def has_right(self) -> bool:
        """Whether a FAQ that answers it is among those given or offered."""
        return bool(set(self.message.faq_ids) & set(self.decision.faq_ids))

    @property
    def has_all(self) -> bool:
        """Whether all that it asks for are given or offered, where it asks for several."""
        if not self.message.several:
            return self.has_right
        return set(self.message.faq_ids) <= set(self.decision.faq_ids)

    @property
    def answered_wrongly(self) -> bool:
        """Whether it was given a FAQ as the answer, and no right one is among them."""
        return self.answered and not self.has_right


def judge(sets: Iterable[LabelledSet], decider: Decider) -> list[Judged]:
    """Returns every message of the sets with its decision."""
    return [decided(one.name, message, decider) for one in sets for message in one.messages]


def decided(set_name: str, message: Message, decider: Decider) -> Judged:
    """Returns a message with its decision and the time that it took."""
    started = time.perf_counter()
    decision = decider.decide(message.text, previous=message.previous)
    return Judged(set_name, message, decision, 1000 * (time.perf_counter() - started))
