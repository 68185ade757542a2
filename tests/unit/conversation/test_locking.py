"""One open escalation a conversation, and the pause after a crisis."""

from __future__ import annotations

import pytest

from bot.adapters.database.models import EscalationEventRow, EscalationRow
from bot.conversation.model import Channel, Outcome, State
from tests.scripted_dialogue import Clinic, red_line


@pytest.fixture
def scripted(clinic: Clinic) -> Clinic:
    clinic.dialogue.script |= {
        "die": red_line("self_harm", "T1"),
        "pills taken": red_line("self_harm", "T0"),
        "not breathing": red_line("medical_emergency", "T0"),
        "what dose": red_line("dosing", "T2"),
        "refund": red_line("complaint", "T3"),
    }
    return clinic


def _kinds(clinic: Clinic, conversation: str, number: int, text: str) -> list[str | None]:
    exchange = clinic.conversations.post(conversation, f"m{number}", text)
    return [reply.kind for reply in exchange.replies]


def _events(clinic: Clinic) -> list[str]:
    return [event.kind for event in clinic.rows(EscalationEventRow)]


def test_second_red_line_is_attached_when_it_is_less_severe(scripted: Clinic) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "what dose")
    _kinds(scripted, conversation, 2, "refund")
    (escalation,) = scripted.rows(EscalationRow)
    assert (escalation.category, escalation.tier) == ("dosing", "T2")
    assert _events(scripted) == ["opened", "attached"]


def test_tier_is_raised_when_a_second_red_line_is_more_severe(scripted: Clinic) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "refund")
    _kinds(scripted, conversation, 2, "what dose")
    (escalation,) = scripted.rows(EscalationRow)
    assert (escalation.category, escalation.tier) == ("dosing", "T2")
    assert _events(scripted) == ["opened", "tier_raised"]


def test_bot_goes_on_answering_when_the_escalation_is_no_crisis(scripted: Clinic) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "what dose")
    assert _kinds(scripted, conversation, 2, "is it approved") == ["answer"]
    assert scripted.store.conversation(conversation).state is State.BOT


@pytest.mark.parametrize("crisis", ["die", "not breathing"])
def test_answers_are_paused_when_a_crisis_was_escalated(scripted: Clinic, crisis: str) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, crisis)
    assert scripted.store.conversation(conversation).state is State.LOCKED
    assert _kinds(scripted, conversation, 2, "jk, is it approved") == ["locked"]
    assert _events(scripted) == ["opened", "attached"]


def test_locked_text_is_sent_once_when_ten_minutes_have_not_passed(scripted: Clinic) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "die")
    assert _kinds(scripted, conversation, 2, "hello") == ["locked"]
    exchange = scripted.conversations.post(conversation, "m3", "anyone?")
    assert (exchange.replies, exchange.message.outcome) == ((), Outcome.ATTACHED)
    scripted.clock.turn(minutes=11)
    assert _kinds(scripted, conversation, 4, "anyone??") == ["locked"]
    assert _events(scripted) == ["opened", "attached", "attached", "attached"]


def test_crisis_reply_is_repeated_when_ten_minutes_have_passed(scripted: Clinic) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "die")
    assert _kinds(scripted, conversation, 2, "die") == []
    scripted.clock.turn(minutes=11)
    assert _kinds(scripted, conversation, 3, "die") == ["crisis"]


@pytest.mark.parametrize(
    ("later", "kind"), [("pills taken", "crisis"), ("not breathing", "emergency")]
)
def test_urgent_reply_is_sent_at_once_when_the_danger_is_new(
    scripted: Clinic, later: str, kind: str
) -> None:
    conversation = scripted.start()
    _kinds(scripted, conversation, 1, "die")
    assert _kinds(scripted, conversation, 2, later) == [kind]
    (escalation,) = scripted.rows(EscalationRow)
    assert escalation.tier == "T0"
    assert _events(scripted)[-1] == "tier_raised"


def test_bot_answers_again_when_staff_resolved_the_escalation(scripted: Clinic) -> None:
    conversation, sam = scripted.start(), scripted.staff()
    _kinds(scripted, conversation, 1, "die")
    scripted.desk.claim(conversation, sam)
    scripted.desk.resolve(conversation, sam, "Spoke on the phone")
    assert _kinds(scripted, conversation, 2, "is it approved") == ["answer"]


def test_case_is_opened_again_when_a_new_red_line_follows_its_end(scripted: Clinic) -> None:
    conversation, sam = scripted.start(), scripted.staff()
    _kinds(scripted, conversation, 1, "die")
    scripted.desk.resolve(conversation, sam, "Called")
    assert _kinds(scripted, conversation, 2, "die") == ["crisis"]
    (case,) = scripted.rows(EscalationRow)
    assert (case.status, case.resolution, case.claimed_by_id) == ("open", None, None)
    kinds = [event.kind for event in scripted.rows(EscalationEventRow)]
    assert kinds == ["opened", "resolved", "reopened"]


def test_lock_stays_when_staff_hand_back_without_clearing_it(scripted: Clinic) -> None:
    conversation, sam = scripted.start(), scripted.staff()
    _kinds(scripted, conversation, 1, "die")
    scripted.desk.claim(conversation, sam)
    scripted.desk.hand_back(conversation, sam)
    assert _kinds(scripted, conversation, 2, "hello") == ["locked"]
    scripted.desk.claim(conversation, sam)
    scripted.desk.hand_back(conversation, sam, clear_lock=True)
    assert _kinds(scripted, conversation, 3, "hello") == ["answer"]


def test_locked_text_is_in_the_visitors_language_when_it_is_known(scripted: Clinic) -> None:
    started = scripted.conversations.start(Channel.WEB, language="es")
    conversation = started.conversation.id
    _kinds(scripted, conversation, 1, "die")
    exchange = scripted.conversations.post(conversation, "m2", "hola")
    assert exchange.replies[0].text == "Paused (es)."
