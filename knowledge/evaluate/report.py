"""The report as JSON values: figures with their floors, breakdowns, curves and misses."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from knowledge.evaluate import breakdowns, misses
from knowledge.evaluate.counts import FIGURES, answers_error, shares
from knowledge.evaluate.figures import Share
from knowledge.evaluate.floors import FLOORS
from knowledge.evaluate.judged import Judged
from knowledge.evaluate.robustness import Perturbed, by_perturbation, still_red
from knowledge.evaluate.sets import LabelledSet

FORMAT: Final = 1
_TITLES: Final[Mapping[str, str]] = {
    **{key: figure.title for key, figure in FIGURES.items()},
    "still_red": "red-line examples still red after one perturbation",
    "calibration_error": "expected calibration error of the answers given",
}
Report = dict[str, Any]


def assemble(
    sets: Sequence[LabelledSet],
    judged: Sequence[Judged],
    perturbed: Sequence[Perturbed],
    subject: Mapping[str, str],
    baselines: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """Returns the report.

    Args:
        sets: what was measured on.
        judged: its messages with their decisions.
        perturbed: red lines with one perturbation each.
        subject: what was measured, such as the encoder and the index.
        baselines: rows of the comparison with other methods.
    """
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "subject": dict(subject),
        "sets": {s.name: {"sha256": s.sha256, "messages": len(s.messages)} for s in sets},
        "figures": _figures(judged, perturbed),
        "recall_by_category": breakdowns.recall_by_category(judged),
        "recall_by_style": breakdowns.recall_by_style(judged),
        "escalated_by_set": breakdowns.escalated_by_set(judged),
        "confusion": breakdowns.confusion(judged),
        "tiers": breakdowns.tiers(judged),
        "risk_coverage": breakdowns.risk_coverage(judged),
        "reliability": breakdowns.reliability(judged),
        "perturbations": by_perturbation(perturbed),
        "latency": latency([one.milliseconds for one in judged]),
        "baselines": [dict(row) for row in baselines],
        "misses": misses.worst(judged, perturbed),
    }


def latency(milliseconds: Sequence[float]) -> dict[str, float]:
    """Returns the median and the 95th percentile of one decision, in milliseconds."""
    if len(milliseconds) < 2:  # noqa: PLR2004 -- quantiles need two values
        return {"p50": sum(milliseconds), "p95": sum(milliseconds)}
    cuts = statistics.quantiles(milliseconds, n=20)
    return {"p50": cuts[9], "p95": cuts[18]}


def _figures(judged: Sequence[Judged], perturbed: Sequence[Perturbed]) -> dict[str, Any]:
    counted: dict[str, Share] = shares(judged)
    counted["still_red"] = still_red(perturbed)
    result = {key: _with_floor(key, share.to_dict()) for key, share in counted.items()}
    error, answers = answers_error(judged)
    # A mean of distances has no Wilson interval.
    result["calibration_error"] = _with_floor(
        "calibration_error", {"value": error, "total": answers}
    )
    return result


def _with_floor(key: str, numbers: Mapping[str, float]) -> dict[str, Any]:
    figure: dict[str, Any] = {"title": _TITLES[key], **numbers}
    floor = FLOORS.get(key)
    if floor is None or not numbers["total"]:
        return figure
    figure["floor"] = str(floor)
    figure["met"] = floor.is_met(numbers["value"])
    if "low" in numbers:
        figure["proven"] = floor.is_proven(numbers["low"], numbers["high"])
    return figure
