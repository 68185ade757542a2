"""A process dies while visitors chat: nobody is left without an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import pytest

from bot.assembly import Core
from bot.conversation.model import Staff
from bot.desk.accounts import Accounts, Role
from bot.settings import load_settings
from tests.e2e.http_visitor import HttpVisitor
from tests.e2e.running_service import RunningService

QUESTION = "is ketamine fda approved for depression"
#: No red-line wording: only triage knows what it means.
UNSPOKEN: Final = "i made a plan and picked a day"
CASES = "SELECT category, status FROM escalations WHERE conversation_id = ?"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with RunningService.started(tmp_path_factory.mktemp("faults") / "var") as running:
        yield running


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_message_is_held_for_staff_and_the_process_comes_back_when_it_is_killed(
    service: RunningService, visitor: HttpVisitor, name: str
) -> None:
    assert visitor.say(QUESTION)["kind"] == "answer"
    before = service.pid_of(name)

    service.kill(name)
    reply = visitor.say("how much does a visit cost")

    assert reply["kind"] == "holding"
    assert reply["escalated"]
    assert service.rows(CASES, visitor.id) == [("failure", "open")]
    service.wait_for_output(f"{name} ended (terminated by SIGKILL)")
    service.wait_for_output(f"{name} is ready again")
    assert service.pid_of(name) != before
    assert _answer(visitor)["kind"] == "answer"


def test_crisis_gets_its_approved_reply_when_rasa_is_dead(
    service: RunningService, visitor: HttpVisitor
) -> None:
    service.kill("rasa")

    reply = visitor.say("i want to kill myself")

    assert reply["kind"] == "crisis"
    assert "988" in reply["text"]
    assert service.rows(CASES, visitor.id) == [("self_harm", "open")]


def test_danger_is_seen_when_staff_hold_the_conversation_and_triage_was_dead(
    service: RunningService, visitor: HttpVisitor
) -> None:
    core = Core(load_settings(service.environ))
    try:
        account = Accounts(core.database).add("sam@clinic.example", "Sam", Role.STAFF)
        core.desk.claim(visitor.id, Staff(account.id, account.name))
        service.kill("actions")
        assert visitor.exchange(UNSPOKEN)["replies"] == []
        assert service.rows(CASES, visitor.id) == []
        service.wait_for_output("actions is ready again")
        deadline = time.monotonic() + 60
        while not service.rows(CASES, visitor.id):
            assert time.monotonic() < deadline, service.logs()
            time.sleep(0.2)
    finally:
        core.database.close()
    assert service.rows(CASES, visitor.id) == [("self_harm", "claimed")]
    assert UNSPOKEN not in service.logs()


def _answer(visitor: HttpVisitor) -> dict[str, object]:
    """Asks until the service has noticed that the process is back."""
    for _ in range(20):
        reply = visitor.say(QUESTION)
        if reply["kind"] != "holding":
            return reply
        time.sleep(1)
    return reply
