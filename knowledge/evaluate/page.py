"""The report as one self-contained page."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.evaluate.floors import broken
from knowledge.evaluate.plots import plots
from knowledge.evaluate.report import Report

_TEMPLATE: Final = "report.html.j2"


def page(report: Report) -> str:
    """Returns the page of a report.

    Raises:
        EvaluationError: if matplotlib is not installed.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(share=_share, percent=_percent, tint=_tint)
    template = environment.get_template(_TEMPLATE)
    return template.render(
        report=report,
        plots=plots(report),
        broken=broken(report["figures"]),
        # Grouped here: the template's own grouping would lose that the worst come first.
        misses=[(what, list(group)) for what, group in groupby(report["misses"], _kind_of_miss)],
    )


def _kind_of_miss(miss: dict[str, Any]) -> str:
    return str(miss["what"])


def _share(value: float) -> str:
    return f"{value:.4f}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _tint(count: int, row: list[int]) -> str:
    """Returns how strongly a cell is coloured: its share of the row."""
    return f"{0.75 * count / max(sum(row), 1):.2f}"


def figure_rows(report: Report) -> list[tuple[str, str, str]]:
    """Returns (title, figure, state of its floor) of every figure, for a terminal."""
    return [(f["title"], _measured(f), _state(f)) for f in report["figures"].values()]


def _measured(figure: dict[str, Any]) -> str:
    if not figure["total"]:
        return "nothing to count"
    if "low" not in figure:
        return f"{figure['value']:.4f} ({figure['total']})"
    return (
        f"{figure['value']:.4f} [{figure['low']:.4f}, {figure['high']:.4f}]"
        f" {figure['hits']}/{figure['total']}"
    )


def _state(figure: dict[str, Any]) -> str:
    if "floor" not in figure:
        return ""
    if not figure["met"]:
        return f"BROKEN {figure['floor']}"
    unsure = ", not by the whole interval" if figure.get("proven") is False else ""
    return f"kept {figure['floor']}{unsure}"
