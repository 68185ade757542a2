"""Linear heads over sentence vectors, without the library that fits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.encoder import Vectors
from knowledge.triage.features import Floats


@dataclass(frozen=True)
class LinearHead:
    """Multinomial logistic regression.

    Attributes:
        classes: names of the K classes.
        dense: weights for the sentence vector, shape (dimension, K).
        bias: shape (K,).
    """

    classes: tuple[str, ...]
    dense: Floats
    bias: Floats

    def logits(self, vectors: Vectors) -> Floats:
        """Returns an array of shape (rows, K)."""
        return np.asarray(vectors @ self.dense + self.bias, dtype=np.float32)

    def probabilities(self, vectors: Vectors) -> Floats:
        """Returns an array of shape (rows, K) whose rows sum to 1."""
        return softmax(self.logits(vectors))

    def save(self, path: Path) -> None:
        """Writes the head as an ``.npz`` file without pickled objects."""
        np.savez(
            path, classes=np.array(self.classes, dtype=np.str_), dense=self.dense, bias=self.bias
        )

    @classmethod
    def load(cls, path: Path) -> LinearHead:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            classes = tuple(str(name) for name in data["classes"])
            return cls(classes, data["dense"], data["bias"])


def softmax(scores: Floats) -> Floats:
    """Returns the row-wise softmax."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def columns(classes: Sequence[str], prefix: str) -> list[int]:
    """Returns the indices of the classes whose name starts with `prefix`."""
    return [i for i, name in enumerate(classes) if name.startswith(prefix)]
