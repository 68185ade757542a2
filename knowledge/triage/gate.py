"""The gate: is a message a question for a FAQ, small talk, out of scope, or a red line?

Two fitted machines look at the same evidence (sentence vector and lexical features). A multinomial
head over kernel features names the class; a kernel machine, stricter at the border between general
and personal, says whether it is a red line at all. Figures of the choice: docs/evaluation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.encoder import Vectors
from knowledge.triage.features import Floats, Matrix
from knowledge.triage.heads import LinearHead


@dataclass(frozen=True)
class KernelMap:
    """Nearness to landmarks, as features (Nystroem: Williams and Seeger 2001).

    The method's projection is folded into the head's weights, so that it costs nothing here.

    Attributes:
        landmarks: unit vectors, shape (M, dimension).
        gamma: width of exp(-gamma |x - y|^2).
    """

    landmarks: Floats
    gamma: float

    def transform(self, vectors: Vectors) -> Floats:
        """Returns features of shape (rows, M)."""
        return gaussian(vectors, self.landmarks, self.gamma)


@dataclass(frozen=True)
class KernelMachine:
    """Support vector machine over a Gaussian kernel of vectors plus a linear one of words.

    Attributes:
        vectors: support vectors, shape (S, dimension).
        dual: coefficients, shape (S,).
        words: weight of every lexical feature, shape (features,).
        bias: added to the sum.
        gamma: width of the kernel.
        slope, shift: of the logistic calibration of the margin.
    """

    vectors: Floats
    dual: Floats
    words: Floats
    bias: float
    gamma: float
    slope: float
    shift: float

    def margins(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns signed distances from the border, shape (rows,)."""
        kernel = gaussian(vectors, self.vectors, self.gamma) @ self.dual
        return np.asarray(kernel + lexical @ self.words + self.bias, dtype=np.float32)

    def probabilities(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns calibrated probabilities, shape (rows,)."""
        margins = self.margins(vectors, lexical)
        return np.asarray(1 / (1 + np.exp(-(self.slope * margins + self.shift))), dtype=np.float32)


@dataclass(frozen=True)
class Gate:
    """Both machines over the same evidence."""

    kernel_map: KernelMap
    head: LinearHead
    machine: KernelMachine

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the head's classes."""
        return self.head.classes

    def probabilities(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns class probabilities of shape (rows, classes)."""
        return self.head.probabilities(self.kernel_map.transform(vectors), lexical)

    def red_probabilities(self, vectors: Vectors, lexical: Matrix) -> Floats:
        """Returns the probability that a text is any red line, shape (rows,)."""
        return self.machine.probabilities(vectors, lexical)

    def save(self, folder: Path) -> None:
        """Writes the gate into a folder."""
        self.head.save(folder / "gate.npz")
        m, k = self.machine, self.kernel_map
        np.savez(
            folder / "gate_kernels.npz", landmarks=k.landmarks, vectors=m.vectors, dual=m.dual,
            words=m.words, numbers=np.array([k.gamma, m.bias, m.gamma, m.slope, m.shift]),
        )  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Gate:
        """Reads what `save` wrote."""
        with np.load(folder / "gate_kernels.npz", allow_pickle=False) as data:
            gamma, *machine = (float(number) for number in data["numbers"])
            fitted = KernelMachine(data["vectors"], data["dual"], data["words"], *machine)
            return cls(
                KernelMap(data["landmarks"], gamma), LinearHead.load(folder / "gate.npz"), fitted
            )


def gaussian(left: Vectors, right: Floats, gamma: float) -> Floats:
    """Returns exp(-gamma |x - y|^2) of unit vectors, shape (len(left), len(right))."""
    # |x - y|^2 = 2 - 2 x.y for unit vectors.
    return np.asarray(np.exp(2 * gamma * (left @ right.T - 1)), dtype=np.float32)
