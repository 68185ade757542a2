"""From the curated files to a fitted artefact."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, Vectors
from knowledge.fit.calibration_set import CalibrationRow
from knowledge.fit.dataset import Row, training_rows
from knowledge.fit.gate import calibrated, fit_gate, life_mass
from knowledge.fit.retrieval import (
    Wordings,
    build_retriever,
    fit_evidence_weights,
    left_out_evidence,
)
from knowledge.fit.scored import Scored
from knowledge.fit.split import left_out
from knowledge.lexicon import Lexicon
from knowledge.library.models import Library
from knowledge.text import Normaliser
from knowledge.triage.artifact import Artifact
from knowledge.triage.features import Floats, LexicalFeatures, Matrix
from knowledge.triage.gate import Gate
from knowledge.triage.labels import FAQ_CLASS, OUT_OF_SCOPE_CLASS, RED, red_label
from knowledge.triage.parts import message_parts
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
    out = left_out([row.faq_id or row.label for row in rows])
    own = _left_out(examples, out, progress)
    progress("fitting the red-line gate on every example")
    gate = fit_gate(examples.vectors, examples.lexical, [row.label for row in rows])
    wordings = examples.wordings()
    retriever = build_retriever(examples.faq_ids, wordings, own.weights)
    progress(f"calibrating on {len(calibration)} messages written apart")
    # Variants by a FAQ's own author flatter retrieval, so its confidence is fitted on messages
    # written apart where there are any; the red-line limits use both.
    gate = own.calibrate(gate)
    scored = apart = own.score(gate)
    if calibration:
        apart = _score(calibration, encoder, examples.features, gate, retriever)
        scored = scored.joined(apart)
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
        evidence_weights=own.weights,
        thresholds=scored.thresholds(gate.classes, apart.confidence(gate.classes)),
    )


@dataclass(frozen=True)
class _LeftOut:
    """A quarter of the examples, scored by parts fitted on the others."""

    vectors: Vectors
    lexical: Matrix
    labels: tuple[str, ...]
    gate: Gate
    ranking: Floats
    evidence: Floats
    right: tuple[frozenset[int], ...]
    weights: Floats
    worded: Floats

    def calibrate(self, final: Gate) -> Gate:
        """Returns the final gate with the margin calibrated on these rows.

        The margin of the gate that left them out stands in for the final one's.
        """
        red = np.array([label.startswith(RED) for label in self.labels])
        mine = calibrated(self.gate, self.vectors, self.lexical, red).machine
        machine = dataclasses.replace(final.machine, slope=mine.slope, shift=mine.shift)
        return dataclasses.replace(final, machine=machine)

    def score(self, final: Gate) -> Scored:
        """Returns the rows' scores by the gate that left them out, calibrated like the final."""
        machine = dataclasses.replace(
            self.gate.machine, slope=final.machine.slope, shift=final.machine.shift
        )
        scores = self.gate.probabilities(self.vectors, self.lexical)
        return Scored(
            gate=scores,
            life=np.maximum(life_mass(self.gate.classes, scores), self.worded),
            red=np.maximum(machine.probabilities(self.vectors, self.lexical), self.worded),
            ranking=self.ranking,
            evidence=self.evidence,
            right=self.right,
            kinds=self.labels,
        )


def _left_out(examples: _Examples, out: npt.NDArray[np.bool_], progress: Progress) -> _LeftOut:
    labels = [row.label for row in examples.rows]
    inside = np.flatnonzero(~out)
    progress("fitting on three quarters, to score the fourth")
    gate = fit_gate(examples.vectors[inside], examples.lexical[inside], [labels[i] for i in inside])
    wordings, owned = examples.wordings(), examples.owned
    evidence = left_out_evidence(examples.faq_ids, wordings, out[owned])
    weights = fit_evidence_weights(evidence, wordings.owner[out[owned]])
    retriever = build_retriever(examples.faq_ids, wordings.subset(~out[owned]), weights)
    outside = np.flatnonzero(out)
    vectors, lexical = examples.vectors[outside], examples.lexical[outside]
    found = retriever.evidence(vectors, lexical)
    number = {faq_id: i for i, faq_id in enumerate(examples.faq_ids)}
    faqs = [examples.rows[i].faq_id for i in outside]
    return _LeftOut(
        vectors=vectors,
        lexical=lexical,
        labels=tuple(labels[i] for i in outside),
        gate=gate,
        ranking=retriever.ranking(found),
        evidence=found,
        right=tuple(frozenset({number[faq]}) if faq else frozenset() for faq in faqs),
        weights=weights,
        worded=_worded([examples.rows[i].text for i in outside]),
    )


def _score(
    calibration: tuple[CalibrationRow, ...],
    encoder: Encoder,
    features: LexicalFeatures,
    gate: Gate,
    retriever: Retriever,
) -> Scored:
    """Returns the calibration rows scored by the final parts, which never saw them."""
    number = {faq_id: i for i, faq_id in enumerate(retriever.faq_ids)}
    parts = [message_parts(row.text, (), Normaliser.default()) for row in calibration]
    starts = np.cumsum([0, *map(len, parts)])[:-1]
    texts = [part.expanded for message in parts for part in message]
    vectors, lexical = encoder.encode(texts), features.transform(texts)
    scores, worded = gate.probabilities(vectors, lexical), _worded(texts)
    evidence = retriever.evidence(vectors[starts], lexical[starts])
    return Scored(
        gate=scores[starts],
        life=np.maximum.reduceat(np.maximum(life_mass(gate.classes, scores), worded), starts),
        red=np.maximum.reduceat(
            np.maximum(gate.red_probabilities(vectors, lexical), worded), starts
        ),
        ranking=retriever.ranking(evidence),
        evidence=evidence,
        right=tuple(frozenset(number[i] for i in r.faq_ids if i in number) for r in calibration),
        kinds=tuple(_kind(row) for row in calibration),
    )


def _worded(texts: Sequence[str]) -> Floats:
    """Returns 1 for every expanded text in which the lexicon finds a red line, else 0."""
    lexicon, normaliser = Lexicon.load(), Normaliser.default()
    found = [lexicon.scan_folded(normaliser.fold_expanded(text)) is not None for text in texts]
    return np.array(found, dtype=np.float32)


def _kind(row: CalibrationRow) -> str:
    category: Any = row.category
    if row.kind == "red":
        return red_label(category, "T2")
    return OUT_OF_SCOPE_CLASS if row.kind == "out_of_scope" else FAQ_CLASS


def _english_words(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Returns the words of the English examples."""
    english = (row.text for row in rows if not row.label.startswith(f"{RED}language/"))
    return tuple(sorted({word for text in english for word in _WORD.findall(text)}))
