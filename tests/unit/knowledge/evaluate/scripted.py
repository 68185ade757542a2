"""Labelled messages, and a decider that does what it is told: no model, no index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.decision import Candidate, Decision
from knowledge.evaluate.judged import Judged
from knowledge.evaluate.sets import LabelledSet
from knowledge.fit.messages import Message


@dataclass
class ScriptedDecider:
    """Gives the decision that the script has for a text, else answers with the FAQ `hours`."""

    script: Mapping[str, Decision] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        self.asked.append((text, tuple(previous)))
        return self.script.get(text, answer("hours"))


def answer(*faq_ids: str, confidence: float = 0.95) -> Decision:
    candidates = tuple(Candidate(i, confidence) for i in faq_ids)
    return Decision("", "answer", faq_ids=faq_ids, confidence=confidence, candidates=candidates)


def clarify(*faq_ids: str) -> Decision:
    return Decision("", "clarify", faq_ids=faq_ids, confidence=0.8)


def route(name: Any) -> Decision:
    return Decision("", name, confidence=0.7)


def escalate(category: Any = "unanswerable", tier: Any = "T3") -> Decision:
    return Decision("", "escalate", category=category, tier=tier, confidence=0.9)


def red(category: Any = "self_harm", tier: Any = "T1", text: str = "red", **more: Any) -> Message:
    return Message(text, "red", category=category, tier=tier, **more)


def faq(*faq_ids: str, text: str = "faq", **more: Any) -> Message:
    return Message(text, "faq", faq_ids, **more)


def other(kind: Any, text: str = "other", **more: Any) -> Message:
    return Message(text, kind, **more)


def judged(message: Message, decision: Decision, milliseconds: float = 1.0) -> Judged:
    return Judged("set", message, decision, milliseconds)


def labelled(*messages: Message, name: str = "set") -> LabelledSet:
    return LabelledSet(name, "0" * 64, messages)
