"""The one function of triage: a message in, a decision out.

Layers, the most severe wins: normalisation, red-line lexicon, fitted red-line gate, language,
parts of the message, retrieval, calibrated accept / clarify / escalate. Every layer leaves a
reason in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from knowledge.decision import Candidate, Category, Decision, Footer, Tier, intent_for
from knowledge.encoder import Encoder
from knowledge.errors import ArtifactError
from knowledge.lexicon import Lexicon
from knowledge.library.models import Library
from knowledge.text import Normaliser, clean
from knowledge.triage.artifact import Artifact
from knowledge.triage.confidence import features, three_confidence, top_confidence
from knowledge.triage.features import Floats
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS, SMALL_TALK
from knowledge.triage.language import LanguageGuard
from knowledge.triage.parts import Part, message_parts
from knowledge.triage.red_lines import GateScores, RedLineFinding, RedLineGate
from knowledge.triage.retrieval import Retriever
from knowledge.triage.small_talk import choice_intent, contact_intent

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


class Triage:
    """Decides; safe to call from several threads (nothing is written after `load`)."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        artifact: Artifact,
        lexicon: Lexicon | None = None,
        normaliser: Normaliser | None = None,
    ) -> None:
        if artifact.encoder != encoder.identity:
            raise ArtifactError(
                f"the index was built for encoder {artifact.encoder!r}, not {encoder.identity!r}:"
                " run `make setup`"
            )
        self._library = library
        self._encoder = encoder
        self._artifact = artifact
        self._thresholds = artifact.thresholds
        self._normaliser = normaliser or Normaliser.default()
        self._gate = RedLineGate(
            artifact.gate.classes, lexicon or Lexicon.load(), artifact.thresholds
        )
        self._retriever = Retriever(
            artifact.faq_ids,
            artifact.owner,
            artifact.index,
            artifact.lexical,
            artifact.faq_head,
            artifact.evidence_weights,
        )
        self._language = LanguageGuard(artifact.english)
        self._reasons = {name: line.reason for name, line in library.red_lines.items()}
        classes = artifact.gate.classes
        self._faq_column = classes.index(FAQ_CLASS)
        self._scope_column = classes.index(OUT_OF_SCOPE_CLASS)
        self._talk_columns = [i for i, c in enumerate(classes) if c.startswith(SMALL_TALK)]
        self._exact = _exact_questions(library, self._normaliser)

    @classmethod
    def load(cls, index: Path, encoder: Encoder, library: Library) -> Triage:
        """Loads a built index.

        Args:
            index: the folder written by `knowledge.build`.
            encoder: the run-time encoder that the index was built for.
            library: the knowledge that the index was built from.

        Raises:
            ArtifactError: if the index is missing, damaged, or belongs to another encoder.
        """
        return cls(library, encoder, Artifact.load(index))

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Decides what to do with a message.

        Args:
            text: the message as received.
            channel: `web` or `sms`; both are decided alike.
            previous: the visitor's last messages, newest last.
        """
        del channel  # part of the contract; the decision does not depend on it
        parts = message_parts(text, previous, self._normaliser)
        return self._by_surface(text, parts) or self._by_meaning(text, parts)

    def _by_surface(self, text: str, parts: Sequence[Part]) -> Decision | None:
        """Returns the decision that the characters alone allow, else None."""
        whole = parts[0]
        if not any(c.isalnum() for c in whole.expanded):
            reason = "There are no words in the message"
            return self._escalation(text, "unanswerable", "T3", confidence=0.99, reasons=(reason,))
        exact = self._exact.get(whole.folded)
        if exact is not None:
            reason = "The wording is the FAQ's own question"
            return self._answer(
                text, (exact,), whole, confidence=0.99, candidates=(), reasons=(reason,)
            )
        intent = choice_intent(whole.folded) or contact_intent(clean(text))
        if intent is not None and self._gate.by_wording(parts) is None:
            reason = "The message only picks a choice or gives contact details"
            return Decision(text, "smalltalk", confidence=0.99, reasons=(reason,), intent=intent)
        return None

    def _by_meaning(self, text: str, parts: Sequence[Part]) -> Decision:
        """Returns the decision of the fitted layers, the most severe first."""
        vectors = self._encoder.encode([part.expanded for part in parts])
        lexical = self._artifact.features.transform([part.expanded for part in parts])
        gate = self._artifact.gate.probabilities(vectors, lexical)
        scores = GateScores(gate, self._artifact.gate.red_probabilities(vectors, lexical))
        red = self._gate.find(parts, scores, self._reasons)
        language = self._language.language(clean(text), parts[0].expanded)
        if red is not None and (red.tier in ("T0", "T1") or language == "en"):
            return self._red(text, red, language)
        if language != "en":
            reason = f"The message is not in English (looks like {language!r})"
            return self._escalation(
                text, "language", "T3", confidence=0.9, reasons=(reason,), language=language
            )
        return self._chat(text, gate[0]) or self._retrieve(text, parts, vectors, lexical, gate)

    # ---- routes that need no retrieval ------------------------------------------------------

    def _red(self, text: str, red: RedLineFinding, language: str) -> Decision:
        language = red.language if red.language in ("en", "es") else language
        return self._escalation(
            text,
            red.category,
            red.tier,
            confidence=red.confidence,
            reasons=red.reasons,
            language=language,
        )

    def _escalation(
        self,
        text: str,
        category: Category,
        tier: Tier,
        *,
        confidence: float,
        reasons: tuple[str, ...],
        language: str = "en",
        candidates: tuple[Candidate, ...] = (),
    ) -> Decision:
        return Decision(
            text=text,
            route="escalate",
            category=category,
            tier=tier,
            confidence=confidence,
            candidates=candidates,
            reasons=reasons,
            intent=intent_for(category, tier),
            language=language,
        )

    def _chat(self, text: str, gate: Floats) -> Decision | None:
        """Returns the decision for small talk, else None."""
        best = max(self._talk_columns, key=lambda column: float(gate[column]))
        score = float(gate[self._talk_columns].sum())
        if score < self._thresholds.small_talk:
            return None
        intent = self._artifact.gate.classes[best].removeprefix(SMALL_TALK)
        reason = f"Small talk ({intent.replace('_', ' ')}, {score:.0%} sure)"
        return Decision(text, "smalltalk", confidence=score, reasons=(reason,), intent=intent)

    # ---- retrieval ----------------------------------------------------------------------------

    def _retrieve(
        self, text: str, parts: Sequence[Part], vectors: Floats, lexical: object, gate: Floats
    ) -> Decision:
        evidence = self._retriever.evidence(vectors, lexical)
        ranking = self._retriever.ranking(evidence)
        self._read_on(parts, ranking)
        values = features(ranking, evidence, gate[:, self._faq_column])
        top = top_confidence(values, self._thresholds)
        three = three_confidence(values, self._thresholds)
        row = self._best_reading(parts, top)
        candidates = self._candidates(ranking[row])
        several = self._several(parts, ranking, top)
        if len(several) > 1:
            confidence = min(score for _, score in several)
            ids = tuple(faq_id for faq_id, _ in several)
            reason = f"The message holds {len(ids)} questions, each with its own answer"
            return self._answer(
                text,
                ids,
                parts[0],
                confidence=confidence,
                candidates=candidates,
                reasons=(reason,),
            )
        confidence = float(top[row])
        if confidence >= self._thresholds.answer:
            reason = f"The best FAQ is right with probability {confidence:.2f}"
            if parts[row].kind == "context":
                reason += ", read together with the message before"
            return self._answer(
                text,
                (candidates[0].faq_id,),
                parts[0],
                confidence=confidence,
                candidates=candidates,
                reasons=(reason,),
            )
        return self._unsure(text, float(three[row]), float(gate[0, self._scope_column]), candidates)

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
        return self._escalation(
            text,
            "unanswerable",
            "T3",
            confidence=1 - three,
            reasons=(reason,),
            candidates=candidates,
        )

    def _answer(
        self,
        text: str,
        faq_ids: tuple[str, ...],
        whole: Part,
        *,
        confidence: float,
        candidates: tuple[Candidate, ...],
        reasons: tuple[str, ...],
    ) -> Decision:
        faqs = [self._library.faqs[faq_id] for faq_id in faq_ids]
        withheld = next((faq for faq in faqs if not faq.servable), None)
        if withheld is not None:
            reason = (
                f"The answer to '{withheld.question}' is withheld: {withheld.unservable_reason}"
            )
            return self._escalation(
                text,
                "unanswerable",
                "T3",
                confidence=confidence,
                reasons=(*reasons, reason),
                candidates=candidates,
            )
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

    def _candidates(self, ranking: Floats) -> tuple[Candidate, ...]:
        best = np.argsort(-ranking)[:_CANDIDATES]
        return tuple(Candidate(self._artifact.faq_ids[i], float(ranking[i])) for i in best)

    def _read_on(self, parts: Sequence[Part], ranking: Floats) -> None:
        """Takes the answer to the message before out of the joined reading, in place.

        Joined to the message before, a follow-up is closest to what was just answered; what is
        asked now is the best of the others.
        """
        kinds = [part.kind for part in parts]
        if "context" in kinds and "previous" in kinds:
            joined, before = ranking[kinds.index("context")], ranking[kinds.index("previous")]
            joined[int(before.argmax())] = 0.0
            joined /= joined.sum()

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


def _is_follow_up(whole: Part) -> bool:
    words = whole.folded.split()
    return len(words) <= _FOLLOW_UP_WORDS and _FOLLOW_UP.search(whole.folded) is not None


def _exact_questions(library: Library, normaliser: Normaliser) -> dict[str, str]:
    """Returns the folded canonical questions: what a tap on a choice sends."""
    return {normaliser.fold(faq.question): faq.id for faq in library.faqs.values()}
