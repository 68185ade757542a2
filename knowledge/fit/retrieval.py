"""Fitting retrieval: the FAQ head, the weights of the evidence, the calibration of confidence."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.encoder import Vectors
from knowledge.fit.solver import fit_head
from knowledge.triage.features import Floats
from knowledge.triage.heads import LinearHead
from knowledge.triage.retrieval import EVIDENCE

_PENALTY: Final = 1500.0  # chosen on the calibration set
#: Where the fit of the evidence's weights begins.
START_WEIGHTS: Final = np.array([8.0, 4.0, 4.0, 2.0, 1.0], dtype=np.float32)


def fit_faq_head(vectors: Vectors, owners: npt.NDArray[np.int64]) -> LinearHead:
    """Returns a classifier over the FAQs, its classes in the order of their numbers.

    Args:
        vectors: of messages, shape (rows, dimension).
        owners: number of the FAQ that answers each; every number must occur.
    """
    # Zero padding keeps the classes, which are strings, in numeric order.
    labels = [f"{number:06d}" for number in owners]
    return fit_head(vectors, labels, penalty=_PENALTY)


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
        loss, START_WEIGHTS.astype(float), jac=True, method="L-BFGS-B",
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
