"""Linear heads over sentence vectors and lexical features, without the library that fits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.encoder import Vectors
from knowledge.triage.features import Floats, Matrix


@dataclass(frozen=True)
class LinearHead:
    """Multinomial logistic regression.

    Attributes:
        classes: names of the K classes.
        dense: weights for the sentence vector, shape (dimension, K).
        lexical: weights for the lexical features, shape (features, K); zero columns if unused.
        bias: shape (K,).
    """

    classes: tuple[str, ...]
    dense: Floats
    lexical: Floats
    bias: Floats

    def logits(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns an array of shape (rows, K)."""
        scores = vectors @ self.dense + self.bias
        if self.lexical.size:
            scores = scores + np.asarray(lexical @ self.lexical)
        return np.asarray(scores, dtype=np.float32)

    def probabilities(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns an array of shape (rows, K) whose rows sum to 1."""
        return softmax(self.logits(vectors, lexical))

    def save(self, path: Path) -> None:
        """Writes the head as an ``.npz`` file without pickled objects."""
        np.savez(
            path, classes=np.array(self.classes, dtype=np.str_), dense=self.dense,
            lexical=self.lexical, bias=self.bias,
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> LinearHead:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            classes = tuple(str(name) for name in data["classes"])
            return cls(classes, data["dense"], data["lexical"], data["bias"])


def softmax(scores: Floats) -> Floats:
    """Returns the row-wise softmax."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def columns(classes: Sequence[str], prefix: str) -> list[int]:
    """Returns the indices of the classes whose name starts with `prefix`."""
    return [i for i, name in enumerate(classes) if name.startswith(prefix)]
