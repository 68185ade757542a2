"""Multinomial logistic regression over dense and sparse features (scikit-learn, L-BFGS)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from knowledge.encoder import Vectors
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.heads import LinearHead

# Unit rows are short for a penalised model; scaling them is the same as a weaker penalty on each
# kind of evidence, and lets one C serve both.
DENSE_SCALE: Final = 4.0
LEXICAL_SCALE: Final = 2.0
_ITERATIONS: Final = 120


def fit_head(
    vectors: Vectors,
    lexical: Matrix | None,
    labels: Sequence[str],
    *,
    penalty: float,
    weights: Floats | None = None,
) -> LinearHead:
    """Returns the fitted head.

    Args:
        vectors: sentence vectors, shape (rows, dimension).
        lexical: lexical features, sparse (rows, features), or None to leave them out.
        labels: the class of every row.
        penalty: inverse strength C of the L2 penalty.
        weights: weight of every row, or None for 1.
    """
    features: Any = sparse.csr_matrix(vectors * DENSE_SCALE)
    if lexical is not None:
        features = sparse.hstack([features, lexical * LEXICAL_SCALE], format="csr")
    else:
        features = vectors * DENSE_SCALE
    model = LogisticRegression(C=penalty, max_iter=_ITERATIONS, tol=1e-3)
    with warnings.catch_warnings():
        # A capped number of iterations is early stopping here, not a failure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, np.asarray(labels), sample_weight=weights)
    return _head(model, vectors.shape[1], lexical is not None)


def _head(model: Any, dimension: int, with_lexical: bool) -> LinearHead:
    weights: npt.NDArray[Any] = model.coef_.T
    dense = weights[:dimension] * DENSE_SCALE
    lexical = weights[dimension:] * LEXICAL_SCALE if with_lexical else np.empty((0, 0))
    return LinearHead(
        classes=tuple(str(c) for c in model.classes_),
        dense=np.ascontiguousarray(dense, dtype=np.float32),
        lexical=np.ascontiguousarray(lexical, dtype=np.float32),
        bias=model.intercept_.astype(np.float32),
    )
