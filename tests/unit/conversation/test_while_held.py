"""Danger in a conversation that staff hold: by wording at once, by triage a moment later."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from bot.adapters.database.models import EscalationEventRow, EscalationRow
from bot.conversation.errors import DialogueError
from bot.conversation.held_triage import HeldTriage
from bot.conversation.model import Author, DialogueRequest, Outcome, State
from knowledge.decision import Category, Decision, Tier
from tests.scripted_dialogue import Clinic, PlainTexts, decision, red_line


class ScriptedTriage:
    """Decides what `script` says, else that it is small talk; an exception is raised."""

    def __init__(self) -> None:
        self.script: dict[str, Any] = {}
        self.asked: list[DialogueRequest] = []

    def decide(self, request: DialogueRequest) -> Decision:
        self.asked.append(request)
        found = self.script.get(request.text, decision(request.text, route="smalltalk"))
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Decision)
        return found


def _danger(text: str, category: Category = "self_harm", tier: Tier = "T1") -> Decision:
    return decision(text, route="escalate", category=category, tier=tier)


class Talk:
    """A conversation that Sam holds."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.triage = clinic, ScriptedTriage()
        self.held = HeldTriage(clinic.store, self.triage, PlainTexts(), clinic.clock)
        self.id, self.sam = clinic.start(), clinic.staff()
        clinic.dialogue.script["what dose"] = red_line("dosing", "T2")
        clinic.conversations.post(self.id, "m0", "what dose")
        clinic.desk.claim(self.id, self.sam)

    def says(self, text: str) -> list[str | None]:
        """Has the visitor write; returns the kinds of the bot's messages after that."""
        exchange = self.clinic.conversations.post(self.id, f"m{time.monotonic_ns()}", text)
        self.held.look()
        after = self.clinic.store.messages(self.id, exchange.message.seq, 100)
        return [message.kind for message in after if message.author is Author.BOT]

    def decisions(self) -> list[Decision | None]:
        messages = self.clinic.store.messages(self.id, 0, 100)
        return [m.decision for m in messages if m.outcome is Outcome.HELD]

    def case(self) -> tuple[str, str, str]:
        (row,) = self.clinic.rows(EscalationRow)
        return row.category, row.tier, row.status

    def events(self) -> list[str]:
        return [row.kind for row in self.clinic.rows(EscalationEventRow)]


@pytest.fixture
def talk(clinic: Clinic) -> Talk:
    return Talk(clinic)


def test_case_is_raised_and_paged_when_triage_finds_danger_while_staff_hold(talk: Talk) -> None:
    talk.clinic.desk.staff_reply(talk.id, talk.sam, "s1", "Hello.")
    talk.triage.script["no way out"] = _danger("no way out")
    before = talk.clinic.rows(EscalationRow)[0].page_round
    assert talk.says("no way out") == []  # Sam is there
    assert talk.case() == ("self_harm", "T1", "claimed")
    (row,) = talk.clinic.rows(EscalationRow)
    assert (row.page_from, row.waiting_since) == (talk.clinic.clock(), talk.clinic.clock())
    assert row.page_round > before
    assert talk.decisions() == [talk.triage.script["no way out"]]
    assert talk.clinic.store.conversation(talk.id).locked_at is not None


def test_safety_reply_is_sent_once_in_ten_minutes_when_staff_are_away(talk: Talk) -> None:
    talk.triage.script["no way out"] = _danger("no way out")
    talk.clinic.clock.turn(minutes=3)
    assert talk.says("no way out") == ["crisis"]
    talk.clinic.clock.turn(minutes=3)
    assert talk.says("no way out") == []
    talk.clinic.clock.turn(minutes=8)
    assert talk.says("no way out") == ["crisis"]
    assert talk.clinic.store.conversation(talk.id).state is State.STAFF


def test_safety_reply_comes_at_once_when_the_wording_is_enough_and_staff_are_away(
    talk: Talk,
) -> None:
    talk.clinic.clock.turn(minutes=3)
    exchange = talk.clinic.conversations.post(talk.id, "m1", "i want to die")
    assert [reply.kind for reply in exchange.replies] == ["crisis"]
    assert exchange.message.outcome is Outcome.HELD
    assert talk.says("he is not breathing") == ["emergency"]
    assert talk.case()[:2] == ("medical_emergency", "T0")


def test_bot_is_silent_when_staff_wrote_just_now(talk: Talk) -> None:
    talk.clinic.clock.turn(minutes=3)
    talk.clinic.desk.staff_reply(talk.id, talk.sam, "s1", "I am here.")
    talk.clinic.clock.turn(seconds=90)
    assert talk.says("i want to die") == []
    assert talk.case() == ("self_harm", "T1", "claimed")


def test_danger_is_noted_once_when_wording_and_triage_both_find_it(talk: Talk) -> None:
    talk.triage.script["i want to die"] = _danger("i want to die")
    talk.says("i want to die")
    talk.held.look()
    assert talk.events() == ["opened", "claimed", "tier_raised"]
    assert len(talk.triage.asked) == 1


@pytest.mark.parametrize("found", [("dosing", "T2"), ("human_request", "T3"), (None, None)])
def test_nothing_but_a_note_is_made_when_triage_finds_no_danger(talk: Talk, found: Any) -> None:
    category, tier = found
    talk.triage.script["and now?"] = decision(
        "and now?", route="escalate" if tier else "answer", category=category, tier=tier
    )
    assert talk.says("and now?") == []
    assert talk.case() == ("dosing", "T2", "claimed")
    assert talk.events() == ["opened", "claimed", "attached"]


def test_nothing_is_lost_when_triage_is_down_for_a_while(talk: Talk) -> None:
    talk.triage.script["no way out"] = DialogueError("unreachable")
    talk.says("no way out")
    talk.says("hello?")
    assert talk.decisions() == [None, None]
    assert [request.text for request in talk.triage.asked] == ["no way out", "no way out"]
    talk.triage.script["no way out"] = _danger("no way out")
    talk.clinic.clock.turn(minutes=30)
    talk.held.look()
    assert None not in talk.decisions()
    assert talk.case()[:2] == ("self_harm", "T1")


@pytest.mark.parametrize("fault", [DialogueError("malformed"), RuntimeError("a bug")])
def test_later_message_is_triaged_when_an_earlier_one_cannot_be(
    talk: Talk, fault: Exception
) -> None:
    talk.triage.script |= {"odd": fault, "no way out": _danger("no way out")}
    talk.says("odd")
    talk.says("no way out")
    assert talk.case()[:2] == ("self_harm", "T1")


def test_triage_gets_the_texts_before_when_it_is_asked(talk: Talk) -> None:
    talk.says("one")
    talk.says("two")
    assert talk.triage.asked[-1].previous == ("what dose", "one")


@pytest.mark.parametrize("how", ["an hour has passed", "it was handed back"])
def test_triage_is_not_asked_when_it_would_be_too_late(talk: Talk, how: str) -> None:
    talk.clinic.conversations.post(talk.id, "m1", "no way out")
    if how == "an hour has passed":
        talk.clinic.clock.turn(minutes=61)
    else:
        talk.clinic.desk.hand_back(talk.id, talk.sam)
    talk.held.look()
    assert talk.triage.asked == []


def test_danger_in_the_wording_counts_when_staff_claim_while_a_message_waits_its_turn(
    clinic: Clinic,
) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    later: list[threading.Thread] = []

    def claimed_meanwhile(request: DialogueRequest) -> None:
        clinic.dialogue.during = lambda _request: None
        second = (conversation, "m2", "i want to die")
        later.append(threading.Thread(target=clinic.conversations.post, args=second))
        later[0].start()
        _wait_for_message(clinic, conversation, 3)
        clinic.desk.claim(conversation, sam)

    clinic.dialogue.during = claimed_meanwhile
    clinic.conversations.post(conversation, "m1", "hello")
    later[0].join(10)
    (row,) = clinic.rows(EscalationRow)
    assert (row.category, row.tier) == ("self_harm", "T1")


def _wait_for_message(clinic: Clinic, conversation: str, seq: int) -> None:
    deadline = time.monotonic() + 5
    while not clinic.store.messages(conversation, seq - 1, 1):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_case_waits_for_staff_when_a_patient_they_waited_for_is_in_danger(
    clinic: Clinic,
) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    clinic.dialogue.script["refund"] = red_line("complaint", "T3")
    clinic.conversations.post(conversation, "m1", "refund")
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "Which visit?")
    assert clinic.rows(EscalationRow)[0].status == "waiting"
    clinic.conversations.post(conversation, "m2", "i want to die")
    (row,) = clinic.rows(EscalationRow)
    assert (row.tier, row.status) == ("T1", "claimed")
