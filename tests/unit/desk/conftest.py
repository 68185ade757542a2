"""The desk on a real SQLite file, with a scripted clinic behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.desk_visitor import Desk, opened_desk


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Real argon2, at its lowest cost: these tests log in hundreds of times.
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("bot.desk.passwords._HASHER", hasher)
    monkeypatch.setattr("bot.desk.passwords._NOBODYS", hasher.hash("nobody's"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as opened:
        yield opened
