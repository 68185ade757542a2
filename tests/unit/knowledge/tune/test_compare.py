"""The comparison of encoders counts what it says it counts."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from knowledge.encoder import Vectors
from knowledge.fit.dataset import Row
from knowledge.tune.compare import Task, gate_shares, retrieval_shares
from knowledge.tune.contrastive import batches

KINDS = [
    Row("cost", "faq", ("cost",)),
    Row("hours", "faq", ("hours",)),
    Row("danger", "red/self_harm/T1"),
    Row("dose", "red/dosing/T2"),
    Row("wifi", "unanswerable"),
]


def directions(rows: list[Row], noise: float, seed: int) -> Vectors:
    """Returns unit vectors: one axis a kind, with noise."""
    names = [row.text for row in KINDS]
    vectors = np.random.default_rng(seed).normal(0, noise, (len(rows), len(names)))
    for i, row in enumerate(rows):
        vectors[i, names.index(row.text)] += 1
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


@pytest.mark.parametrize(("noise", "good"), [(0.02, True), (3.0, False)])
def test_shares_are_high_only_when_vectors_tell_the_kinds_apart(noise: float, good: bool) -> None:
    task = Task(tuple(KINDS * 40), tuple(KINDS * 20))
    known, judged = directions(KINDS * 40, noise, 1), directions(KINDS * 20, noise, 2)

    first, three = retrieval_shares(known, judged, task)
    life, red = gate_shares(known, judged, task)

    assert three == 1.0  # of two FAQs
    assert (first > 0.95) is good
    assert (life > 0.95) is good
    assert (red > 0.95) is good


def test_no_group_meets_itself_when_pairs_are_batched() -> None:
    rows = [Row(f"{name} {n}", "faq", (name,)) for name in "abc" for n in range(30)]

    drawn = list(batches(rows, Random(1)))

    assert sum(map(len, drawn)) >= 80
    for batch in drawn:
        assert len({anchor[0] for anchor, _ in batch}) == len(batch)
        assert all(anchor[0] == positive[0] for anchor, positive in batch)
