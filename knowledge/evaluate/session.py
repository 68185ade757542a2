"""One evaluation from end to end: what `faqbot evaluate` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.evaluate.baselines.rasa_diet import RasaSettings
from knowledge.evaluate.baselines.suite import compare_baselines
from knowledge.evaluate.floors import broken
from knowledge.evaluate.judged import Judged
from knowledge.evaluate.optional import required
from knowledge.evaluate.page import figure_rows
from knowledge.evaluate.robustness import red_examples
from knowledge.evaluate.run import compared, evaluate, write
from knowledge.evaluate.sets import LabelledSet, read_sets
from knowledge.fit.dataset import Row, training_rows
from knowledge.fit.messages import Message, load_messages
from knowledge.library.models import Library
from knowledge.runtime import Places, open_triage
from knowledge.text import Normaliser
from knowledge.triage.artifact import MANIFEST


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, on what, and where to write.

    Attributes:
        places: the triage that is measured.
        sets: folder of the labelled sets.
        out: folder of the reports.
        against: the report to compare with; None takes the last one in `out`.
        sample: how many red lines are perturbed.
        baselines: whether other methods are compared.
        rasa: how Rasa's baseline is trained; None leaves it out.
    """

    places: Places
    sets: Path
    out: Path
    against: Path | None
    sample: int
    baselines: bool
    rasa: RasaSettings | None


def run_session(options: Options, say: Callable[[str], None]) -> list[str]:
    """Measures, writes the report, prints the figures, and returns the titles of broken floors.

    No message is printed: misses are in the report's files only.

    Raises:
        KnowledgeError: if anything that is needed is missing or wrong.
    """
    required("matplotlib")  # asked for before minutes of work, not after
    if options.baselines:
        required("bm25s")
    library, triage = open_triage(options.places)
    sets = read_sets(options.sets)
    examples = load_messages(options.places.knowledge / "examples")
    report = evaluate(
        sets,
        triage,
        red=_red_lines(library, examples, sets),
        sample=options.sample,
        subject=_subject(options.places),
        baselines=_baselines(options, library, examples, say) if options.baselines else None,
        progress=say,
    )
    report = compared(report, options.out, options.against)
    for title, measured, floor in figure_rows(report):
        say(f"{title:88} {measured:38} {floor}".rstrip())
    for path in write(report, options.out):
        say(f"written: {path}")
    return [str(report["figures"][key]["title"]) for key in broken(report["figures"])]


def _red_lines(
    library: Library, examples: Sequence[Message], sets: Sequence[LabelledSet]
) -> list[Message]:
    return red_examples(library, [*examples, *(m for one in sets for m in one.messages)])


def _subject(places: Places) -> dict[str, str]:
    """Returns what identifies the triage that is measured."""
    manifest: Mapping[str, Any] = json.loads((places.index / MANIFEST).read_text(encoding="utf-8"))
    return {"encoder": str(manifest["encoder"]), "knowledge": str(manifest["content"])[:16]}


def _baselines(
    options: Options,
    library: Library,
    examples: Sequence[Message],
    say: Callable[[str], None],
) -> Callable[[Sequence[Judged]], list[dict[str, Any]]]:
    rows: tuple[Row, ...] = training_rows(library, examples, Normaliser.default())
    return partial(_compared, rows, options.rasa, say)


def _compared(
    rows: Sequence[Row],
    rasa: RasaSettings | None,
    say: Callable[[str], None],
    judged: Sequence[Judged],
) -> list[dict[str, Any]]:
    return compare_baselines(rows, judged, rasa, say)
