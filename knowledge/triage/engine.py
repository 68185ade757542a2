"""The one function of triage: a message in, a decision out.

Layers, the most severe wins: normalisation, red-line lexicon, fitted red-line gate, language,
parts of the message, retrieval, calibrated accept / clarify / escalate. Every layer leaves a
reason in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from knowledge.decision import Category, Decision, Route, Tier, intent_for
from knowledge.encoder import Encoder
from knowledge.errors import ArtifactError
from knowledge.lexicon import Lexicon
from knowledge.library.models import Library
from knowledge.text import Normaliser, clean
from knowledge.triage.answers import Answers, Asking
from knowledge.triage.artifact import Artifact
from knowledge.triage.features import Floats
from knowledge.triage.labels import OUT_OF_SCOPE_CLASS, SMALL_TALK
from knowledge.triage.language import LanguageGuard
from knowledge.triage.parts import Part, message_parts
from knowledge.triage.red_lines import RedLineFinding, RedLineGate
from knowledge.triage.small_talk import choice_intent, contact_intent

#: So many messages are looked up together: enough for fast products, few enough for the memory.
_TOGETHER: Final = 64


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
        self._answers = Answers(library, artifact)
        self._language = LanguageGuard(artifact.english)
        self._reasons = {name: line.reason for name, line in library.red_lines.items()}
        classes = artifact.gate.classes
        self._talk_columns = [i for i, c in enumerate(classes) if c.startswith(SMALL_TALK)]
        self._exact = _exact_questions(library, self._normaliser)
        self._listed = _listed_intents(library, self._normaliser)

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

    @property
    def faq_ids(self) -> tuple[str, ...]:
        """The FAQs that the index can choose."""
        return self._artifact.faq_ids

    def decide(self, text: str, channel: str = "web", previous: Sequence[str] = ()) -> Decision:
        """Decides what to do with a message.

        Args:
            text: the message as received.
            channel: `web` or `sms`; both are decided alike.
            previous: the visitor's last messages, newest last.
        """
        del channel  # part of the contract; the decision does not depend on it
        parts = message_parts(text, previous, self._normaliser)
        decision = self._by_surface(text, parts)
        if decision is not None:
            return decision
        vectors = self._encoder.encode([part.expanded for part in parts])
        gate = self._artifact.gate.probabilities(vectors)
        decision = self._by_meaning(text, parts, gate)
        return decision or self._answers.find([Asking.of(text, parts, vectors, gate)])[0]

    def decide_all(self, messages: Sequence[tuple[str, Sequence[str]]]) -> list[Decision]:
        """Decides on every message as `decide` does; what FAQs are like them is looked up together.

        Args:
            messages: each with the visitor's last messages before it, newest last.
        """
        cut = [message_parts(text, previous, self._normaliser) for text, previous in messages]
        vectors = self._encoder.encode([part.expanded for parts in cut for part in parts])
        starts = np.cumsum([0, *map(len, cut)])
        decided: dict[int, Decision] = {}
        asking: dict[int, Asking] = {}
        for number, parts in enumerate(cut):
            text, rows = messages[number][0], vectors[starts[number] : starts[number + 1]]
            gate = self._artifact.gate.probabilities(rows)
            decision = self._by_surface(text, parts) or self._by_meaning(text, parts, gate)
            if decision is not None:
                decided[number] = decision
            else:
                asking[number] = Asking.of(text, parts, rows, gate)
        left = list(asking)
        for start in range(0, len(left), _TOGETHER):
            numbers = left[start : start + _TOGETHER]
            found = self._answers.find([asking[number] for number in numbers])
            decided.update(zip(numbers, found, strict=True))
        return [decided[number] for number in range(len(messages))]

    def _by_surface(self, text: str, parts: Sequence[Part]) -> Decision | None:
        """Returns the decision that the characters alone allow, else None."""
        whole = parts[0]
        if not any(c.isalnum() for c in whole.expanded):
            reason = "There are no words in the message"
            return self._escalation(text, "unanswerable", "T3", confidence=0.99, reasons=(reason,))
        exact = self._exact.get(whole.folded)
        if exact is not None:
            reason = "The wording is the FAQ's own question"
            return self._answers.answer(text, (exact,), whole, 0.99, (), (reason,))
        intent = choice_intent(whole.folded) or contact_intent(clean(text))
        if intent is not None and self._gate.by_wording(parts) is None:
            reason = "The message only picks a choice or gives contact details"
            return Decision(text, "smalltalk", confidence=0.99, reasons=(reason,), intent=intent)
        return None

    def _by_meaning(self, text: str, parts: Sequence[Part], gate: Floats) -> Decision | None:
        """Returns the decision of the fitted layers before retrieval, the most severe first."""
        red = self._red_line(parts, gate)
        language = self._language.language(clean(text), parts[0].expanded)
        if red is not None and (red.tier != "T3" or language == "en"):
            return self._red(text, red, language)
        if language != "en":
            reason = f"The message is not in English (looks like {language!r})"
            return self._escalation(
                text, "language", "T3", confidence=0.9, reasons=(reason,), language=language
            )
        return self._as_listed(text, parts[0]) or self._chat(text, gate[0])

    def _red_line(self, parts: Sequence[Part], gate: Floats) -> RedLineFinding | None:
        """Returns the red line in a message, unless it is listed as harmless word for word.

        "restart" and "test" are like nothing else, so that their meaning is a guess. The list does
        not count where wording says otherwise, or after a red line: "just testing" takes it back.
        """
        if parts[0].folded in self._listed and self._gate.by_wording(parts) is None:
            before = [i for i, part in enumerate(parts) if part.kind == "previous"]
            alone = [replace(parts[i], kind="whole") for i in before]
            if not before or self._gate.find(alone, gate[before], self._reasons) is None:
                return None
        return self._gate.find(parts, gate, self._reasons)

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
    ) -> Decision:
        return Decision(
            text=text,
            route="escalate",
            category=category,
            tier=tier,
            confidence=confidence,
            reasons=reasons,
            intent=intent_for(category, tier),
            language=language,
        )

    def _as_listed(self, text: str, whole: Part) -> Decision | None:
        intent = self._listed.get(whole.folded)
        if intent is None:
            return None
        route: Route = "out_of_scope" if intent == OUT_OF_SCOPE_CLASS else "smalltalk"
        reason = f"The wording is listed as {intent.replace('_', ' ')}"
        return Decision(text, route, confidence=0.99, reasons=(reason,), intent=intent)

    def _chat(self, text: str, gate: Floats) -> Decision | None:
        """Returns the decision for small talk, else None."""
        best = max(self._talk_columns, key=lambda column: float(gate[column]))
        score = float(gate[self._talk_columns].sum())
        if score < self._thresholds.small_talk:
            return None
        intent = self._artifact.gate.classes[best].removeprefix(SMALL_TALK)
        reason = f"Small talk ({intent.replace('_', ' ')}, {score:.0%} sure)"
        return Decision(text, "smalltalk", confidence=score, reasons=(reason,), intent=intent)


def _exact_questions(library: Library, normaliser: Normaliser) -> dict[str, str]:
    """Returns the folded canonical questions: what a tap on a choice sends."""
    return {normaliser.fold(faq.question): faq.id for faq in library.faqs.values()}


def _listed_intents(library: Library, normaliser: Normaliser) -> dict[str, str]:
    """Returns the intents of the folded wordings that the clinic lists as harmless."""
    listed = {normaliser.fold(text): OUT_OF_SCOPE_CLASS for text in library.out_of_scope}
    for intent, texts in library.small_talk.items():
        listed |= {normaliser.fold(text): intent for text in texts}
    return listed
