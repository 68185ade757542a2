"""A texting clinic on a real SQLite file, a copy of one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.database import migrate
from tests.scripted_dialogue import Clinic, build_clinic
from tests.scripted_texting import TextingClinic
from tests.sealed_database import database_at


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "faqbot.db"
    database = database_at(f"sqlite:///{file}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture
def clinic(migrated: Path, tmp_path: Path) -> Iterator[Clinic]:
    database = database_at(f"sqlite:///{shutil.copy(migrated, tmp_path)}")
    yield build_clinic(database)
    database.close()


@pytest.fixture
def texting(clinic: Clinic) -> TextingClinic:
    return TextingClinic(clinic)
