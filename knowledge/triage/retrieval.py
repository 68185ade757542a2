"""Which FAQ a question means: dense, lexical and learned evidence, weighed by fitted weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Vectors
from knowledge.triage.dense_index import DenseIndex
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.heads import LinearHead, softmax

#: Kinds of evidence, in the order of the fitted weights.
EVIDENCE: Final = ("nearest", "nearest_three", "lexical", "lexical_three", "head")
_NEIGHBOURS: Final = 60
_BEST: Final = 3
#: Of the wordings that share an n-gram with a question, which are most of them, so many count.
_OVERLAPPING: Final = 240


@dataclass(frozen=True)
class Retriever:
    """Scores every FAQ for a question.

    Attributes:
        faq_ids: the N FAQs.
        owner: FAQ number of every wording, shape (wordings,).
        index: vectors of the wordings.
        lexical: lexical features of the wordings, sparse (wordings, features).
        head: classifier over the FAQs, classes in the order of `faq_ids`.
        weights: one weight a kind of evidence, fitted as a conditional logit.
    """

    faq_ids: tuple[str, ...]
    owner: npt.NDArray[np.int64]
    index: DenseIndex
    lexical: Matrix
    head: LinearHead
    weights: Floats

    @cached_property
    def _by_feature(self) -> Matrix:
        # Transposed once: doing it for every message took a tenth of the whole decision.
        return self.lexical.T.tocsr()

    def evidence(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns an array of shape (rows, N, kinds of evidence)."""
        cosines, rows = self.index.search(vectors, _NEIGHBOURS)
        result = np.zeros((len(vectors), len(self.faq_ids), len(EVIDENCE)), dtype=np.float32)
        overlaps = (lexical @ self._by_feature).tocsr()
        for i in range(len(vectors)):
            found = rows[i] >= 0
            self._group(result[i, :, 0:2], self.owner[rows[i][found]], cosines[i][found])
            start, end = overlaps.indptr[i], overlaps.indptr[i + 1]
            values, places = _highest(overlaps.data[start:end], overlaps.indices[start:end])
            self._group(result[i, :, 2:4], self.owner[places], values)
        result[:, :, 4] = np.log(self.head.probabilities(vectors) + 1e-6)
        return result

    def ranking(self, evidence: Floats) -> Floats:
        """Returns an array of shape (rows, N): how likely each FAQ is the one, if one is."""
        return softmax(np.asarray(evidence @ self.weights, dtype=np.float32))

    def _group(
        self, target: Floats, owners: npt.NDArray[np.int64], values: npt.NDArray[np.float32]
    ) -> None:
        """Writes per FAQ the best value and the mean of its three best into `target` (N, 2)."""
        if not len(values):
            return
        order = np.lexsort((-values, owners))
        owners, values = owners[order], values[order]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        rank = np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))
        target[owners[starts], 0] = values[starts]
        best_three = rank < _BEST
        np.add.at(target[:, 1], owners[best_three], values[best_three] / _BEST)


def _highest(
    values: npt.NDArray[np.float32], places: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    if len(values) <= _OVERLAPPING:
        return values, places
    kept = np.argpartition(values, -_OVERLAPPING)[-_OVERLAPPING:]
    return values[kept], places[kept]
