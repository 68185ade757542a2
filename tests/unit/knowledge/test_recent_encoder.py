"""The encoder that remembers the newest texts: same vectors, fewer runs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from knowledge.encoder import Vectors
from knowledge.encoder.recent import RecentEncoder


class Counting:
    """Encodes a text to its length and counts what it is asked."""

    dimension = 2
    identity = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_vectors_are_the_encoders_own_when_some_texts_are_known() -> None:
    plain, recent = Counting(), RecentEncoder(Counting())
    recent.encode(["a", "bb"])

    for texts in (["bb", "ccc", "a"], ["dddd", "dddd"], []):
        np.testing.assert_array_equal(recent.encode(texts), plain.encode(texts))


def test_text_is_encoded_once_when_it_comes_again() -> None:
    encoder = Counting()
    recent = RecentEncoder(encoder)

    recent.encode(["a", "bb", "a"])
    recent.encode(["bb", "ccc"])

    assert encoder.asked == ["a", "bb", "ccc"]


def test_oldest_text_is_forgotten_when_the_memory_is_full() -> None:
    encoder = Counting()
    recent = RecentEncoder(encoder, kept=2)

    recent.encode(["a", "bb"])
    recent.encode(["a", "ccc"])
    recent.encode(["a"])
    recent.encode(["bb"])

    assert encoder.asked == ["a", "bb", "ccc", "bb"]


def test_vectors_are_right_when_threads_ask_at_once() -> None:
    recent = RecentEncoder(Counting(), kept=8)
    texts = ["x" * n for n in range(1, 20)]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: recent.encode([text])[0, 0], texts * 20))

    assert found == [len(text) for text in texts * 20]
