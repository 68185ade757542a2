"""Cross-fitting: every row is scored by heads that never saw it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.triage.features import Floats

FOLDS: Final = 4
_SEED: Final = 20261123


def stratified_folds(labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Returns the fold number of every row, each label spread evenly over the folds."""
    generator = np.random.default_rng(_SEED)
    fold = np.zeros(len(labels), dtype=np.int64)
    values = np.asarray(labels)
    for label in np.unique(values):
        rows = np.flatnonzero(values == label)
        generator.shuffle(rows)
        start = int(generator.integers(FOLDS))
        fold[rows] = (np.arange(len(rows)) + start) % FOLDS
    return fold


def splits(fold: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    """Yields (rows to fit on, rows to score) for every fold."""
    for number in range(FOLDS):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def cross_fitted(
    fold: npt.NDArray[np.int64],
    width: tuple[int, ...],
    score: Callable[[npt.NDArray[Any], npt.NDArray[Any]], Floats],
) -> Floats:
    """Returns the scores of every row from the fold that left it out, shape (rows, *width)."""
    result = np.zeros((len(fold), *width), dtype=np.float32)
    for fitted, scored in splits(fold):
        result[scored] = score(fitted, scored)
    return result
