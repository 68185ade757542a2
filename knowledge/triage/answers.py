"""Answer, several answers, "did you mean", out of scope, or staff: what follows from retrieval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from knowledge.decision import Candidate, Decision, Footer
from knowledge.encoder import Vectors
from knowledge.library.models import Library
from knowledge.triage.artifact import Artifact
from knowledge.triage.confidence import features, three_confidence, top_confidence
from knowledge.triage.features import Floats
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS
from knowledge.triage.parts import Part
from knowledge.triage.retrieval import Retriever

_MENTIONS_CRISIS: Final = re.compile(
    r"\b(?:suicid\w*|self harm\w*|kill\w* (?:him|her|them|your)sel\w+)"
)
_FOLLOW_UP: Final = re.compile(
    r"\b(?:it|that|this|they|those|these|them|then)\b"
    r"|^(?:and|what about|how about|also|so|ok|but|why|how long|how much|how often|when)\b"
)
_FOLLOW_UP_WORDS: Final = 9
_CANDIDATES: Final = 5
_CHOICES: Final = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """A message that retrieval decides on: the parts of it that may ask something.

    Attributes:
        text: the message as received.
        parts: those parts, the whole first.
        vectors: of the parts, shape (parts, dimension).
        gate: class probabilities of the parts, shape (parts, classes).
    """

    text: str
    parts: Sequence[Part]
    vectors: Vectors
    gate: Floats

    @classmethod
    def of(cls, text: str, parts: Sequence[Part], vectors: Vectors, gate: Floats) -> Asking:
        """Returns what of all parts of a message may ask something."""
        # Windows cut sentences apart, so that no danger stays unread; nobody asks in them.
        # And what was said before matters only to a message that may follow it up.
        unread = ("window",) if _is_follow_up(parts[0]) else ("window", "context", "previous")
        rows = [i for i, part in enumerate(parts) if part.kind not in unread]
        return cls(text, [parts[i] for i in rows], vectors[rows], gate[rows])


class Answers:
    """Decides on messages that are no red line and no small talk."""

    def __init__(self, library: Library, artifact: Artifact) -> None:
        self._library = library
        self._artifact = artifact
        self._thresholds = artifact.thresholds
        self._retriever = Retriever(
            artifact.faq_ids,
            artifact.owner,
            artifact.index,
            artifact.lexical,
            artifact.faq_head,
            artifact.evidence_weights,
        )
        self._faq_column = artifact.gate.classes.index(FAQ_CLASS)
        self._scope_column = artifact.gate.classes.index(OUT_OF_SCOPE_CLASS)

    def find(self, messages: Sequence[Asking]) -> list[Decision]:
        """Returns the decision on every message; their evidence is looked up together."""
        if not messages:
            return []
        vectors = np.concatenate([message.vectors for message in messages])
        texts = [part.expanded for message in messages for part in message.parts]
        lexical = self._artifact.features.transform(texts)
        evidence = self._retriever.evidence(vectors, lexical)
        ends = np.cumsum([len(message.parts) for message in messages])
        return [
            self._decide(message, rows)
            for message, rows in zip(messages, np.split(evidence, ends[:-1]), strict=True)
        ]

    def _decide(self, message: Asking, evidence: Floats) -> Decision:
        text, parts, gate = message.text, message.parts, message.gate
        ranking = self._retriever.ranking(evidence)
        _read_on(parts, ranking)
        values = features(ranking, evidence, gate[:, self._faq_column])
        top = top_confidence(values, self._thresholds)
        several = self._several(parts, ranking, top)
        if len(several) > 1:
            return self._answer_all(text, several, parts[0], self._candidates(ranking[0]))
        row = self._best_reading(parts, top)
        candidates = self._candidates(ranking[row])
        confidence = float(top[row])
        if confidence >= self._thresholds.answer:
            reason = f"The best FAQ is right with probability {confidence:.2f}"
            if parts[row].kind == "context":
                reason += ", read together with the message before"
            ids = (candidates[0].faq_id,)
            return self.answer(text, ids, parts[0], confidence, candidates, (reason,))
        three = float(three_confidence(values[row : row + 1], self._thresholds)[0])
        return self._unsure(text, three, float(gate[0, self._scope_column]), candidates)

    def answer(
        self,
        text: str,
        faq_ids: tuple[str, ...],
        whole: Part,
        confidence: float,
        candidates: tuple[Candidate, ...],
        reasons: tuple[str, ...],
    ) -> Decision:
        """Returns the decision to answer with FAQs, or to hand over where one may not be served."""
        faqs = [self._library.faqs[faq_id] for faq_id in faq_ids]
        withheld = next((faq for faq in faqs if not faq.servable), None)
        if withheld is not None:
            reason = (
                f"The answer to '{withheld.question}' is withheld: {withheld.unservable_reason}"
            )
            return _handed_over(text, confidence, candidates, (*reasons, reason))
        footer: Footer | None = None
        if any(faq.footer for faq in faqs) or _MENTIONS_CRISIS.search(whole.folded):
            footer = "soft_crisis"
            reasons = (*reasons, "Suicide is mentioned in general: the crisis footer goes with it")
        return Decision(
            text=text,
            route="answer",
            faq_ids=faq_ids,
            confidence=confidence,
            candidates=candidates or tuple(Candidate(i, confidence) for i in faq_ids),
            footer=footer,
            reasons=reasons,
            intent="ask_faq",
        )

    def _answer_all(
        self,
        text: str,
        several: Sequence[tuple[str, float]],
        whole: Part,
        candidates: tuple[Candidate, ...],
    ) -> Decision:
        ids = tuple(faq_id for faq_id, _ in several)
        reason = f"The message holds {len(ids)} questions, each with its own answer"
        confidence = min(score for _, score in several)
        return self.answer(text, ids, whole, confidence, candidates, (reason,))

    def _unsure(
        self, text: str, three: float, outside: float, candidates: tuple[Candidate, ...]
    ) -> Decision:
        if outside >= self._thresholds.out_of_scope:
            reason = f"Not about the clinic or its treatments ({outside:.0%} sure)"
            return Decision(
                text, "out_of_scope", confidence=outside, candidates=candidates,
                reasons=(reason,), intent="out_of_scope",
            )  # fmt: skip
        if three >= self._thresholds.clarify:
            reason = f"One of {_CHOICES} FAQs is right with probability {three:.2f}, none surely"
            return Decision(
                text, "clarify", faq_ids=tuple(c.faq_id for c in candidates[:_CHOICES]),
                confidence=three, candidates=candidates, reasons=(reason,), intent="ambiguous",
            )  # fmt: skip
        reason = f"No FAQ is close enough (best three: {three:.2f})"
        return _handed_over(text, 1 - three, candidates, (reason,))

    def _candidates(self, ranking: Floats) -> tuple[Candidate, ...]:
        best = np.argsort(-ranking)[:_CANDIDATES]
        return tuple(Candidate(self._artifact.faq_ids[i], float(ranking[i])) for i in best)

    def _best_reading(self, parts: Sequence[Part], top: Floats) -> int:
        """Returns the part to answer: the whole, its real question, or a follow-up in context."""
        readable = [0]
        for row, part in enumerate(parts):
            if part.kind == "context" and _is_follow_up(parts[0]):
                readable.append(row)
            if part.kind == "sentence" and top[row] >= self._thresholds.part_answer:
                readable.append(row)
        return max(readable, key=lambda row: float(top[row]))

    def _several(
        self, parts: Sequence[Part], ranking: Floats, top: Floats
    ) -> list[tuple[str, float]]:
        """Returns the distinct FAQs that the sentences ask for, in their order, at most three."""
        found: dict[str, float] = {}
        for row, part in enumerate(parts):
            if part.kind == "sentence" and top[row] >= self._thresholds.part_answer:
                faq_id = self._artifact.faq_ids[int(ranking[row].argmax())]
                found.setdefault(faq_id, float(top[row]))
        return list(found.items())[:_CHOICES]


def _handed_over(
    text: str, confidence: float, candidates: tuple[Candidate, ...], reasons: tuple[str, ...]
) -> Decision:
    return Decision(
        text, "escalate", category="unanswerable", tier="T3", confidence=confidence,
        candidates=candidates, reasons=reasons,
    )  # fmt: skip


def _is_follow_up(whole: Part) -> bool:
    words = whole.folded.split()
    return len(words) <= _FOLLOW_UP_WORDS and _FOLLOW_UP.search(whole.folded) is not None


def _read_on(parts: Sequence[Part], ranking: Floats) -> None:
    """Takes the answer to the message before out of the joined reading, in place.

    Joined to the message before, a follow-up is closest to what was just answered; what is asked
    now is the best of the others.
    """
    kinds = [part.kind for part in parts]
    if "context" in kinds and "previous" in kinds:
        joined, before = ranking[kinds.index("context")], ranking[kinds.index("previous")]
        joined[int(before.argmax())] = 0.0
        joined /= joined.sum()
