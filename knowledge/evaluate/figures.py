"""Shares with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson 95% interval (Wilson 1927)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 where there is nothing to count."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound of the Wilson 95% interval."""
        if not self.total:
            return 0.0, 1.0
        n, p, z = self.total, self.value, _Z95
        centre = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.3f}  [{low:.3f}, {high:.3f}]  {self.hits}/{self.total}"


def calibration_error(confidences: list[float], right: list[bool], bins: int = 10) -> float:
    """Returns the expected calibration error over equally filled bins.

    Args:
        confidences: stated probabilities of being right.
        right: whether it was.
        bins: number of bins.
    """
    order = sorted(range(len(confidences)), key=confidences.__getitem__)
    size = max(1, math.ceil(len(order) / bins))
    error = 0.0
    for start in range(0, len(order), size):
        group = order[start : start + size]
        stated = sum(confidences[i] for i in group) / len(group)
        true = sum(right[i] for i in group) / len(group)
        error += len(group) / len(order) * abs(stated - true)
    return error
