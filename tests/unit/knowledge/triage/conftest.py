"""One small library, fitted once for the whole session by the real code."""

from __future__ import annotations

import pytest

from knowledge.fit.train import train
from knowledge.library import Library, load_library
from knowledge.triage import Triage
from knowledge.triage.artifact import Artifact
from tests.small_library import WordEncoder, calibration, write_library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library(write_library(tmp_path_factory.mktemp("library")))


@pytest.fixture(scope="session")
def artifact(library: Library) -> Artifact:
    return train(library, WordEncoder(), "content", (), calibration())


@pytest.fixture(scope="session")
def triage(library: Library, artifact: Artifact) -> Triage:
    return Triage(library, WordEncoder(), artifact)
