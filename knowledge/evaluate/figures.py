"""Shares with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_Z95: Final = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson 95% interval (Wilson 1927)."""

    hits: int
    total: int

    @classmethod
    def of(cls, hits: Iterable[bool]) -> Share:
        """Returns the share of the values that are true."""
        flags = list(hits)
        return cls(sum(flags), len(flags))

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

    def to_dict(self) -> dict[str, float | int]:
        """Returns the share as JSON values."""
        low, high = self.interval
        return {
            "value": self.value, "low": low, "high": high, "hits": self.hits, "total": self.total,
        }  # fmt: skip

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
    groups = equal_mass_bins(confidences, bins)
    error = 0.0
    for group in groups:
        stated = sum(confidences[i] for i in group) / len(group)
        true = sum(right[i] for i in group) / len(group)
        error += len(group) / len(confidences) * abs(stated - true)
    return error


def equal_mass_bins(values: Sequence[float], bins: int) -> list[list[int]]:
    """Returns the positions of the values in at most `bins` equally filled groups, lowest first."""
    order = sorted(range(len(values)), key=values.__getitem__)
    size = max(1, math.ceil(len(order) / bins))
    return [order[start : start + size] for start in range(0, len(order), size)]
