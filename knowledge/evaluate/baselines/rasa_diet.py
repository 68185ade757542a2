"""Rasa's DIET classifier and ResponseSelector, trained and run in Rasa's own environment."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.decision import Tier
from knowledge.evaluate.baselines.base import Guess, row
from knowledge.evaluate.baselines.rasa_process import parse, train
from knowledge.evaluate.baselines.rasa_project import RETRIEVAL_INTENT, intents, write_project
from knowledge.evaluate.judged import Judged
from knowledge.evaluate.optional import EvaluationError
from knowledge.fit.dataset import Row
from knowledge.text import Normaliser

_NAME = "Rasa DIET + ResponseSelector"
_RED = "red_"


@dataclass(frozen=True, slots=True)
class RasaSettings:
    """How Rasa is trained.

    Attributes:
        python: interpreter of Rasa's environment.
        cache: where trained models are kept, so that unchanged data is not trained again.
        epochs: of both models; 100 is what `rasa init` proposes.
        minutes: how long training may take.
    """

    python: Path
    cache: Path
    epochs: int = 100
    minutes: float = 120.0

    def __post_init__(self) -> None:
        if not self.python.exists():
            raise EvaluationError(
                f"{self.python}: Rasa's environment is not there: run `make setup`, or leave Rasa"
                " out with --no-rasa"
            )


def rasa_row(
    settings: RasaSettings, rows: Sequence[Row], judged: Sequence[Judged]
) -> dict[str, Any]:
    """Returns Rasa's row of the comparison; an empty one that says why where Rasa failed."""
    alone = [one for one in judged if not one.in_context]
    expand = Normaliser.default().expand
    texts = [expand(one.message.text) for one in alone]
    with tempfile.TemporaryDirectory(prefix="rasa-baseline-") as folder:
        project = Path(folder)
        try:
            model, seconds, size = _trained(settings, rows, project)
            started = time.perf_counter()
            answers = parse(settings.python, project, model, texts)
        except EvaluationError as error:
            return _not_measured(str(error))
        milliseconds = 1000 * (time.perf_counter() - started) / max(len(alone), 1)
    note = (
        f"{size} examples, {settings.epochs} epochs, messages normalised as for triage; the time a"
        " message is over HTTP and has the start of the server in it"
    )
    return row(
        _NAME, alone, [guess_of(answer) for answer in answers], note=note,
        milliseconds=milliseconds, fit_seconds=seconds,
    )  # fmt: skip


def guess_of(answer: dict[str, Any]) -> Guess:
    """Returns what an answer of `/model/parse` says: the selector's FAQs, the intent's tier."""
    selected = answer.get("response_selector", {}).get(RETRIEVAL_INTENT, {}).get("ranking", [])
    prefix = f"{RETRIEVAL_INTENT}/"
    faq_ids = tuple(str(one["intent_response_key"]).removeprefix(prefix) for one in selected)
    return Guess(faq_ids, _tier(str((answer.get("intent") or {}).get("name"))))


def _tier(intent: str) -> Tier | None:
    if not intent.startswith(_RED):
        return None
    tier: Any = intent.rpartition("_")[2]
    return tier if tier in ("T0", "T1", "T2", "T3") else None


def _trained(settings: RasaSettings, rows: Sequence[Row], project: Path) -> tuple[Path, float, int]:
    """Returns (model, seconds that its training took, number of examples)."""
    examples = intents(rows)
    name = write_project(project, examples, settings.epochs)[:16]
    size = sum(len(texts) for texts in examples.values())
    kept, seconds_file = settings.cache / f"{name}.tar.gz", settings.cache / f"{name}.json"
    if not seconds_file.is_file():
        started = time.perf_counter()
        model = train(settings.python, project, 60 * settings.minutes)
        seconds = time.perf_counter() - started
        settings.cache.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model, kept)
        seconds_file.write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
    seconds = float(json.loads(seconds_file.read_text(encoding="utf-8"))["seconds"])
    return kept.resolve(), seconds, size


def _not_measured(why: str) -> dict[str, Any]:
    keys = ("top1", "top3", "crisis_recall", "crisis_alarms", "red_recall", "red_alarms")
    empty = dict.fromkeys((*keys, "milliseconds", "fit_seconds"))
    return {"name": _NAME, "note": f"not measured: {why}", **empty}
