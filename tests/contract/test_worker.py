"""The worker mends what a dead process left, on both databases, and lives as a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

import pytest

from bot.adapters.database import Database, migrate
from bot.adapters.database.heartbeats import last_beat
from bot.adapters.database.models import EscalationRow
from bot.assembly import Core
from bot.conversation import Conversations
from bot.conversation.model import Outcome
from bot.settings import load_settings
from bot.worker import HEARTBEAT, Sweeper
from tests.scripted_dialogue import PlainTexts, build_clinic
from tests.sealed_database import KEY, database_at

ROOT = Path(__file__).resolve().parents[2]


def _wait_until(condition: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_message_is_answered_and_escalated_when_its_process_was_killed(
    database: Database, tmp_path: Path
) -> None:
    clinic = build_clinic(database)
    conversation = clinic.start()
    url = database.url.render_as_string(hide_password=False)
    script = str(ROOT / "tests" / "posting_process.py")
    process = subprocess.Popen([sys.executable, script, url, conversation, "i want to die"])
    try:
        _wait_until(lambda: len(clinic.store.messages(conversation, 1, 10)) == 1)
    finally:
        process.kill()
        process.wait()
    settings = load_settings({"FAQBOT_VAR": str(tmp_path)})
    core = Core(settings)
    conversations = Conversations(clinic.store, clinic.dialogue, PlainTexts())
    vars(core).update(cast(Any, {"database": database, "conversations": conversations}))
    Sweeper(core).sweep()
    stored = clinic.store.messages(conversation, 1, 10)
    assert stored[0].outcome is Outcome.RECOVERED
    assert [message.kind for message in stored[1:]] == ["crisis"]
    assert [row.tier for row in clinic.rows(EscalationRow)] == ["T1"]
    assert last_beat(database, HEARTBEAT) is not None


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAQBOT_")}
    return {**kept, "FAQBOT_VAR": str(tmp_path), "FAQBOT_DATA_KEYS": KEY}


def test_worker_beats_and_stops_cleanly_when_it_runs_as_a_process(
    environ: dict[str, str], tmp_path: Path
) -> None:
    database = database_at(f"sqlite:///{tmp_path}/faqbot.db")
    migrate(database)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.worker"], cwd=ROOT, env=environ, stderr=subprocess.PIPE
    )
    try:
        _wait_until(
            lambda: last_beat(database, HEARTBEAT) is not None or process.poll() is not None
        )
        process.send_signal(signal.SIGTERM)
        _, printed = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, printed.decode()
    assert (tmp_path / "queue.db").exists()
    database.close()


def test_worker_says_what_to_run_when_tables_are_missing(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.worker"],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "faqbot migrate" in done.stderr


def test_worker_names_the_variable_when_a_setting_is_unknown(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.worker"],
        cwd=ROOT, env={**environ, "FAQBOT_DATABSE_URL": "x"}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "FAQBOT_DATABSE_URL" in done.stderr


def test_migrate_command_says_what_it_did_when_it_runs_twice(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "bot", "migrate"]
    said = [
        subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=True
        ).stdout
        for _ in range(2)
    ]
    assert said == ["The database was brought up to date.\n", "Nothing to do.\n"]
    bad = {**environ, "FAQBOT_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"}
    failed = subprocess.run(
        command, cwd=ROOT, env=bad, capture_output=True, text=True, timeout=60, check=False
    )
    assert failed.returncode == 1
    assert "FAQBOT_DATABASE_URL" in failed.stderr
