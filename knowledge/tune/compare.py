"""Compares encoders as triage would use them: heads fitted on the examples, judged elsewhere.

``python -m knowledge.tune.compare MODEL …`` prints a row of Markdown for each. A model is a name
that `knowledge.encoder.weights` knows, or a folder; ``:published`` after it leaves the tuned
weights out, ``:int8`` runs it in eight bits. Judged on the calibration set, messages alone and as
a whole; nothing is fitted on it but the one limit of each of the last two columns.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
import numpy.typing as npt

from knowledge.encoder import Vectors
from knowledge.encoder.export import export_as
from knowledge.encoder.onnx_encoder import OnnxEncoder
from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.fit.dataset import Row, row_of, training_rows
from knowledge.fit.gate import fit_gate
from knowledge.fit.messages import load_messages
from knowledge.fit.retrieval import fit_faq_head
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.text import Normaliser
from knowledge.triage.features import Floats
from knowledge.triage.labels import RED
from knowledge.triage.red_lines import life_columns, red_columns

#: False alarms among harmless messages at which dangers found are compared.
ALARMS: Final = 0.02
_HEADING: Final = "| encoder | first FAQ | first three | life found | any red line | CPU ms |"


@dataclass(frozen=True)
class Task:
    """Examples to fit on, messages to judge by."""

    examples: tuple[Row, ...]
    judged: tuple[Row, ...]

    @classmethod
    def load(cls) -> Task:
        library, normaliser = load_library(KNOWLEDGE_DIR), Normaliser.default()
        examples = load_messages(KNOWLEDGE_DIR / "examples")
        calibration = load_messages(KNOWLEDGE_DIR / "calibration")
        judged = (row_of(m, normaliser, library) for m in calibration if not m.previous)
        return cls(training_rows(library, examples, normaliser), tuple(judged))


def main() -> int:
    """Command line."""
    task = Task.load()
    click.echo(_HEADING + "\n" + "|---" * 6 + "|")
    for model in sys.argv[1:]:
        click.echo(_row(model, task))
    return 0


def _row(model: str, task: Task) -> str:
    name, _, how = model.partition(":")
    reference = SentenceTransformerEncoder.load(name, **({"tuned": None} if how else {}))
    with tempfile.TemporaryDirectory() as folder:
        export_as(Path(folder), name, reference, rounded=reference.rounded or how == "int8")
        encoder = OnnxEncoder.load(Path(folder), name, threads=2)
        known = encoder.encode([row.text for row in task.examples])
        started = time.process_time()
        vectors = encoder.encode([row.text for row in task.judged])
        spent = 1000 * (time.process_time() - started) / len(task.judged)
    shares = [*retrieval_shares(known, vectors, task), *gate_shares(known, vectors, task)]
    return f"| {model} | {' | '.join(f'{share:.3f}' for share in shares)} | {spent:.1f} |"


def retrieval_shares(known: Vectors, vectors: Vectors, task: Task) -> list[float]:
    """Returns how often the FAQ head has a right FAQ first, and among the first three."""
    owned = [i for i, row in enumerate(task.examples) if row.owner]
    ids = sorted({task.examples[i].owner or "" for i in owned})
    number = {faq_id: n for n, faq_id in enumerate(ids)}
    head = fit_faq_head(
        known[owned], np.array([number[task.examples[i].owner or ""] for i in owned])
    )
    asked = [i for i, row in enumerate(task.judged) if row.owner]
    order = np.argsort(-head.probabilities(vectors[asked]), axis=1)[:, :3]
    right = [{number[f] for f in task.judged[i].faq_ids} for i in asked]
    first = [int(o[0]) in r for o, r in zip(order, right, strict=True)]
    three = [bool(r & set(o.tolist())) for o, r in zip(order, right, strict=True)]
    return [float(np.mean(first)), float(np.mean(three))]


def gate_shares(known: Vectors, vectors: Vectors, task: Task) -> list[float]:
    """Returns how many dangers to life, and red lines, score above nearly all harmless messages."""
    gate = fit_gate(known, [row.label for row in task.examples])
    scores = gate.probabilities(vectors)
    labels = [row.label for row in task.judged]
    safe = np.array([not label.startswith(RED) for label in labels])
    life = set(np.array(gate.classes)[life_columns(gate.classes)])
    danger = np.array([label in life for label in labels])
    return [
        _found(scores[:, life_columns(gate.classes)].sum(axis=1), danger, safe),
        _found(scores[:, red_columns(gate.classes)].sum(axis=1), ~safe, safe),
    ]


def _found(scores: Floats, wanted: npt.NDArray[np.bool_], safe: npt.NDArray[np.bool_]) -> float:
    return float((scores[wanted] > np.quantile(scores[safe], 1 - ALARMS)).mean())


if __name__ == "__main__":
    sys.exit(main())
