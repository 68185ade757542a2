"""Deleting a patient's words, on both databases, and looking that they are gone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.adapters.database import chain
from bot.adapters.database.erasure import Erasure
from bot.adapters.database.models import (
    CaseNoteRow,
    ContactRow,
    EscalationRow,
    MessageRow,
    QuestionGroupRow,
)
from bot.adapters.database.privacy_commands import forget, retain
from bot.adapters.database.unanswered import QuestionGroup, replace_groups
from bot.conversation import ContactDetails
from bot.conversation.visitor import save_contact
from tests.scripted_dialogue import Clinic, red_line
from tests.sealed_database import KEY

WORDS = "a-most-private-sentence"
NUMBER = "(202) 555-0123"


@pytest.fixture
def erasure(clinic: Clinic, tmp_path: Path) -> Erasure:
    dialogues = tmp_path / "dialogues.db"
    with closing(sqlite3.connect(dialogues)) as engine, engine:
        engine.execute("CREATE TABLE sessions (sender_id TEXT, events TEXT)")
    return Erasure(clinic.database, dialogues)


def _talk(clinic: Clinic, tmp_path: Path) -> str:
    clinic.dialogue.script[WORDS] = red_line("dosing", "T2")
    conversation = clinic.start()
    clinic.conversations.post(conversation, "m1", WORDS)
    contact = ContactDetails("phone", NUMBER, "evenings")
    save_contact(clinic.store, conversation, contact, clinic.clock())
    with closing(sqlite3.connect(tmp_path / "dialogues.db")) as engine, engine:
        engine.execute("INSERT INTO sessions VALUES (?, ?)", (conversation, WORDS))
    return conversation


def _resolve(clinic: Clinic, conversation: str) -> None:
    sam = clinic.staff(f"Sam{conversation[:8]}")
    clinic.desk.add_note(conversation, sam, f"note on {WORDS}")
    clinic.desk.resolve(conversation, sam, f"Spoke about {WORDS}")


def test_words_are_gone_when_a_person_asks_to_be_forgotten(
    clinic: Clinic, erasure: Erasure, tmp_path: Path
) -> None:
    mine, other = _talk(clinic, tmp_path), _talk(clinic, tmp_path)
    _resolve(clinic, mine)
    deleted = erasure.erase(mine, clinic.clock(), "asked")
    assert deleted["messages"] >= 3
    assert (deleted["contacts"], deleted["case_notes"]) == (1, 1)
    assert {row.conversation_id for row in clinic.rows(MessageRow)} == {other}
    assert {row.conversation_id for row in clinic.rows(ContactRow)} == {other}
    assert clinic.rows(CaseNoteRow) == []
    (case,) = [row for row in clinic.rows(EscalationRow) if row.conversation_id == mine]
    assert case.resolution == "(deleted)"
    with clinic.database.read() as session:
        assert chain.verify(session) == ()
    if clinic.database.is_sqlite:
        assert deleted["dialogues"] == 1


def test_no_byte_of_the_words_is_left_when_sqlite_forgets(
    clinic: Clinic, erasure: Erasure, tmp_path: Path
) -> None:
    if not clinic.database.is_sqlite:
        return
    conversation = _talk(clinic, tmp_path)
    _resolve(clinic, conversation)
    erasure.erase(conversation, clinic.clock(), "asked")
    for file in tmp_path.glob("*.db*"):
        assert WORDS.encode() not in file.read_bytes(), file.name
        assert NUMBER.encode() not in file.read_bytes(), file.name


def test_only_closed_and_old_conversations_are_emptied_when_time_passes(
    clinic: Clinic, erasure: Erasure, tmp_path: Path
) -> None:
    closed, waiting = _talk(clinic, tmp_path), _talk(clinic, tmp_path)
    _resolve(clinic, closed)
    quiet = clinic.start()
    clinic.clock.turn(days=89)
    fresh = clinic.start()
    assert retain(erasure, 90, clinic.clock) == 0
    clinic.clock.turn(days=2)
    assert retain(erasure, 90, clinic.clock) == 2
    left = {row.conversation_id for row in clinic.rows(MessageRow)}
    assert left == {waiting, fresh}
    assert quiet not in left
    assert retain(erasure, 90, clinic.clock) == 0


def test_command_finds_a_person_by_their_number_when_they_ask(
    clinic: Clinic, erasure: Erasure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = _talk(clinic, tmp_path)
    monkeypatch.setenv("FAQBOT_VAR", str(tmp_path))
    url = clinic.database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("FAQBOT_DATABASE_URL", url)
    monkeypatch.setenv("FAQBOT_DATA_KEYS", KEY)
    run = CliRunner()
    assert run.invoke(forget, ["202-555-9999", "--yes"]).exit_code == 1
    told = run.invoke(forget, ["+1 202 555 0123", "--yes"])
    assert told.exit_code == 0, told.output
    assert conversation in told.output
    assert "nothing is left" in told.output
    assert [row for row in clinic.rows(MessageRow) if row.conversation_id == conversation] == []


@pytest.mark.parametrize(("why", "left"), [("asked", 0), ("retention", 1)])
def test_examples_of_questions_are_gone_when_a_person_asks_to_be_forgotten(
    clinic: Clinic, erasure: Erasure, tmp_path: Path, why: str, left: int
) -> None:
    conversation = _talk(clinic, tmp_path)
    replace_groups(clinic.database, (QuestionGroup(WORDS, (), 1, 0),), clinic.clock())
    erasure.erase(conversation, clinic.clock(), why)
    assert len(clinic.rows(QuestionGroupRow)) == left
