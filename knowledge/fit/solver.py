"""Multinomial logistic regression over sentence vectors (scikit-learn, L-BFGS)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from knowledge.encoder import Vectors
from knowledge.triage.features import Floats
from knowledge.triage.heads import LinearHead

# Unit rows are short for a penalised model; scaling them is the same as a weaker penalty.
_SCALE: Final = 4.0
_ITERATIONS: Final = 150


def fit_head(
    vectors: Vectors, labels: Sequence[str], *, penalty: float, weights: Floats | None = None
) -> LinearHead:
    """Returns the fitted head.

    Args:
        vectors: sentence vectors, shape (rows, dimension).
        labels: the class of every row, of which there are at least two.
        penalty: how many rows the data must have to weigh as much as an L2 penalty with C = 1;
            relative to their number, so that a small library is not penalised away.
        weights: weight of every row, or None for 1.
    """
    model = LogisticRegression(C=penalty / len(labels), max_iter=_ITERATIONS, tol=1e-3)
    with warnings.catch_warnings():
        # A capped number of iterations is early stopping here, not a failure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(vectors * _SCALE, np.asarray(labels), sample_weight=weights)
    fitted: Any = model
    dense, bias = fitted.coef_.T * _SCALE, fitted.intercept_
    if dense.shape[1] == 1:
        # Of two classes the library keeps one logit; the other one's is zero.
        dense = np.hstack([np.zeros_like(dense), dense])
        bias = np.concatenate([[0.0], bias])
    return LinearHead(
        classes=tuple(str(name) for name in fitted.classes_),
        dense=np.ascontiguousarray(dense, dtype=np.float32),
        bias=np.asarray(bias, dtype=np.float32),
    )
