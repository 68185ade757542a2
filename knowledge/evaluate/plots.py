"""The report's plots as SVG. Matplotlib is loaded when the first one is drawn."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from knowledge.evaluate.optional import required

_BLUE: Final = "#2f5d8a"
_GREY: Final = "#888888"


def plots(report: Mapping[str, Any]) -> dict[str, str]:
    """Returns the plots of a report by name, each as a `data:` address of an SVG.

    Raises:
        EvaluationError: if matplotlib is not installed.
    """
    drawn = {
        "categories": _intervals(report["recall_by_category"], "kept its urgency class"),
        "styles": _intervals(report["recall_by_style"], "escalated at T0/T1"),
        "risk_coverage": _risk_coverage(report["risk_coverage"]),
        "reliability": _reliability(report["reliability"]),
    }
    return {name: _address(name, figure) for name, figure in drawn.items()}


def _figure(width: float, height: float) -> tuple[Any, Any]:
    figure = required("matplotlib.figure").Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _intervals(rows: Sequence[Mapping[str, Any]], label: str) -> Any:
    """Draws shares with their Wilson 95% intervals, one line a group."""
    figure, axes = _figure(7.5, 0.8 + 0.27 * max(len(rows), 1))
    places = list(range(len(rows)))[::-1]
    for place, row in zip(places, rows, strict=True):
        axes.plot([row["low"], row["high"]], [place, place], color=_GREY, linewidth=2)
        axes.plot(row["value"], place, "o", color=_BLUE)
    axes.set_yticks(places, [f"{row['name']} ({row['total']})" for row in rows])
    lowest = min((row["low"] for row in rows), default=0.0)
    axes.set_xlim(min(0.9, lowest) - 0.02, 1.005)
    axes.set_xlabel(f"share that {label}, Wilson 95% interval")
    return figure


def _risk_coverage(points: Sequence[Mapping[str, float]]) -> Any:
    figure, axes = _figure(5, 3.4)
    coverage = [point["coverage"] for point in points]
    risk = [point["risk"] for point in points]
    axes.plot(coverage, risk, color=_BLUE)
    if points:
        axes.plot(coverage[-1], risk[-1], "o", color=_BLUE)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max([*risk, 0.02]) * 1.1)
    axes.set_xlabel("benign questions answered (coverage)")
    axes.set_ylabel("of these answers wrong (risk)")
    return figure


def _reliability(bins: Sequence[Mapping[str, Any]]) -> Any:
    figure, axes = _figure(5, 3.4)
    stated = [one["stated"] for one in bins]
    axes.plot([0, 1], [0, 1], "--", color=_GREY, linewidth=1)
    for one in bins:
        axes.plot([one["stated"]] * 2, [one["low"], one["high"]], color=_GREY, linewidth=2)
    axes.plot(stated, [one["value"] for one in bins], "o-", color=_BLUE)
    lowest = min([*stated, *(one["low"] for one in bins), 0.9])
    axes.set_xlim(lowest - 0.02, 1.005)
    axes.set_ylim(lowest - 0.02, 1.005)
    axes.set_xlabel("stated confidence of answers")
    axes.set_ylabel("answers that were right")
    return figure


def _address(name: str, figure: Any) -> str:
    svg = io.BytesIO()
    # Ids that do not change from run to run, and no date: the same figures give the same file.
    with required("matplotlib").rc_context({"svg.hashsalt": name}):
        figure.savefig(svg, format="svg", metadata={"Date": None})
    return "data:image/svg+xml;base64," + base64.b64encode(svg.getvalue()).decode("ascii")
