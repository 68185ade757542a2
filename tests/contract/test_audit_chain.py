"""Logs that cannot be changed unseen, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from click.testing import CliRunner

from bot.adapters.database import chain
from bot.adapters.database.audit_commands import audit
from bot.adapters.database.migrate import config_of, migrate, pending_migrations
from bot.adapters.database.models import AuditRow
from tests.scripted_dialogue import Clinic, red_line
from tests.sealed_database import KEY

_TRIGGERS = {
    "sqlite": [f"DROP TRIGGER {t}_no_{c}" for t in chain.CHAINS for c in ("update", "delete")],
    "postgresql": [f"ALTER TABLE {t} DISABLE TRIGGER ALL" for t in chain.CHAINS],
}


@pytest.fixture
def busy(clinic: Clinic) -> Clinic:
    """A clinic with a few entries in both logs."""
    clinic.dialogue.script["die"] = red_line("self_harm", "T1")
    sam, conversation = clinic.staff(), clinic.start()
    clinic.conversations.post(conversation, "m1", "die")
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "Hello.")
    clinic.desk.resolve(conversation, sam, "Called")
    return clinic


def _faults(clinic: Clinic) -> list[tuple[str, int]]:
    with clinic.database.read() as session:
        return [(fault.chain, fault.number) for fault in chain.verify(session)]


def _tamper(clinic: Clinic, statement: str) -> None:
    """Does what somebody with all rights to the database could do."""
    dialect = "sqlite" if clinic.database.is_sqlite else "postgresql"
    with clinic.database.write() as session:
        for preparation in (*_TRIGGERS[dialect], statement):
            session.execute(sa.text(preparation))


def test_chain_is_unbroken_when_nobody_tampered(busy: Clinic) -> None:
    assert _faults(busy) == []
    with busy.database.read() as session:
        assert [(h.chain, h.number) for h in chain.heads(session)] == [
            ("audit_log", 3),
            ("escalation_events", 4),
        ]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_log SET action = 'nothing' WHERE number = 2", ("audit_log", 2)),
        ("UPDATE audit_log SET actor_id = NULL WHERE number = 1", ("audit_log", 1)),
        ("UPDATE audit_log SET detail = '{}' WHERE number = 2", ("audit_log", 2)),
        ("DELETE FROM escalation_events WHERE number = 2", ("escalation_events", 2)),
        ("DELETE FROM escalation_events WHERE number = 4", ("escalation_events", 4)),
    ],
)
def test_tampering_is_found_when_a_row_was_changed_or_removed(
    busy: Clinic, statement: str, fault: tuple[str, int]
) -> None:
    _tamper(busy, statement)
    assert _faults(busy) == [fault]


def test_chain_stays_whole_when_many_act_at_once(clinic: Clinic) -> None:
    people = [clinic.staff(f"Sam{number}") for number in range(8)]
    conversations = [clinic.start() for _ in people]

    def work(number: int) -> None:
        clinic.desk.claim(conversations[number], people[number])
        clinic.desk.hand_back(conversations[number], people[number])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert _faults(clinic) == []
    assert sorted(row.number for row in clinic.rows(AuditRow)) == list(range(1, 17))


def test_command_tells_a_rewritten_chain_when_an_earlier_end_is_known(
    busy: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = busy.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    monkeypatch.setenv("FAQBOT_DATA_KEYS", KEY)
    run = CliRunner()
    head = run.invoke(audit, ["head"]).output.splitlines()
    kept = [word for line in head for word in ("--expect", line)]
    assert run.invoke(audit, ["verify", *kept]).exit_code == 0
    # The last entry disappears, and the end is rewritten to fit.
    _tamper(busy, "DELETE FROM audit_log WHERE number = 3")
    with busy.database.write() as session:
        left = session.scalar(sa.select(AuditRow.hash).where(AuditRow.number == 2))
        change = "UPDATE chain_heads SET number = 2, hash = :left WHERE chain = 'audit_log'"
        session.execute(sa.text(change), {"left": left})
    assert run.invoke(audit, ["verify"]).exit_code == 0
    told = run.invoke(audit, ["verify", *kept])
    assert told.exit_code == 1
    assert "the log no longer holds this" in told.output
    assert run.invoke(audit, ["verify", "--expect", "nonsense"]).exit_code == 1


def test_old_logs_are_chained_when_the_database_is_migrated(busy: Clinic) -> None:
    for direction in (command.downgrade, command.upgrade):
        with busy.database.write() as session:
            config = config_of(busy.database, session)
            direction(config, "0001" if direction is command.downgrade else "0002")
    migrate(busy.database)
    assert not pending_migrations(busy.database)
    assert _faults(busy) == []
