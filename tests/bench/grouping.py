"""How well unanswered questions are grouped by meaning: `python -m tests.bench.grouping`.

Prints the figures that docs/desk.md quotes, of pairs of questions: precision is the share of those
in one group that belong together, recall the share of those that belong together that are in one.
Two kinds of labelled questions, neither of which the encoder was tuned on:

- `knowledge/calibration`: wordings of the FAQs, in draws; the same FAQ is the same meaning.
- `tests/grouping`: wordings of subjects that no FAQ is about, as what finds no answer is.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bot.grouping import Encode, cluster
from bot.setting_values import ROOT
from knowledge.encoder import load_encoder
from knowledge.encoder.weights import DEFAULT_MODEL

SUBJECTS: Final = ROOT / "tests" / "grouping" / "questions.jsonl"
WORDINGS: Final = ROOT / "knowledge" / "calibration" / "faq.jsonl"
_DRAWS: Final = 5
_MANY: Final = 2000

#: Texts, and what each means.
Labelled = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Score:
    """How good groups are, of all pairs."""

    precision: float
    recall: float


def score(groups: Sequence[int], meanings: Sequence[str]) -> Score:
    """Compares groups with what belongs together."""
    numbers, known = np.array(groups), np.array(meanings)
    upper = np.triu_indices(len(numbers), 1)
    joined = (numbers[:, None] == numbers[None, :])[upper]
    belong = (known[:, None] == known[None, :])[upper]
    both = int((joined & belong).sum())
    return Score(both / max(int(joined.sum()), 1), both / max(int(belong.sum()), 1))


def scored(encode: Encode, labelled: Labelled) -> Score:
    """Groups questions that found no answer, and compares."""
    texts, meanings = labelled
    return score(cluster(np.asarray(encode(texts)), [None] * len(texts)), meanings)


def subjects() -> Labelled:
    """Returns questions that no FAQ answers, and the subject of each."""
    rows = _read(SUBJECTS)
    return [row["text"] for row in rows], [row["topic"] for row in rows]


def wordings(draw: int, each: int) -> Labelled:
    """Returns wordings of every FAQ, chosen by a draw, and the FAQ of each."""
    of: dict[str, list[str]] = {}
    for row in _read(WORDINGS):
        of.setdefault(row["faq"][0], []).append(row["text"])
    chosen = random.Random(draw)
    drawn = {faq: chosen.sample(texts, min(each, len(texts))) for faq, texts in of.items()}
    return (
        [text for texts in drawn.values() for text in texts],
        [faq for faq, texts in drawn.items() for _ in texts],
    )


def shipped_encoder() -> Encode:
    """Loads the encoder that set-up has exported."""
    return load_encoder("onnx", ROOT / "var" / "encoder", DEFAULT_MODEL).encode


def main() -> int:
    """Prints the figures."""
    encode = shipped_encoder()
    found = subjects()
    print(f"subjects without a FAQ, {len(found[0])} questions: {scored(encode, found)}")
    for each in (2, 4, 8):
        for draw in range(1, _DRAWS + 1):
            drawn = wordings(draw, each)
            print(f"{each} a FAQ, draw {draw}, {len(drawn[0])}: {scored(encode, drawn)}")
    random_vectors = np.random.default_rng(0).normal(size=(_MANY, 384))
    many = random_vectors / np.linalg.norm(random_vectors, axis=1, keepdims=True)
    began = time.process_time()
    cluster(many, [None] * _MANY)
    print(f"{_MANY} vectors: {time.process_time() - began:.2f} s of processor time")
    return 0


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    sys.exit(main())
