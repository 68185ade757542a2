"""A build on disk is read back whole, or refused with what to do about it."""

from __future__ import annotations

import dataclasses
import gc
import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoder import Vectors
from knowledge.errors import ArtifactError
from knowledge.library import Library
from knowledge.triage import Triage
from knowledge.triage.artifact import Artifact
from knowledge.triage.dense_index import DenseIndex
from knowledge.triage.thresholds import Thresholds
from tests.small_library import WordEncoder

TEXTS = ("opening hours", "the price of an infusion? driving next day?", "my lab result", "hello")


@pytest.fixture
def folder(artifact: Artifact, tmp_path: Path) -> Path:
    artifact.save(tmp_path / "index")
    return tmp_path / "index"


def test_artifact_decides_alike_when_it_was_saved_and_loaded(
    folder: Path, library: Library, triage: Triage
) -> None:
    loaded = Triage.load(folder, WordEncoder(), library)

    assert [loaded.decide(text) for text in TEXTS] == [triage.decide(text) for text in TEXTS]


def test_artifact_keeps_what_it_is_bound_to_when_it_was_saved_and_loaded(
    folder: Path, artifact: Artifact
) -> None:
    loaded = Artifact.load(folder)

    for field in ("encoder", "content", "faq_ids", "wordings", "english", "thresholds"):
        assert getattr(loaded, field) == getattr(artifact, field)
    assert np.array_equal(loaded.owner, artifact.owner)
    assert loaded.gate.classes == artifact.gate.classes
    assert len(loaded.index) == len(artifact.wordings)


def test_saving_replaces_what_was_there_when_a_folder_holds_an_older_build(
    folder: Path, artifact: Artifact
) -> None:
    dataclasses.replace(artifact, content="newer").save(folder)

    assert Artifact.load(folder).content == "newer"


def test_triage_refuses_the_index_when_another_encoder_is_in_use(
    folder: Path, library: Library
) -> None:
    with pytest.raises(ArtifactError, match=r"'words@1', not 'words@2': run `make setup`"):
        Triage.load(folder, WordEncoder(identity="words@2"), library)


def test_loading_says_what_to_run_when_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no index in .*: run `make setup`"):
        Artifact.load(tmp_path / "nothing")


# numpy leaves a file open that it found damaged; the process that met one ends.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other"])
@pytest.mark.parametrize(
    "name",
    ["dense.faiss", "retrieval.npz", "lexical.npz", "gate.npz",
     "faq_head.npz", "thresholds.json", "manifest.json"],
)  # fmt: skip
def test_loading_says_what_to_run_when_a_file_is_damaged(
    name: str, damage: str, folder: Path
) -> None:
    path = folder / name
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "other": b"{}"}[damage])

    with pytest.raises(ArtifactError, match="run `make setup`"):
        Artifact.load(folder)
    gc.collect()


@pytest.mark.parametrize("change", [{"format": 1}, {"format": None}])
def test_loading_refuses_a_build_when_it_has_another_format(
    change: dict[str, object], folder: Path
) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")

    with pytest.raises(ArtifactError, match="another format: run `make setup`"):
        Artifact.load(folder)


def test_thresholds_are_plain_numbers_in_range_when_written_as_json(
    folder: Path, artifact: Artifact
) -> None:
    written = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))

    assert set(written) == {field.name for field in dataclasses.fields(Thresholds)}
    assert Thresholds.load(folder / "thresholds.json") == artifact.thresholds
    for name in ("wording", "answer", "clarify", "small_talk", "out_of_scope"):
        assert 0 <= written[name] <= 1
    for name in ("life", "red"):
        assert 0 <= written[name]["limit"] <= 1
        assert len(written[name]["weights"]) == 3
        assert min(written[name]["weights"]) >= 0
    assert len(written["top_weights"]) == len(written["three_weights"]) == 7


@pytest.mark.parametrize("name", ["life", "answer", "top_weights"])
def test_thresholds_are_refused_when_a_number_is_missing(name: str, folder: Path) -> None:
    path = folder / "thresholds.json"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    del numbers[name]
    path.write_text(json.dumps(numbers), encoding="utf-8")

    with pytest.raises(ArtifactError, match=name):
        Thresholds.load(path)


def test_index_finds_every_wording_as_its_own_nearest_when_searched(artifact: Artifact) -> None:
    vectors = WordEncoder().encode(artifact.wordings)

    cosines, rows = artifact.index.search(vectors, 1)

    assert cosines[:, 0] == pytest.approx(1, abs=1e-5)
    found = [artifact.owner[row] for row in rows[:, 0]]
    assert found == list(artifact.owner)


def test_index_returns_no_more_than_it_holds_when_asked_for_more() -> None:
    vectors: Vectors = np.eye(3, 4, dtype=np.float32)

    cosines, rows = DenseIndex.from_vectors(vectors).search(vectors[:2], 10)

    assert cosines.shape == rows.shape == (2, 3)
    assert rows[:, 0].tolist() == [0, 1]
