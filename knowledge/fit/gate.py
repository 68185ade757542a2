"""Fitting the gate: red lines, small talk and out of scope against questions for a FAQ."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from knowledge.encoder import Vectors
from knowledge.fit.solver import fit_head
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.gate import Gate, KernelMachine, KernelMap, gaussian
from knowledge.triage.labels import RED, red_parts
from knowledge.triage.red_lines import LIFE

# Chosen on the calibration set among the methods compared in docs/evaluation.md.
_HEAD_GAMMA: Final = 2.0
_LANDMARKS: Final = 2000
_HEAD_PENALTY: Final = 4.0
_MACHINE_GAMMA: Final = 1.5
_LEXICAL_SHARE: Final = 0.5
_MACHINE_PENALTY: Final = 4.0
_SEED: Final = 20261123

#: Costs of the mission's order of values. A missed danger to life or safety weighs fifty false
#: alarms, another missed red line ten ("worse than ten escalations").
LIFE_COST: Final = 50.0
RED_COST: Final = 10.0
#: Shares among a clinic's messages that the costs are weighed at (assumed, ADR 0006).
LIFE_SHARE: Final = 0.10
RED_SHARE: Final = 0.10


def fit_gate(vectors: Vectors, lexical: Matrix, labels: Sequence[str]) -> Gate:
    """Returns the gate fitted on these rows."""
    kernel_map, projection = _kernel_map(vectors)
    head = fit_head(
        kernel_map.transform(vectors) @ projection,
        lexical,
        labels,
        penalty=_HEAD_PENALTY,
        weights=_weights(labels),
    )
    folded = dataclasses.replace(head, dense=projection @ head.dense)
    red = np.array([label.startswith(RED) for label in labels])
    return Gate(kernel_map, folded, _machine(vectors, lexical, red))


def calibrated(gate: Gate, vectors: Vectors, lexical: Matrix, red: npt.NDArray[np.bool_]) -> Gate:
    """Returns the gate with its machine's margin calibrated on rows it was not fitted on."""
    margins = gate.machine.margins(vectors, lexical).reshape(-1, 1)
    model = LogisticRegression(C=100.0).fit(margins, red)
    machine = dataclasses.replace(
        gate.machine, slope=float(model.coef_[0, 0]), shift=float(model.intercept_[0])
    )
    return dataclasses.replace(gate, machine=machine)


def life_mass(classes: Sequence[str], probabilities: Floats) -> Floats:
    """Returns the probability mass on dangers to life or safety, shape (rows,)."""
    mask = [c.startswith(RED) and red_parts(c)[0] in LIFE for c in classes]
    return np.asarray(probabilities[:, np.array(mask)].sum(axis=1))


def cheapest_limit(positive: Floats, negative: Floats, *, miss_cost: float, share: float) -> float:
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


def _kernel_map(vectors: Vectors) -> tuple[KernelMap, Floats]:
    """Returns the map and the projection of its features, shape (M, M)."""
    count = min(_LANDMARKS, len(vectors))
    fitted = Nystroem(gamma=_HEAD_GAMMA, n_components=count, random_state=_SEED).fit(vectors)
    landmarks = np.asarray(fitted.components_, dtype=np.float32)
    return KernelMap(landmarks, _HEAD_GAMMA), np.asarray(fitted.normalization_.T, dtype=np.float32)


def _machine(vectors: Vectors, lexical: Matrix, red: npt.NDArray[np.bool_]) -> KernelMachine:
    kernel = gaussian(vectors, vectors, _MACHINE_GAMMA)
    kernel += _LEXICAL_SHARE * (lexical @ lexical.T).toarray()
    model = SVC(C=_MACHINE_PENALTY, kernel="precomputed").fit(kernel, red)
    support = model.support_
    return KernelMachine(
        vectors=vectors[support],
        dual=model.dual_coef_[0].astype(np.float32),
        words=_LEXICAL_SHARE * (lexical[support].T @ model.dual_coef_[0]).astype(np.float32),
        bias=float(model.intercept_[0]),
        gamma=_MACHINE_GAMMA,
        slope=1.0,
        shift=0.0,
    )


def _weights(labels: Sequence[str]) -> Floats:
    """Returns row weights: red lines count half more, so that none drowns in easy questions."""
    return np.array([1.5 if label.startswith(RED) else 1.0 for label in labels], dtype=np.float32)
