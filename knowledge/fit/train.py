"""From the curated files to a fitted artefact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, Vectors
from knowledge.fit.calibration_set import CalibrationRow
from knowledge.fit.dataset import Row, training_rows
from knowledge.fit.gate import fit_gate
from knowledge.fit.retrieval import (
    Wordings,
    build_retriever,
    cross_fitted_evidence,
    fit_evidence_weights,
)
from knowledge.fit.scored import Scored
from knowledge.library.models import Library
from knowledge.text import Normaliser
from knowledge.triage.artifact import Artifact
from knowledge.triage.features import Floats, LexicalFeatures, Matrix
from knowledge.triage.heads import LinearHead
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS, RED, red_label
from knowledge.triage.retrieval import Retriever

Progress = Callable[[str], None]
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class _Examples:
    """The training rows with their vectors and lexical features."""

    rows: tuple[Row, ...]
    vectors: Vectors
    features: LexicalFeatures
    lexical: Matrix

    @classmethod
    def encode(cls, rows: tuple[Row, ...], encoder: Encoder) -> _Examples:
        texts = [row.text for row in rows]
        features = LexicalFeatures.fit(texts)
        return cls(rows, encoder.encode(texts), features, features.transform(texts))

    @property
    def faq_ids(self) -> tuple[str, ...]:
        return tuple(sorted({row.faq_id for row in self.rows if row.faq_id}))

    @property
    def owned(self) -> npt.NDArray[np.int64]:
        """Row numbers of the examples that belong to a FAQ."""
        return np.array([i for i, row in enumerate(self.rows) if row.faq_id], dtype=np.int64)

    def wordings(self) -> Wordings:
        number = {faq_id: i for i, faq_id in enumerate(self.faq_ids)}
        owned = self.owned
        owner = np.array([number[self.rows[i].faq_id or ""] for i in owned], dtype=np.int64)
        return Wordings(self.vectors[owned], self.lexical[owned], owner)


def train(
    library: Library,
    encoder: Encoder,
    content: str,
    calibration: tuple[CalibrationRow, ...] = (),
    progress: Progress = lambda _: None,
) -> Artifact:
    """Fits everything on the library's examples.

    Args:
        library: the curated files.
        encoder: the run-time encoder.
        content: SHA-256 of the knowledge files, recorded in the artefact.
        calibration: messages written apart from the examples, for the limits.
        progress: called with a line for every step.
    """
    rows = training_rows(library, Normaliser.default())
    progress(f"encoding {len(rows)} examples")
    examples = _Examples.encode(rows, encoder)
    progress("fitting the red-line gate")
    labels = [row.label for row in rows]
    gate, gate_scores = fit_gate(examples.vectors, examples.lexical, labels)
    wordings = examples.wordings()
    progress(f"fitting retrieval over {len(wordings.owner)} wordings")
    evidence = cross_fitted_evidence(examples.faq_ids, wordings)
    weights = fit_evidence_weights(evidence, wordings.owner)
    retriever = build_retriever(examples.faq_ids, wordings, weights)
    progress(f"calibrating on {len(calibration)} messages written apart")
    scored = _cross_fitted(examples, evidence, gate_scores, retriever)
    if calibration:
        scored = scored.joined(_score(calibration, encoder, examples.features, gate, retriever))
    return Artifact(
        encoder=encoder.identity,
        content=content,
        faq_ids=examples.faq_ids,
        wordings=tuple(rows[i].text for i in examples.owned),
        owner=wordings.owner,
        english=_english_words(rows),
        index=retriever.index,
        features=examples.features,
        lexical=wordings.lexical,
        gate=gate,
        faq_head=retriever.head,
        evidence_weights=weights,
        thresholds=scored.thresholds(gate.classes),
    )


def _cross_fitted(
    examples: _Examples, owned_evidence: Floats, gate_scores: Floats, retriever: Retriever
) -> Scored:
    """Returns the training rows, each scored by parts that left it out."""
    evidence = retriever.evidence(examples.vectors, examples.lexical)
    evidence[examples.owned] = owned_evidence
    right: list[frozenset[int]] = [frozenset()] * len(examples.rows)
    for row, faq in zip(examples.owned, retriever.owner, strict=True):
        right[row] = frozenset({int(faq)})
    kinds = tuple(row.label for row in examples.rows)
    return Scored(gate_scores, retriever.ranking(evidence), evidence, tuple(right), kinds)


def _score(
    calibration: tuple[CalibrationRow, ...],
    encoder: Encoder,
    features: LexicalFeatures,
    gate: LinearHead,
    retriever: Retriever,
) -> Scored:
    """Returns the calibration rows scored by the final parts, which never saw them."""
    number = {faq_id: i for i, faq_id in enumerate(retriever.faq_ids)}
    normaliser = Normaliser.default()
    texts = [normaliser.expand(row.text) for row in calibration]
    vectors, lexical = encoder.encode(texts), features.transform(texts)
    evidence = retriever.evidence(vectors, lexical)
    return Scored(
        gate.probabilities(vectors, lexical),
        retriever.ranking(evidence),
        evidence,
        tuple(frozenset(number[i] for i in row.faq_ids if i in number) for row in calibration),
        tuple(_kind(row) for row in calibration),
    )


def _kind(row: CalibrationRow) -> str:
    category: Any = row.category
    if row.kind == "red":
        return red_label(category, "T2")
    return OUT_OF_SCOPE_CLASS if row.kind == "out_of_scope" else FAQ_CLASS


def _english_words(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Returns the words of the English examples."""
    english = (row.text for row in rows if not row.label.startswith(f"{RED}language/"))
    return tuple(sorted({word for text in english for word in _WORD.findall(text)}))
