"""A texting clinic on a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripted_dialogue import Clinic, sqlite_clinic
from tests.scripted_texting import TextingClinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with sqlite_clinic(tmp_path) as made:
        yield made


@pytest.fixture
def texting(clinic: Clinic) -> TextingClinic:
    return TextingClinic(clinic)
