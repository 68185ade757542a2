"""Migrations and tables on both databases."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.adapters.database import Database, migrate, pending_migrations
from bot.adapters.database.heartbeats import beat, last_beat
from bot.adapters.database.migrate import config_of
from bot.adapters.database.models import (
    AccountRow,
    Base,
    EscalationEventRow,
    EscalationRow,
    HeartbeatRow,
)
from bot.conversation.errors import StoreUnavailableError
from tests.scripted_dialogue import START, Clinic, red_line
from tests.sealed_database import database_at


def test_tables_equal_the_models_when_all_migrations_ran(database: Database) -> None:
    with database.read() as session:
        options = {"compare_type": True}
        context = MigrationContext.configure(session.connection(), opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_database_goes_up_and_down_when_migrations_run_both_ways(empty_url: str) -> None:
    database = database_at(empty_url)
    assert pending_migrations(database)
    migrate(database)
    assert not pending_migrations(database)
    with database.write() as session:
        command.downgrade(config_of(database, session), "base")
    with database.read() as session:
        left = sa.inspect(session.connection()).get_table_names()
    assert left == ["alembic_version"]
    migrate(database)
    database.close()


def test_migrations_run_once_when_several_processes_start_together(empty_url: str) -> None:
    databases = [database_at(empty_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, databases))
    assert not pending_migrations(databases[0])
    for database in databases:
        database.close()


@pytest.mark.parametrize("table", ["escalation_events", "audit_log"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_log_refuses_a_change_when_it_is_append_only(
    clinic: Clinic, table: str, change: str
) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    clinic.dialogue.script["die"] = red_line("self_harm", "T1")
    clinic.conversations.post(conversation, "m1", "die")
    clinic.desk.claim(conversation, sam)
    with pytest.raises(sa.exc.DBAPIError), clinic.database.write() as session:
        session.execute(sa.text(change.format(table)))
    assert len(clinic.rows(EscalationEventRow)) == 2


def test_second_open_escalation_is_refused_when_code_forgets_the_first(clinic: Clinic) -> None:
    conversation = clinic.start()
    rows = [
        EscalationRow(
            conversation_id=conversation,
            status="open",
            category="dosing",
            tier="T2",
            reason="",
            opened_at=START,
            updated_at=START,
        )
        for _ in range(2)
    ]
    with pytest.raises(sa.exc.IntegrityError):
        _add(clinic.database, *rows)


def test_account_is_refused_when_its_role_or_email_is_out_of_form(clinic: Clinic) -> None:
    for role, email in (("owner", "a@b.example"), ("staff", "A@b.example")):
        row = AccountRow(email=email, name="A", role=role, created_at=START)
        with pytest.raises(sa.exc.IntegrityError):
            _add(clinic.database, row)


def test_moment_keeps_its_zone_when_it_is_read_back(database: Database) -> None:
    local = dt.datetime(2026, 11, 23, 7, 0, 0, 123456, dt.timezone(dt.timedelta(hours=-5)))
    beat(database, "worker", local)
    beat(database, "worker", local)
    found = last_beat(database, "worker")
    assert found == local
    assert found is not None
    assert found.tzinfo is dt.UTC
    assert last_beat(database, "nobody") is None
    with pytest.raises(sa.exc.StatementError):
        _add(database, HeartbeatRow(name="naive", at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001


def _add(database: Database, *rows: Base) -> None:
    with database.write() as session:
        session.add_all(rows)


def test_store_is_unavailable_when_the_database_is_down(tmp_path: Path) -> None:
    (tmp_path / "faqbot.db").mkdir()
    for url in (f"sqlite:///{tmp_path}/faqbot.db", "postgresql://nobody@127.0.0.1:9/nothing"):
        database = database_at(url)
        with pytest.raises(StoreUnavailableError), database.read() as session:
            session.execute(sa.text("SELECT 1"))
        database.close()


def test_sqlite_survives_a_power_cut_and_waits_for_writers_when_it_is_opened(
    tmp_path: Path,
) -> None:
    database = database_at(f"sqlite:///{tmp_path}/faqbot.db")
    with database.read() as session:
        pragma = {
            name: session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
    database.close()
