"""Training: batches of like length, AdamW, a short warm-up and a linear decay."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import torch

from knowledge.fit.dataset import Row
from knowledge.triage.labels import RED
from knowledge.tune.augment import Augmenter, Sample
from knowledge.tune.network import TunedNetwork
from knowledge.tune.quantised import round_linear_layers

#: So many batches are sorted by length together: little padding, still well mixed.
_POOL: Final = 20
_WARM_UP: Final = 0.06
_LOWEST_RATE: Final = 0.02
_WEIGHT_DECAY: Final = 0.01
_LONGEST_GRADIENT: Final = 1.0


@dataclass(frozen=True, slots=True)
class TuneSettings:
    """How to train. The figures that led to these are in docs/evaluation.md.

    Attributes:
        epochs: passes over the rows.
        rate: learning rate of the encoder.
        head_rate: learning rate of the heads.
        batch: rows a step.
        red_weight: weight of a red line's row; the others weigh 1.
        rounded: whether to round as the run-time graph in eight bits does.
        seed: of everything random.
    """

    epochs: int = 4
    rate: float = 2e-4
    head_rate: float = 3e-3
    batch: int = 64
    red_weight: float = 1.5
    rounded: bool = True
    seed: int = 20261124


def tune(
    reference: Any, rows: Sequence[Row], settings: TuneSettings, progress: Callable[[str], None]
) -> None:
    """Trains the encoder of a sentence-transformers model in place.

    Args:
        reference: the `SentenceTransformer`; its word embeddings are left as they are.
        rows: the training rows.
        settings: how.
        progress: called with a line for every epoch.
    """
    torch.manual_seed(settings.seed)
    random = Random(settings.seed)  # noqa: S311 - a training order, not a secret
    classes = sorted({row.label for row in rows})
    faq_ids = sorted({faq_id for row in rows for faq_id in row.faq_ids})
    network = TunedNetwork(reference, classes, faq_ids)
    if settings.rounded:
        round_linear_layers(network.transformer.encoder)
    weights = torch.tensor([settings.red_weight if c.startswith(RED) else 1.0 for c in classes])
    steps = settings.epochs * -(-len(rows) // settings.batch)
    optimizer = _optimizer(network, settings)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate_at(step / steps))
    augmenter = Augmenter(rows, random)
    started = time.monotonic()
    for epoch in range(settings.epochs):
        network.train()
        total, batches = 0.0, _batches(rows, augmenter, settings.batch, random)
        for batch in batches:
            loss = network.loss(batch, weights)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_GRADIENT)
            optimizer.step()
            schedule.step()
            total += loss.item()
        done, spent = f"epoch {epoch + 1} of {settings.epochs}", time.monotonic() - started
        progress(f"{done}: loss {total / len(batches):.3f}, {spent:.0f} s")
    network.eval()


def _optimizer(network: TunedNetwork, settings: TuneSettings) -> torch.optim.Optimizer:
    encoder = [p for p in network.transformer.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": encoder, "lr": settings.rate, "weight_decay": _WEIGHT_DECAY},
            {"params": network.heads(), "lr": settings.head_rate, "weight_decay": 0.0},
        ],
        fused=True,
    )


def _rate_at(share: float) -> float:
    return min(1.0, (share + 1e-3) / _WARM_UP) * max(_LOWEST_RATE, 1 - share)


def _batches(
    rows: Sequence[Row], augmenter: Augmenter, size: int, random: Random
) -> list[list[Sample]]:
    samples = [augmenter.draw(row) for row in rows]
    random.shuffle(samples)
    batches: list[list[Sample]] = []
    for start in range(0, len(samples), size * _POOL):
        pool = sorted(samples[start : start + size * _POOL], key=lambda s: len(s.text))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    random.shuffle(batches)
    return batches
