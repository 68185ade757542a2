"""Every baseline, one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from knowledge.evaluate.baselines.base import Baseline, measure, triage_row
from knowledge.evaluate.baselines.keywords import KeywordFilter, LexiconOnly
from knowledge.evaluate.baselines.neighbours import Bm25, NearestExample, PlainMiniLm, TfIdf
from knowledge.evaluate.baselines.rasa_diet import RasaSettings, rasa_row
from knowledge.evaluate.judged import Judged
from knowledge.fit.dataset import Row


def compare_baselines(
    rows: Sequence[Row],
    judged: Sequence[Judged],
    rasa: RasaSettings | None,
    progress: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Returns triage's row, then that of every baseline.

    Args:
        rows: what triage learns from, and the baselines too.
        judged: messages with triage's decisions.
        rasa: how Rasa is trained, or None to leave it out.
        progress: called with a line for every method.
    """
    result = [triage_row(judged)]
    for baseline in _baselines(rows):
        progress(f"baseline: {baseline.name}")
        result.append(measure(baseline, judged))
    if rasa is not None:
        progress(f"baseline: Rasa, {rasa.epochs} epochs (minutes)")
        result.append(rasa_row(rasa, rows, judged))
    return result


def _baselines(rows: Sequence[Row]) -> Iterator[Baseline]:
    yield NearestExample(Bm25(), rows)
    yield NearestExample(TfIdf(), rows)
    yield NearestExample(PlainMiniLm(), rows)
    yield KeywordFilter()
    yield LexiconOnly()
