"""Figures of windows: percentiles, medians over rounds, ratios with bootstrap intervals."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_RESAMPLES: Final = 2000
_TAIL: Final = 0.025


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median over rounds with its 95% bootstrap interval."""

    value: float
    low: float
    high: float

    def shown(self, digits: int = 1) -> str:
        """Returns it for a table."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the value that this share of the values does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def estimate(values: Sequence[float]) -> Estimate:
    """Returns the median of the rounds' values."""
    dice = random.Random(len(values))
    medians = sorted(
        statistics.median(dice.choices(values, k=len(values))) for _ in range(_RESAMPLES)
    )
    low, high = medians[int(_TAIL * _RESAMPLES)], medians[int((1 - _TAIL) * _RESAMPLES) - 1]
    return Estimate(statistics.median(values), low, high)


def ratio(
    windows: Iterable[dict[str, Any]],
    one: str,
    other: str,
    figure: Callable[[dict[str, Any]], float],
) -> Estimate | None:
    """Returns a figure of one system over that of another, paired by round.

    Args:
        windows: windows of the same load.
        one: key of the system above the line.
        other: key of the system below it.
        figure: what is compared.
    """
    by_round: dict[int, dict[str, float]] = {}
    for window in windows:
        by_round.setdefault(window["round"], {})[window["system"]] = figure(window)
    pairs = [pair for pair in by_round.values() if pair.get(one) and pair.get(other)]
    return estimate([pair[one] / pair[other] for pair in pairs]) if pairs else None
