"""Tuned weights survive eight bits, and a file that is not the right one is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder.delta import (
    TUNED_DIR,
    WEIGHTS,
    load_delta,
    read_manifest,
    save_delta,
)
from knowledge.errors import EncoderError

FIELDS = {"model": "m", "base_sha256": "b", "examples_sha256": "e", "settings": {"epochs": 1}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generator = np.random.default_rng(1)
    base = {name: generator.normal(size=(6, 8)).astype(np.float32) for name in ("a", "b")}
    moved = base["a"] + generator.normal(scale=0.01, size=(6, 8)).astype(np.float32)
    save_delta(tmp_path, base, {"a": moved, "b": base["b"]}, FIELDS)
    np.save(tmp_path / "wanted.npy", moved - base["a"])
    return tmp_path


def test_differences_come_back_when_they_were_saved(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None

    found = load_delta(manifest, folder)

    wanted = np.load(folder / "wanted.npy")
    assert set(found) == {"a"}, "weights that did not move need no place"
    assert np.abs(found["a"] - wanted).max() <= np.abs(wanted).max() / 127


def test_differences_are_refused_when_the_file_is_another_one(folder: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest is not None
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes() + b"x")

    with pytest.raises(EncoderError, match="its manifest says"):
        load_delta(manifest, folder)


def test_manifest_is_refused_when_it_is_damaged(folder: Path) -> None:
    (folder / "tuned.json").write_text("{", encoding="utf-8")

    with pytest.raises(EncoderError, match="make encoder"):
        read_manifest(folder)


def test_there_is_no_manifest_when_nothing_was_tuned(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None


def test_shipped_weights_are_the_ones_that_their_manifest_names() -> None:
    manifest = read_manifest(TUNED_DIR)
    assert manifest is not None

    assert load_delta(manifest)
    assert (TUNED_DIR / WEIGHTS).stat().st_size < 25_000_000
