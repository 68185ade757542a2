"""What Rasa gets from an action: replies, events, or a refusal without the visitor's words."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.base import TURNS_IN_A_SESSION
from actions.executor import DomainFreeExecutor
from actions.registry import all_actions
from knowledge.library.models import Library
from tests.scripted_clinic import ScriptedTriage

SECRET = "my name is Jo and i hear voices"


def tracker(text: str, turns: int = 1, **given: Any) -> Tracker:
    triage = {**ScriptedTriage().decide(text).to_dict(), "reason": "script"}
    said = {"event": "user", "text": text, "input_channel": given.pop("channel", "web")}
    return Tracker(
        "sender",
        given.pop("slots", {}),
        {"text": text, "triage": given.pop("triage", triage)},
        [said] * turns,
        False,
        None,
        given.pop("active_loop", {}),
        given.pop("latest_action", "action_listen"),
    )


def run(library: Library, name: str, state: Tracker) -> tuple[list[Any], list[dict[str, Any]]]:
    action = next(a for a in all_actions(lambda: library) if a.name() == name)
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, state, {}))
    return [message["custom"] for message in dispatcher.messages], events


def test_action_says_its_reply_as_a_custom_payload(library: Library) -> None:
    (reply,), events = run(library, "action_greet", tracker("hello"))

    assert reply["text"] == "greet on the web"
    assert events == []


def test_action_is_refused_without_the_visitors_words_when_it_fails(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tracker(SECRET, triage={"intent": SECRET})

    with caplog.at_level(logging.DEBUG), pytest.raises(ActionExecutionRejection) as refusal:
        run(library, "action_answer", broken)

    assert "action_answer failed with TurnError" in caplog.text
    assert SECRET not in caplog.text + refusal.value.message


def test_unchanged_slots_are_not_stored_again(library: Library) -> None:
    slots = {"failed_once": False, "last_faq_ids": ["visit-length"], "contact_offered": False}

    _, events = run(library, "action_answer", tracker("How long does a visit take?", slots=slots))

    assert events == []


def test_new_session_begins_when_a_chat_is_long(library: Library) -> None:
    _, events = run(library, "action_greet", tracker("hello", turns=TURNS_IN_A_SESSION))

    assert [event["name"] for event in events] == ["action_session_start"]


@pytest.mark.parametrize(
    "given", [{"slots": {"contact_open": True}}, {"active_loop": {"name": "choice_form"}}]
)
def test_session_goes_on_when_a_form_is_open(library: Library, given: dict[str, Any]) -> None:
    state = tracker("hello", turns=TURNS_IN_A_SESSION, **given)

    assert run(library, "action_greet", state)[1] == []


def started(library: Library, **given: Any) -> tuple[list[Any], dict[str, Any]]:
    replies, events = run(library, "action_session_start", tracker("hello", **given))
    assert events[0]["event"] == "session_started"
    assert events[-1] == {"event": "action", "name": "action_listen", "policy": None,
                          "confidence": None, "timestamp": None}  # fmt: skip
    return replies, {e["name"]: e["value"] for e in events if e["event"] == "slot"}


def test_notice_is_given_at_first_contact(library: Library) -> None:
    (notice,), slots = started(library, latest_action=None)

    assert notice["kind"] == "notice"
    assert slots == {"notice_given": True}


def test_visitor_is_known_but_forms_are_dropped_when_a_session_expired(library: Library) -> None:
    slots = {
        "notice_given": True,
        "crisis_seen": True,
        "failed_once": True,
        "contact_open": True,
        "contact_value": "555 010 0199",
    }

    assert started(library, slots=slots) == ([], {"notice_given": True, "crisis_seen": True})


def test_everything_is_remembered_when_a_session_begins_within_a_chat(library: Library) -> None:
    slots = {"notice_given": True, "failed_once": True, "contact_offered": True, "choice": None}

    replies, kept = started(library, slots=slots, latest_action="action_greet")

    assert replies == []
    assert kept == {"notice_given": True, "failed_once": True, "contact_offered": True}


def test_executor_runs_an_action_when_rasa_sends_no_domain(library: Library) -> None:
    executor = DomainFreeExecutor()
    for action in all_actions(lambda: library):
        executor.register_action(action)
    call = {
        "next_action": "action_greet",
        "tracker": {
            "sender_id": "s",
            "latest_message": {
                "text": "hello",
                "triage": {**ScriptedTriage().decide("hello").to_dict(), "reason": ""},
            },
        },
    }

    result = asyncio.run(executor.run(call))

    assert result is not None
    assert result.responses[0]["custom"]["text"] == "greet on the web"
