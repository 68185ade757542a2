"""Nothing that a patient or staff wrote, and no number, is in any log, figure or error report."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.desk_client import DeskClient
from tests.e2e.http_visitor import HttpVisitor
from tests.e2e.running_service import ROOT, RunningService

#: Each occurs in one place only, so that a finding names the culprit.
QUESTION = "is zebrawood ketamine fda approved for depression"
CRISIS = "i want to kill myself quokkaword"
CONTACT = "call me on 202-555-0147 narwhalname"
STAFF, NOTE, CLOSING = "we ring you at 3 okapireply", "axolotlnote", "pangolinclosing"
FAILED, PHONE = "tapirfailed 202-555-0148", "+12025550149"
MARKS = (
    "zebrawood", "quokkaword", "narwhalname", "5550147", "555-0147", "okapireply", "axolotlnote",
    "pangolinclosing", "tapirfailed", "555-0148", "2025550149", "lemurtext",
)  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("silent") / "var"
    settings = {"FAQBOT_LOG_LEVEL": "debug", "FAQBOT_RASA_TIMEOUT": "4"}
    with RunningService.started(folder, **settings) as running:
        yield running


def test_no_output_holds_words_or_numbers_when_everything_went_wrong(
    service: RunningService, visitor: HttpVisitor
) -> None:
    visitor.exchange(QUESTION)
    visitor.exchange(CONTACT)
    visitor.exchange(CRISIS)
    _work_at_the_desk(service, visitor.id)
    _text(service)
    answers = [_with_a_broken_table(service, visitor)]
    with _renamed(service.var / "dialogues.db", "sessions"):  # Rasa cannot store, and logs it
        visitor.exchange(FAILED)
    for name in ("worker", "rasa", "actions"):
        service.kill(name)
        service.wait_for_output(f"{name} ended (terminated by SIGKILL)")
        visitor.exchange(f"{CRISIS} {name}")
    figures = (f"{service.web}/metrics", f"{service.web}/readyz", f"{service.desk}/readyz")
    answers += [urllib3.request("GET", address).data.decode() for address in figures]
    time.sleep(2)
    assert _logged(service) == []
    assert [mark for mark in MARKS for answer in answers if mark in answer] == []
    _look_into_the_stores(service)


def _work_at_the_desk(service: RunningService, conversation: str) -> None:
    added = service.command("users", "add", "sam@clinic.example", "--name", "Sam", check=True)
    (link,) = re.findall(r"/welcome/\S+", added.stdout)
    sam = DeskClient(service.desk)
    assert sam.post(link, link, name="Sam", password="a long enough password 7").status == 303
    page = f"/conversations/{conversation}"
    for path, fields in (
        ("claim", {}),
        ("reply", {"text": STAFF, "client_message_id": "r1"}),
        ("note", {"text": NOTE}),
        ("resolve", {"outcome": "answered", "note": CLOSING}),
    ):
        assert sam.post(page, f"{page}/{path}", **fields).status == 303, path
    assert sam.get("/?q=narwhalname").status == 200
    refused = sam.post(page, f"{page}/reply", text=STAFF, client_message_id="r2")
    assert STAFF in refused.data.decode()  # the draft is kept on the page, and nowhere else


def _text(service: RunningService) -> None:
    """Somebody texts from a phone of the simulator, a word and in danger."""
    typed = f"/from {PHONE}\nlemurtext how long is a visit\nlemurtext i want to die\n"
    subprocess.run(
        [sys.executable, "-m", "bot", "sms", "simulate", "--wait", "30"],
        cwd=ROOT, env=service.environ, input=typed, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip


def _with_a_broken_table(service: RunningService, visitor: HttpVisitor) -> str:
    """Messages cannot be stored: every statement with their words fails."""
    with _renamed(service.var / "faqbot.db", "messages"):
        body = {"client_message_id": "broken", "text": FAILED}
        status, answer = visitor.request("POST", f"/{visitor.id}/messages", body)
        assert status >= 500, answer
    return json.dumps(answer)


@contextlib.contextmanager
def _renamed(file: Path, table: str) -> Iterator[None]:
    def rename(old: str, new: str) -> None:
        with contextlib.closing(sqlite3.connect(file, timeout=20)) as database, database:
            database.execute("PRAGMA legacy_alter_table = ON")
            database.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename(table, "away")
    try:
        yield
    finally:
        rename("away", table)


def _logged(service: RunningService) -> list[str]:
    """Returns the lines, of whatever the processes wrote outside of their stores, with a mark."""
    found = []
    for file in (path for path in service.var.rglob("*") if path.is_file()):
        if file.is_symlink() or file.name.split(".db")[0] in ("faqbot", "dialogues", "queue"):
            continue
        lines = file.read_text(errors="replace").splitlines()
        found += [f"{file.name}: {m}" for line in lines for m in MARKS if m in line]
    return found


def _look_into_the_stores(service: RunningService) -> None:
    """The databases hold the words, but sealed: Rasa's too."""
    assert service.rows("SELECT count(*) FROM messages WHERE text LIKE 's1.%'")[0][0]
    with contextlib.closing(sqlite3.connect(service.var / "dialogues.db")) as dialogues:
        events = [data for (data,) in dialogues.execute("SELECT events FROM sessions")]
    assert events
    assert all(data.startswith("s1.") for data in events)
    for file in service.var.glob("*.db*"):
        content = file.read_bytes()
        assert [mark for mark in MARKS if mark.encode() in content] == [], file.name
