"""Fitting the gate: red lines, small talk and out of scope against questions for a FAQ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.encoder import Vectors
from knowledge.fit.solver import fit_head
from knowledge.triage.confidence import logistic
from knowledge.triage.features import Floats
from knowledge.triage.heads import LinearHead
from knowledge.triage.labels import RED
from knowledge.triage.thresholds import RedLineLimit

# Chosen on the calibration set: docs/evaluation.md.
_PENALTY: Final = 1000.0
_RED_WEIGHT: Final = 1.5

#: Costs of the mission's order of values. A missed danger to life or safety weighs fifty false
#: alarms, another missed red line ten ("worse than ten escalations").
LIFE_COST: Final = 50.0
RED_COST: Final = 10.0
#: Shares among a clinic's messages that the costs are weighed at (assumed, ADR 0006).
LIFE_SHARE: Final = 0.03
RED_SHARE: Final = 0.10
#: However clear the calibration messages are: from this mass on the lexicon is never overruled.
MOST_HARMLESS: Final = 0.10


def fit_gate(vectors: Vectors, labels: Sequence[str]) -> LinearHead:
    """Returns the gate fitted on these rows.

    Without lexical features: their fit took over a minute (docs/evaluation.md).
    """
    # Red lines count half more, so that none drowns in easy questions.
    weights = [_RED_WEIGHT if label.startswith(RED) else 1.0 for label in labels]
    return fit_head(vectors, labels, penalty=_PENALTY, weights=np.array(weights, dtype=np.float32))


def fit_red_limit(
    evidence: Floats,
    red: npt.NDArray[np.bool_],
    safe: npt.NDArray[np.bool_],
    *,
    judged: npt.NDArray[np.bool_],
    miss_cost: float,
    share: float,
    cautious: bool = False,
) -> RedLineLimit:
    """Returns the weights of the evidence and the cheapest limit on what they give.

    Args:
        evidence: of every message, shape (rows, 3).
        red: which messages are the red lines in question.
        safe: which are none at all; others are left out.
        judged: which the limit is chosen on; the weights are fitted on all.
        miss_cost: cost of a miss, in false alarms.
        share: how many of all messages are red.
        cautious: see `cheapest_limit`.
    """
    used = red | safe
    bias, weights = fit_increasing(evidence[used], red[used])
    scores = logistic(evidence @ np.asarray(weights) + bias)
    limit = cheapest_limit(
        scores[red & judged],
        scores[safe & judged],
        miss_cost=miss_cost,
        share=share,
        cautious=cautious,
    )
    return RedLineLimit(limit, bias, weights)


def fit_increasing(
    values: Floats, positive: npt.NDArray[np.bool_]
) -> tuple[float, tuple[float, ...]]:
    """Returns (bias, weights) of a logistic regression whose weights are not negative.

    More evidence must never make a danger less likely, whatever a small set suggests.
    """
    signs = np.where(positive, 1.0, -1.0)

    def loss(point: npt.NDArray[Any]) -> tuple[float, npt.NDArray[Any]]:
        margin = signs * (values @ point[1:] + point[0])
        slope = -signs * logistic(-margin.astype(np.float32)) / len(signs)
        penalty = 0.5e-3 * float(point[1:] @ point[1:])
        gradient = np.concatenate([[slope.sum()], values.T @ slope + 1e-3 * point[1:]])
        return float(np.logaddexp(0, -margin).mean()) + penalty, gradient

    start = np.concatenate([[0.0], np.ones(values.shape[1])])
    bounds = [(None, None), *[(0.0, None)] * values.shape[1]]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(found[0]), tuple(float(weight) for weight in found[1:])


def cheapest_limit(
    positive: Floats, negative: Floats, *, miss_cost: float, share: float, cautious: bool = False
) -> float:
    """Returns the limit with the lowest expected cost of misses and false alarms.

    Args:
        positive: scores of messages that must reach the limit.
        negative: scores of messages that must stay below it.
        miss_cost: cost of a miss, in false alarms.
        share: how many of all messages are positive.
        cautious: take the lowest of the limits that cannot be told from the cheapest, which are
            those within one standard error of its cost (Breiman et al. 1984, section 3.4.3).
    """
    # Between two scores that must reach it every limit misses the same, so these are all there are.
    limits, negative = np.unique(positive), np.sort(negative)
    misses = np.searchsorted(np.sort(positive), limits) / len(positive)
    alarms = 1 - np.searchsorted(negative, limits) / len(negative)
    weights = share * miss_cost, 1 - share
    costs = weights[0] * misses + weights[1] * alarms
    chosen = int(costs.argmin())
    if cautious:
        variance = _variance(misses[chosen], weights[0], len(positive))
        variance += _variance(alarms[chosen], weights[1], len(negative))
        chosen = int(np.flatnonzero(costs <= costs[chosen] + variance**0.5)[0])
    best = float(limits[chosen])
    # Half way down to the next harmless score costs nothing here, and finds more elsewhere.
    below = negative[negative < best]
    return (best + float(below[-1] if len(below) else 0)) / 2


def _variance(proportion: float, weight: float, count: int) -> float:
    """Returns the variance of a weighed proportion that was counted in so many messages."""
    return weight**2 * proportion * (1 - proportion) / count
