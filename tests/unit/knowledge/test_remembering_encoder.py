"""A rebuild encodes only what is new, and never takes another encoder's vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Vectors
from knowledge.encoder.remembered import RememberingEncoder
from tests.small_library import WordEncoder


class CountingEncoder(WordEncoder):
    """Counts what it is asked for."""

    def __init__(self, identity: str = "words@1") -> None:
        super().__init__(identity)
        object.__setattr__(self, "asked", [])

    def encode(self, texts: Sequence[str]) -> Vectors:
        asked: list[str] = self.asked  # type: ignore[attr-defined] # set in a frozen class
        asked.extend(texts)
        return super().encode(texts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    first = RememberingEncoder(CountingEncoder(), tmp_path / "vectors.npz")
    first.encode(["one", "two", "two"])
    first.save()
    return tmp_path / "vectors.npz"


def test_only_new_texts_are_encoded_when_others_are_remembered(path: Path) -> None:
    counting = CountingEncoder()

    vectors = RememberingEncoder(counting, path).encode(["two", "three", "one", "three"])

    assert counting.asked == ["three"]  # type: ignore[attr-defined] # as above
    expected = WordEncoder().encode(["two", "three", "one", "three"])
    assert np.allclose(vectors, expected)


def test_everything_is_encoded_when_the_vectors_are_of_another_encoder(path: Path) -> None:
    counting = CountingEncoder("words@2")

    RememberingEncoder(counting, path).encode(["one"])

    assert counting.asked == ["one"]  # type: ignore[attr-defined] # as above


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"text"])
def test_everything_is_encoded_when_the_file_is_damaged(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    counting = CountingEncoder()

    RememberingEncoder(counting, path).encode(["one"])

    assert counting.asked == ["one"]  # type: ignore[attr-defined] # as above


def test_texts_are_forgotten_when_they_were_not_used_again(path: Path) -> None:
    second = RememberingEncoder(CountingEncoder(), path)
    second.encode(["one"])
    second.save()
    counting = CountingEncoder()

    RememberingEncoder(counting, path).encode(["one", "two"])

    assert counting.asked == ["two"]  # type: ignore[attr-defined] # as above
