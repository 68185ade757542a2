"""The alternative that was compared: tuning with sentence-transformers' contrastive loss.

``python -m knowledge.tune.contrastive --out FOLDER`` writes a model that `knowledge.tune.compare`
and the setting `FAQBOT_ENCODER_MODEL` take by its folder. What was found is in docs/evaluation.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import click
import torch

from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.fit.dataset import Row, training_rows
from knowledge.fit.messages import load_messages
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.text import Normaliser
from knowledge.tune.trainer import TuneSettings

_BATCH: Final = 64
_RATE: Final = 1e-4

Pair = tuple[str, str]


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--epochs", type=int, default=2)
    options = parser.parse_args()
    examples = load_messages(KNOWLEDGE_DIR / "examples")
    rows = training_rows(load_library(KNOWLEDGE_DIR), examples, Normaliser.default())
    model = SentenceTransformerEncoder.load(DEFAULT_MODEL, tuned=None).model
    started = time.monotonic()
    tune_by_pairs(model, rows, options.epochs)
    model.save(str(options.out))
    click.echo(f"tuned by pairs in {time.monotonic() - started:.0f} s")
    return 0


def tune_by_pairs(model: Any, rows: Sequence[Row], epochs: int) -> None:
    """Pulls two wordings of one FAQ or class together, away from the others of the batch.

    Args:
        model: the `SentenceTransformer`, changed in place.
        rows: the training rows.
        epochs: passes over the rows.
    """
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    seed = TuneSettings().seed
    torch.manual_seed(seed)
    random = Random(seed)  # noqa: S311 - a training order, not a secret
    loss = MultipleNegativesRankingLoss(model)
    steps = epochs * -(-len(rows) // _BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps + 1)
    model.train()
    for _ in range(epochs):
        for batch in batches(rows, random):
            features = [model.preprocess([pair[side] for pair in batch]) for side in (0, 1)]
            with torch.autocast("cpu", torch.bfloat16):
                value = loss(features, None)
            optimizer.zero_grad()
            torch.autograd.backward(value)
            optimizer.step()
            schedule.step()
    model.eval()


def batches(rows: Sequence[Row], random: Random) -> Iterator[list[Pair]]:
    """Yields batches that hold a group at most once: its other wordings are no negatives."""
    groups = defaultdict(list)
    for row in rows:
        groups[row.owner or row.label].append(row.text)
    anchors = [(name, text) for name, texts in groups.items() for text in texts]
    random.shuffle(anchors)
    waiting = anchors
    while waiting:
        batch: list[Pair] = []
        used, later = set(), []
        for name, text in waiting:
            if name in used or len(batch) == _BATCH:
                later.append((name, text))
                continue
            used.add(name)
            batch.append((text, random.choice(groups[name])))
        if len(batch) == 1:  # nothing left to be told apart from
            return
        yield batch
        waiting = later


if __name__ == "__main__":
    sys.exit(main())
