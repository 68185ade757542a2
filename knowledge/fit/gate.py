"""Fitting the gate: red lines, small talk and out of scope against questions for a FAQ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.encoder import Vectors
from knowledge.fit.folds import cross_fitted, stratified_folds
from knowledge.fit.solver import fit_head
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.heads import LinearHead
from knowledge.triage.labels import RED, red_parts
from knowledge.triage.red_lines import LIFE

_PENALTY: Final = 2.0
#: Costs of the mission's order of values. A missed danger to life or safety weighs thirty false
#: alarms, another missed red line ten ("worse than ten escalations").
LIFE_COST: Final = 30.0
RED_COST: Final = 10.0
#: Share of red lines among a clinic's messages that the costs are weighed at (assumed, ADR 0006).
RED_SHARE: Final = 0.10


def fit_gate(vectors: Vectors, lexical: Matrix, labels: Sequence[str]) -> tuple[LinearHead, Floats]:
    """Returns the gate, and cross-fitted probabilities of shape (rows, classes)."""
    final = fit_head(vectors, lexical, labels, penalty=_PENALTY, weights=_weights(labels))
    values = np.asarray(labels)

    def score(fitted: npt.NDArray[np.int64], scored: npt.NDArray[np.int64]) -> Floats:
        chosen = values[fitted].tolist()
        head = fit_head(
            vectors[fitted], lexical[fitted], chosen, penalty=_PENALTY, weights=_weights(chosen)
        )
        aligned = np.zeros((len(scored), len(final.classes)), dtype=np.float32)
        places = [final.classes.index(name) for name in head.classes]
        aligned[:, places] = head.probabilities(vectors[scored], lexical[scored])
        return aligned

    fold = stratified_folds(labels)
    return final, cross_fitted(fold, (len(final.classes),), score)


def red_mass(classes: Sequence[str], probabilities: Floats, *, life: bool) -> Floats:
    """Returns the probability mass on life-threatening (or on all) red lines, shape (rows,)."""
    mask = [c.startswith(RED) and (not life or red_parts(c)[0] in LIFE) for c in classes]
    return np.asarray(probabilities[:, np.array(mask)].sum(axis=1))


def cheapest_limit(
    positive: Floats, negative: Floats, *, miss_cost: float, share: float = RED_SHARE
) -> float:
    """Returns the limit with the lowest expected cost of misses and false alarms.

    Args:
        positive: scores of messages that must reach the limit.
        negative: scores of messages that must stay below it.
        miss_cost: cost of a miss, in false alarms.
        share: how many of all messages are positive.
    """
    limits = np.linspace(0.02, 0.9, 177)
    misses = np.array([(positive < limit).mean() for limit in limits])
    alarms = np.array([(negative >= limit).mean() for limit in limits])
    costs = share * miss_cost * misses + (1 - share) * alarms
    return float(limits[costs.argmin()])


def _weights(labels: Sequence[str]) -> Floats:
    """Returns row weights: red lines count half more, so that none drowns in easy questions."""
    return np.array([1.5 if label.startswith(RED) else 1.0 for label in labels], dtype=np.float32)
