"""Fitting retrieval: the FAQ head, the weights of the evidence, the calibration of confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.encoder import Vectors
from knowledge.fit.solver import fit_head
from knowledge.triage.dense_index import DenseIndex
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.retrieval import EVIDENCE, Retriever

_PENALTY: Final = 4.0
_START_WEIGHTS: Final = np.array([8.0, 4.0, 4.0, 2.0, 1.0], dtype=np.float32)


@dataclass(frozen=True)
class Wordings:
    """Authored wordings of FAQs: vectors (n, d), lexical features, and FAQ number of each."""

    vectors: Vectors
    lexical: Matrix
    owner: npt.NDArray[np.int64]

    def subset(self, rows: npt.NDArray[Any]) -> Wordings:
        """Returns these rows only."""
        return Wordings(self.vectors[rows], self.lexical[rows], self.owner[rows])


def build_retriever(faq_ids: tuple[str, ...], wordings: Wordings, weights: Floats) -> Retriever:
    """Returns a retriever over these wordings with a freshly fitted head.

    Every FAQ must own at least one wording: the head's classes are in the order of `faq_ids`.
    """
    # Zero padding keeps the classes, which are strings, in numeric order.
    labels = [f"{number:06d}" for number in wordings.owner]
    head = fit_head(wordings.vectors, None, labels, penalty=_PENALTY)
    index = DenseIndex.from_vectors(wordings.vectors)
    return Retriever(faq_ids, wordings.owner, index, wordings.lexical, head, weights)


def left_out_evidence(
    faq_ids: tuple[str, ...], wordings: Wordings, out: npt.NDArray[np.bool_]
) -> Floats:
    """Returns the evidence of the rows left out, from a retriever without them, (n, N, kinds)."""
    retriever = build_retriever(faq_ids, wordings.subset(~out), _START_WEIGHTS)
    part = wordings.subset(out)
    return retriever.evidence(part.vectors, part.lexical)


def fit_evidence_weights(evidence: Floats, right: npt.NDArray[np.int64]) -> Floats:
    """Returns the weights that make the right FAQ likeliest (conditional logit, McFadden 1974).

    Args:
        evidence: shape (rows, N, kinds).
        right: number of the right FAQ of every row.
    """
    rows = np.arange(len(right))

    def loss(weights: npt.NDArray[Any]) -> tuple[float, npt.NDArray[Any]]:
        scores = evidence @ weights
        scores -= scores.max(axis=1, keepdims=True)
        p = np.exp(scores)
        p /= p.sum(axis=1, keepdims=True)
        expected = np.einsum("rn,rnk->rk", p, evidence)
        gradient = (expected - evidence[rows, right]).mean(axis=0) + 1e-3 * weights
        value = -np.log(p[rows, right] + 1e-12).mean() + 5e-4 * float(weights @ weights)
        return float(value), gradient

    result = minimize(
        loss, _START_WEIGHTS.astype(float), jac=True, method="L-BFGS-B",
        bounds=[(0.0, None)] * len(EVIDENCE),
    )  # fmt: skip
    return np.asarray(result.x, dtype=np.float32)


def fit_calibration(
    values: Floats, right: npt.NDArray[np.bool_]
) -> tuple[float, tuple[float, ...]]:
    """Returns (bias, weights) of a logistic calibration of `right` over calibration features."""
    model = LogisticRegression(C=1.0, max_iter=500)
    model.fit(values, right)
    return float(model.intercept_[0]), tuple(float(w) for w in model.coef_[0])
