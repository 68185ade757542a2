"""A report against the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from knowledge.evaluate.optional import EvaluationError
from knowledge.evaluate.report import FORMAT, Report

PREFIX: Final = "evaluation-"


def last_report(folder: Path) -> Path | None:
    """Returns the newest report of a folder, if there is one. Names sort by time."""
    return max(folder.glob(f"{PREFIX}*.json"), default=None)


def read_report(path: Path) -> Report:
    """Returns a report that was written before.

    Raises:
        EvaluationError: if it cannot be read or is of another format.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(
            f"{path}: not a report ({error}): give another with --against"
        ) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise EvaluationError(f"{path}: not a report of this version: give another with --against")
    report: Report = found
    return report


def compare(report: Report, before: Report, name: str) -> dict[str, Any]:
    """Returns what changed since the report before.

    Args:
        report: this one.
        before: the one before.
        name: what to call the one before.

    Returns:
        `against`, `same_sets`, and for every figure of both `before`, `now`, `change` and `apart`:
        whether the two 95% intervals do not even touch.
    """
    figures = [
        {"figure": key, "title": now["title"], **_change(before["figures"][key], now)}
        for key, now in report["figures"].items()
        if key in before["figures"]
    ]
    return {
        "against": name,
        "created": before["created"],
        "subject": before["subject"],
        "same_sets": before["sets"] == report["sets"],
        "figures": figures,
        "latency": {"before": before["latency"], "now": report["latency"]},
    }


def _change(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    apart = "low" in now and (now["low"] > before["high"] or now["high"] < before["low"])
    return {
        "before": before["value"],
        "now": now["value"],
        "change": now["value"] - before["value"],
        "apart": apart,
    }
