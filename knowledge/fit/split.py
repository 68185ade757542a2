"""Leaving rows out: what is chosen by score is scored on rows that the fitted parts never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_LEFT_OUT: Final = 4
_SEED: Final = 20261123


def left_out(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Returns which rows to leave out: a quarter of each label, at least one row stays in."""
    generator = np.random.default_rng(_SEED)
    out = np.zeros(len(labels), dtype=bool)
    values: npt.NDArray[Any] = np.asarray(labels)
    for label in np.unique(values):
        rows = np.flatnonzero(values == label)
        generator.shuffle(rows)
        out[rows[: len(rows) // _LEFT_OUT]] = True
    return out
