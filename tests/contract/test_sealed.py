"""What a thief of the database reads: nothing that a patient wrote, and no number."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from click.testing import CliRunner

from bot.adapters.database import Database, migrate
from bot.adapters.database.heartbeats import beat
from bot.adapters.database.lasting_key import StillRunningError, replace_lasting_key
from bot.adapters.database.migrate import config_of
from bot.adapters.database.models import (
    ContactRow,
    EscalationRow,
    MessageRow,
    SmsConsentRow,
    SmsInboundRow,
    SmsPersonRow,
)
from bot.adapters.database.privacy_commands import reseal_command
from bot.adapters.database.resealing import reseal
from bot.conversation import ContactDetails
from bot.conversation.errors import StoreUnavailableError
from bot.conversation.texting.model import IncomingText, Numbers
from bot.conversation.visitor import save_contact
from bot.settings import SettingsError
from tests.postgresql_server import programs_folder
from tests.scripted_dialogue import Clinic, build_clinic, red_line
from tests.scripted_texting import TextingClinic
from tests.sealed_database import KEY

NEW_KEY = "another-data-key-that-is-long-enough"
WORDS = "a-most-private-sentence, and call me on (202) 555-0123"
PHONE, MAIL, TEXTED = "(202) 555-0123", "pat.doe@mail.example", "+12025550177"
SECRETS = ("most-private-sentence", "555-0123", "pat.doe", "2025550177", "Evenings", "Spoke about")


@pytest.fixture
def talked(clinic: Clinic) -> Clinic:
    """A clinic in which somebody wrote, left contact details, and texted."""
    clinic.dialogue.script[WORDS] = red_line("dosing", "T2")
    conversation, sam = clinic.start(), clinic.staff()
    clinic.conversations.post(conversation, "m1", WORDS)
    for contact in (
        ContactDetails("phone", PHONE, "Evenings"),
        ContactDetails("email", MAIL, None),
    ):
        save_contact(clinic.store, conversation, contact, clinic.clock())
    clinic.desk.add_note(conversation, sam, f"note on {WORDS}")
    clinic.desk.resolve(conversation, sam, "Spoke about it")
    texting, numbers = TextingClinic(clinic), Numbers("test", "+12025550100", TEXTED)
    texting.gate.accept([IncomingText(numbers, "p1", WORDS)])
    clinic.clock.turn(seconds=30)
    assert texting.inbox.handle_next()
    return clinic


@pytest.fixture
def reopened() -> Iterator[Callable[..., Database]]:
    """Opens a database again with other keys."""
    with ExitStack() as opened:

        def reopen(database: Database, *keys: str) -> Database:
            again = Database(database.url.render_as_string(hide_password=False), keys)
            opened.callback(again.close)
            return again

        yield reopen


def test_database_shows_no_words_and_no_numbers_when_it_is_stolen(
    talked: Clinic, tmp_path: Path
) -> None:
    assert {row.person_number for row in talked.rows(SmsInboundRow)} == {TEXTED}
    for name, content in _stolen(talked.database, tmp_path):
        for secret in SECRETS:
            assert secret.encode() not in content, f"{secret} in {name}"


def test_words_open_with_the_new_key_alone_when_they_were_sealed_anew(
    talked: Clinic, tmp_path: Path, reopened: Callable[..., Database]
) -> None:
    both = reopened(talked.database, NEW_KEY, KEY)
    done = reseal(both, tmp_path / "dialogues.db")
    assert next(table for table, _ in done if table == "case_notes")
    del done  # killed in the middle: run again, it goes on
    # Whoever still has only the old key is told, and loses nothing.
    again = dict(reseal(both, tmp_path / "dialogues.db"))
    assert again["case_notes"] == 0
    assert again["messages"] > 0
    assert not any(dict(reseal(both, tmp_path / "dialogues.db")).values())
    new = build_clinic(reopened(both, NEW_KEY))
    assert WORDS in {row.text for row in new.rows(MessageRow)}
    assert {row.value for row in new.rows(ContactRow)} == {PHONE, MAIL}
    assert {row.person_number for row in new.rows(SmsConsentRow)} == {TEXTED}
    old = reopened(both, KEY)
    with pytest.raises(SettingsError, match="FAQBOT_DATA_KEYS: does not open what is stored"):
        old.check_keys()
    with pytest.raises(StoreUnavailableError, match="FAQBOT_DATA_KEYS"):
        build_clinic(old).rows(MessageRow)


def test_dialogues_are_sealed_anew_when_they_were_plain(talked: Clinic, tmp_path: Path) -> None:
    if not talked.database.is_sqlite:
        return
    file = tmp_path / "dialogues.db"
    with closing(sqlite3.connect(file)) as engine, engine:
        engine.execute("CREATE TABLE sessions (sender_id TEXT, version BIGINT, events TEXT)")
        engine.executemany(
            "INSERT INTO sessions VALUES (?, 1, ?)",
            [(str(n), f'[{{"text": "{WORDS}"}}]') for n in range(450)],
        )
    assert dict(reseal(talked.database, file))["dialogues.sessions"] == 450
    with closing(sqlite3.connect(file)) as engine:
        assert {d[:3] for (d,) in engine.execute("SELECT events FROM sessions")} == {"s1."}
    assert b"most-private" not in file.read_bytes()


def test_rows_are_sealed_when_an_older_database_is_migrated(talked: Clinic, tmp_path: Path) -> None:
    before = _contents(talked)
    with talked.database.write() as session:
        command.downgrade(config_of(talked.database, session), "0003")
    with talked.database.read() as session:
        plain = session.scalars(sa.text("SELECT text FROM messages")).all()
    assert WORDS in plain
    migrate(talked.database)
    talked.database.vault.forget()
    assert _contents(talked) == before
    if not talked.database.is_sqlite:
        return  # what PostgreSQL has deleted is gone after its next VACUUM
    for name, content in _stolen(talked.database, tmp_path):
        assert b"most-private-sentence" not in content, name


def test_person_is_found_when_the_key_of_numbers_was_replaced(talked: Clinic) -> None:
    before = _contents(talked)
    beat(talked.database, "worker", talked.clock())
    with pytest.raises(StillRunningError):
        replace_lasting_key(talked.database, talked.clock())
    talked.clock.turn(minutes=5)
    assert replace_lasting_key(talked.database, talked.clock()) > 0
    assert _contents(talked) == before
    with talked.database.read() as session:
        assert session.get(SmsPersonRow, TEXTED) is not None
    with pytest.raises(sa.exc.DBAPIError), talked.database.write() as session:
        session.execute(sa.text("DELETE FROM sms_consents"))


def test_sealed_text_does_not_open_when_it_was_moved(talked: Clinic) -> None:
    with talked.database.write() as session:
        session.execute(sa.text("UPDATE contacts SET value = (SELECT text FROM messages LIMIT 1)"))
    with pytest.raises(StoreUnavailableError, match=r"does not open contacts\.value"):
        talked.rows(ContactRow)


def test_sealed_column_is_refused_when_a_query_looks_into_it() -> None:
    with pytest.raises(TypeError, match="sealed column"):
        MessageRow.text.contains("words")
    with pytest.raises(TypeError, match="sealed column"):
        SmsPersonRow.number.startswith("+1")


def test_command_seals_anew_when_a_key_was_put_in_front(
    talked: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQBOT_VAR", str(tmp_path))
    url = talked.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    monkeypatch.setenv("FAQBOT_DATA_KEYS", NEW_KEY)
    run = CliRunner()
    refused = run.invoke(reseal_command)
    assert refused.exit_code == 1
    assert "FAQBOT_DATA_KEYS: does not open what is stored; add the key" in refused.output
    monkeypatch.setenv("FAQBOT_DATA_KEYS", f"{NEW_KEY} {KEY}")
    done = run.invoke(reseal_command)
    assert done.exit_code == 0, done.output
    assert "Everything is sealed with the first key." in done.output
    monkeypatch.setenv("FAQBOT_DATA_KEYS", NEW_KEY)
    assert run.invoke(reseal_command, ["--numbers"]).exit_code == 0


def _contents(clinic: Clinic) -> dict[str, list[object]]:
    return {
        "messages": [(m.id, m.text, m.reply, m.decision) for m in _rows(clinic, MessageRow)],
        "contacts": [(c.value, c.best_time) for c in _rows(clinic, ContactRow)],
        "consents": [(c.person_number, c.words) for c in _rows(clinic, SmsConsentRow)],
        "people": [p.number for p in clinic.rows(SmsPersonRow)],
        "cases": [c.resolution for c in _rows(clinic, EscalationRow)],
    }


def _rows(clinic: Clinic, table: type[Any]) -> list[Any]:
    return sorted(clinic.rows(table), key=lambda row: row.id)


def _stolen(database: Database, folder: Path) -> Iterator[tuple[str, bytes]]:
    if database.is_sqlite:
        files = [folder / "faqbot.db", folder / "faqbot.db-wal"]
        yield from ((file.name, file.read_bytes()) for file in files if file.exists())
        return
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    program = shutil.which("pg_dump") or str(programs_folder() / "pg_dump")
    yield "pg_dump", subprocess.run([program, url], capture_output=True, check=True).stdout
