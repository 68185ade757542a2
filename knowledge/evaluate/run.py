"""Measures triage on a folder of labelled messages, and writes what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.evaluate.compare import PREFIX, compare, last_report, read_report
from knowledge.evaluate.judged import Decider, Judged, judge
from knowledge.evaluate.page import page
from knowledge.evaluate.report import Report, assemble
from knowledge.evaluate.robustness import perturbed
from knowledge.evaluate.sets import LabelledSet
from knowledge.fit.messages import Message

Progress = Callable[[str], None]
#: Compares other methods on the same messages; given them with triage's decisions.
Baselines = Callable[[Sequence[Judged]], Sequence[Mapping[str, Any]]]


def evaluate(
    sets: Sequence[LabelledSet],
    decider: Decider,
    *,
    red: Sequence[Message] = (),
    sample: int = 0,
    subject: Mapping[str, str] | None = None,
    baselines: Baselines | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """Returns the report on labelled messages.

    Args:
        sets: the labelled messages.
        decider: what is measured.
        red: red lines to perturb.
        sample: how many of them.
        subject: what to call what is measured.
        baselines: compares other methods, if that is wanted.
        progress: called with a line for every step.
    """
    progress(f"deciding {sum(len(one.messages) for one in sets)} messages")
    judged = judge(sets, decider)
    progress(f"perturbing {min(sample, len(red))} of {len(red)} red lines")
    changed = perturbed(red, decider, sample)
    rows = baselines(judged) if baselines else ()
    return assemble(sets, judged, changed, subject or {}, rows)


def compared(report: Report, folder: Path, against: Path | None) -> Report:
    """Returns a report with its comparison to another, or to the last one of a folder.

    Raises:
        EvaluationError: if the other one cannot be read.
    """
    other = against or last_report(folder)
    if other is None:
        return report
    return {**report, "comparison": compare(report, read_report(other), other.name)}


def write(report: Report, folder: Path) -> tuple[Path, Path]:
    """Writes a report and returns its (JSON, HTML) files, named by the time.

    Raises:
        EvaluationError: if matplotlib is not installed.
    """
    text = page(report)
    folder.mkdir(parents=True, exist_ok=True)
    name = PREFIX + datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    json_file, html_file = folder / f"{name}.json", folder / f"{name}.html"
    json_file.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    html_file.write_text(text, encoding="utf-8")
    return json_file, html_file
