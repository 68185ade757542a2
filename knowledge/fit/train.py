"""From the curated files to a fitted artefact."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Encoder, Vectors
from knowledge.fit.dataset import Row, row_of, training_rows
from knowledge.fit.gate import fit_gate
from knowledge.fit.messages import Message
from knowledge.fit.retrieval import START_WEIGHTS, fit_evidence_weights, fit_faq_head
from knowledge.fit.scored import Scored
from knowledge.fit.surrounded import surrounded
from knowledge.lexicon import Lexicon
from knowledge.library.models import Library
from knowledge.text import Normaliser
from knowledge.triage.artifact import Artifact
from knowledge.triage.dense_index import DenseIndex
from knowledge.triage.features import Floats, LexicalFeatures, Matrix
from knowledge.triage.heads import LinearHead
from knowledge.triage.labels import RED
from knowledge.triage.language import LanguageGuard
from knowledge.triage.parts import Part, message_parts
from knowledge.triage.red_lines import LIFE, life_columns, red_columns, red_evidence
from knowledge.triage.retrieval import Retriever

Progress = Callable[[str], None]
_WORD: Final = re.compile(r"[^\W\d_]+")
_FOREIGN: Final = f"{RED}language/"


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
        return tuple(sorted({row.owner for row in self.rows if row.owner}))

    @property
    def worded(self) -> npt.NDArray[np.int64]:
        """Row numbers of the wordings of a FAQ that stand alone: what the index holds."""
        return np.array(
            [i for i, row in enumerate(self.rows) if row.owner and not row.in_context],
            dtype=np.int64,
        )

    def retriever(self) -> Retriever:
        """Returns the index over the wordings, with a head that learns from follow-ups too."""
        owned = np.array([i for i, row in enumerate(self.rows) if row.owner], dtype=np.int64)
        head = fit_faq_head(self.vectors[owned], self._owners(owned))
        worded = self.worded
        return Retriever(
            self.faq_ids,
            self._owners(worded),
            DenseIndex.from_vectors(self.vectors[worded]),
            self.lexical[worded],
            head,
            START_WEIGHTS,
        )

    def _owners(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        number = {faq_id: i for i, faq_id in enumerate(self.faq_ids)}
        return np.array([number[self.rows[i].owner or ""] for i in numbers], dtype=np.int64)


def train(
    library: Library,
    encoder: Encoder,
    content: str,
    examples: Sequence[Message],
    calibration: Sequence[Message],
    progress: Progress = lambda _: None,
) -> Artifact:
    """Fits everything on the library's examples.

    Args:
        library: the curated files.
        encoder: the run-time encoder.
        content: SHA-256 of the knowledge files, recorded in the artefact.
        examples: labelled messages beside the wordings that the library's files carry.
        calibration: messages written apart from the examples, for weights and limits. What is
            chosen on them may have seen no example of theirs, so neither may the encoder.
        progress: called with a line for every step.
    """
    rows = training_rows(library, examples, Normaliser.default())
    progress(f"encoding {len(rows)} examples")
    known = _Examples.encode(rows, encoder)
    progress("fitting the red-line gate")
    gate = fit_gate(known.vectors, [row.label for row in rows])
    progress("fitting the choice of FAQs")
    retriever = known.retriever()
    progress(f"calibrating on {len(calibration)} messages written apart")
    messages = _Messages.encode(calibration, library, encoder, known.features)
    retriever = messages.weigh(retriever)
    scored = messages.score(gate, retriever)
    return Artifact(
        encoder=encoder.identity,
        content=content,
        faq_ids=known.faq_ids,
        wordings=tuple(rows[i].text for i in known.worded),
        owner=retriever.owner,
        english=english_words(rows),
        index=retriever.index,
        features=known.features,
        lexical=retriever.lexical,
        gate=gate,
        faq_head=retriever.head,
        evidence_weights=retriever.weights,
        thresholds=scored.thresholds(gate.classes, scored.confidence(gate.classes)),
    )


@dataclass(frozen=True)
class _Messages:
    """The calibration messages, their parts' vectors, and which part is the message as a whole.

    Behind those that stand `alone` come the same amid others, for the limits on red lines.
    """

    rows: tuple[Row, ...]
    alone: npt.NDArray[np.bool_]
    parts: tuple[Part, ...]
    starts: npt.NDArray[np.int64]
    vectors: Vectors
    lexical: Matrix

    @classmethod
    def encode(
        cls,
        messages: Sequence[Message],
        library: Library,
        encoder: Encoder,
        features: LexicalFeatures,
    ) -> _Messages:
        normaliser = Normaliser.default()
        authored = len(messages)
        messages = (*messages, *surrounded(messages))
        rows = tuple(row_of(message, normaliser, library) for message in messages)
        cut = [message_parts(m.text, m.previous, normaliser) for m in messages]
        parts = tuple(part for message in cut for part in message)
        texts = [part.expanded for part in parts]
        starts = np.cumsum([0, *map(len, cut)])[:-1]
        return cls(
            rows,
            np.arange(len(rows)) < authored,
            parts,
            starts,
            encoder.encode(texts),
            features.transform(texts),
        )

    def weigh(self, retriever: Retriever) -> Retriever:
        """Returns the retriever with the weights of its evidence fitted on these messages."""
        right = self._right(retriever)
        kept = np.flatnonzero(self._single() & np.array([bool(numbers) for numbers in right]))
        whole = self.starts[kept]
        evidence = retriever.evidence(self.vectors[whole], self.lexical[whole])
        number = {faq_id: i for i, faq_id in enumerate(retriever.faq_ids)}
        best = np.array([number[self.rows[i].faq_ids[0]] for i in kept])
        weights = fit_evidence_weights(evidence, best)
        return dataclasses.replace(retriever, weights=weights)

    def score(self, gate: LinearHead, retriever: Retriever) -> Scored:
        """Returns the messages scored by parts that never saw them, as at run time."""
        scores = gate.probabilities(self.vectors)
        hits = _hits(self.parts)
        worded = np.array([hit is not None for hit in hits])
        life = np.array([hit in LIFE for hit in hits])
        counted = np.array([part.kind != "previous" for part in self.parts])
        reds = scores[:, red_columns(gate.classes)]
        evidence = retriever.evidence(self.vectors[self.starts], self.lexical[self.starts])
        return Scored(
            gate=scores[self.starts],
            life=self._red_evidence(scores[:, life_columns(gate.classes)], life),
            red=self._red_evidence(reds, worded),
            most_red=np.maximum.reduceat(reds.sum(axis=1) * counted, self.starts),
            worded=np.logical_or.reduceat(worded, self.starts),
            ranking=retriever.ranking(evidence),
            evidence=evidence,
            right=self._right(retriever),
            kinds=tuple(row.label for row in self.rows),
            alone=self.alone,
            single=self._single(),
        )

    def _red_evidence(self, scores: Floats, worded: npt.NDArray[np.bool_]) -> Floats:
        masses, ends = scores.sum(axis=1), [*self.starts[1:], len(self.parts)]
        return np.stack(
            [
                red_evidence(self.parts[a:b], masses[a:b], worded=bool(worded[a:b].any()))
                for a, b in zip(self.starts, ends, strict=True)
            ]
        )

    def _single(self) -> npt.NDArray[np.bool_]:
        single = np.array([not row.several and not row.in_context for row in self.rows])
        return single & self.alone

    def _right(self, retriever: Retriever) -> tuple[frozenset[int], ...]:
        number = {faq_id: i for i, faq_id in enumerate(retriever.faq_ids)}
        return tuple(frozenset(number[i] for i in row.faq_ids if i in number) for row in self.rows)


def _hits(parts: Sequence[Part]) -> tuple[str | None, ...]:
    """Returns the category that the lexicon finds in every part; the message before has none."""
    lexicon = Lexicon.load()
    hits = [None if part.kind == "previous" else lexicon.scan_folded(part.folded) for part in parts]
    return tuple(hit.category if hit else None for hit in hits)


def english_words(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Returns the words that English examples use at least as often as the others.

    Red lines are told in Spanish too, and some messages mix both: with all their words counted,
    Spanish would look English.

    Args:
        rows: the training rows, expanded.
    """
    guard = LanguageGuard(())  # knows no word: its detector alone decides
    english, foreign = Counter[str](), Counter[str]()
    for row in rows:
        is_foreign = row.label.startswith(_FOREIGN) or (
            row.label.startswith(RED) and guard.language(row.text, row.text) != "en"
        )
        (foreign if is_foreign else english).update(_WORD.findall(row.text))
    return tuple(sorted(word for word, count in english.items() if count >= foreign[word]))
