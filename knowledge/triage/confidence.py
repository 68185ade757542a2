"""How sure retrieval is, in numbers that mean something.

Of the answers given at 0.9, nine in ten are right: logistic calibration (Platt 1999) over a few
features of the ranking.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from knowledge.triage.features import Floats
from knowledge.triage.thresholds import Thresholds

#: Names of the calibration features, in the order of their weights.
FEATURES: Final = ("first", "second", "third", "nearest", "nearest_margin", "lexical", "in_scope")


def features(ranking: Floats, evidence: Floats, in_scope: Floats) -> Floats:
    """Returns calibration features, shape (rows, 7).

    Args:
        ranking: probability of every FAQ, shape (rows, N).
        evidence: evidence of every FAQ, shape (rows, N, kinds).
        in_scope: gate probability that the message is a FAQ at all, shape (rows,).
    """
    rows = np.arange(len(ranking))
    order = np.argsort(-ranking, axis=1)[:, :3]
    first = order[:, 0]
    probabilities = np.take_along_axis(ranking, order, axis=1)
    nearest = evidence[rows, first, 0]
    others = evidence[:, :, 0].copy()
    others[rows, first] = 0
    return np.stack(
        [
            log_odds(probabilities[:, 0]),
            log_odds(probabilities[:, 1]),
            log_odds(probabilities[:, :3].sum(axis=1)),
            nearest,
            nearest - others.max(axis=1),
            evidence[rows, first, 2],
            log_odds(in_scope),
        ],
        axis=1,
    ).astype(np.float32)


def top_confidence(values: Floats, thresholds: Thresholds) -> Floats:
    """Returns the probability that the first FAQ is right, shape (rows,)."""
    return logistic(values @ np.asarray(thresholds.top_weights) + thresholds.top_bias)


def three_confidence(values: Floats, thresholds: Thresholds) -> Floats:
    """Returns the probability that one of the first three FAQs is right, shape (rows,)."""
    return logistic(values @ np.asarray(thresholds.three_weights) + thresholds.three_bias)


def log_odds(p: Floats) -> Floats:
    """Returns the log-odds of probabilities, which are kept a little away from 0 and 1."""
    clipped = np.clip(p, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float32)


def logistic(x: Floats) -> Floats:
    """Returns the logistic function, element by element."""
    return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float32)
