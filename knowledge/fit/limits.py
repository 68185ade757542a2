"""Choosing answer, clarify and escalate limits from calibrated probabilities."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from knowledge.triage.features import Floats

#: At most this share of the answers given may be wrong, on rows that were not fitted on.
WRONG_ANSWERS: Final = 0.0075
#: Three choices without the right one cost a tap on "none of these", which reaches staff; a message
#: that one of them answers costs three times as much when it is handed over instead.
CLARIFY: Final = 1 / (1 + 3)
#: Small talk and out of scope are accepted while at least this share of them is right.
RIGHT_CLASS: Final = 0.97


def lowest_limit(
    scores: Floats, right: npt.NDArray[np.bool_], precision: float, floor: float = 0.0
) -> float:
    """Returns the lowest limit above which at least `precision` of the rows are right.

    Args:
        scores: score of every row.
        right: whether accepting the row would be right.
        precision: the share that must be right.
        floor: the limit is never lower than this.
    """
    order = np.argsort(-scores)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    if not len(good):
        return 1.0
    return max(float(scores[order[good[-1]]]), floor)
