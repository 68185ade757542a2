"""Both databases, for real: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.database import Database, migrate
from tests.postgresql_server import MissingServerError, PostgresqlServer, running_server
from tests.scripted_dialogue import Clinic, build_clinic
from tests.sealed_database import database_at


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    try:
        with running_server() as server:
            yield server
    except MissingServerError as error:
        # Not skipped: a run that passes has met both databases.
        pytest.fail(f"PostgreSQL is needed for these tests: {error}", pytrace=False)


@pytest.fixture(scope="session")
def migrated_template(postgresql: PostgresqlServer) -> str:
    url = postgresql.create()
    database = database_at(url)
    migrate(database)
    database.close()
    return url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/faqbot.db"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.create()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database."""
    if request.param == "sqlite":
        database = database_at(f"sqlite:///{tmp_path}/faqbot.db")
        migrate(database)
    else:
        template: str = request.getfixturevalue("migrated_template")
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        database = database_at(server.create(template))
    yield database
    database.close()


@pytest.fixture
def clinic(database: Database) -> Clinic:
    return build_clinic(database)
