"""Handing over to staff, and the offer to be reached."""

from __future__ import annotations

import pytest

from actions.errors import TurnError
from tests.unit.actions.conftest import Act, opened, remembered

OFFER = ["Leave contact details", "No thanks"]


def offered(reply: dict[str, list[dict[str, str]]]) -> list[str]:
    return [button["text"] for button in reply["buttons"]]


@pytest.mark.parametrize(
    ("action", "text", "kind", "category"),
    [
        ("action_crisis", "i want to die", "crisis", "self_harm"),
        ("action_emergency", "he is not breathing", "emergency", "medical_emergency"),
        ("action_clinical_question", "what dose should i get", "escalation", "dosing"),
        ("action_staff_matter", "cancel my appointment", "escalation", "account"),
        ("action_human_request", "can i talk to a person", "escalation", "human_request"),
        ("action_other_language", "necesito ayuda", "escalation", "language"),
        ("action_unanswerable", "what about ufos", "escalation", "unanswerable"),
    ],
)
def test_escalation_carries_what_staff_need(
    act: Act, action: str, text: str, kind: str, category: str
) -> None:
    outcome = act(action, text)

    (reply,) = outcome.replies
    assert reply["kind"] == kind
    assert reply["escalation"]["category"] == category
    assert reply["escalation"]["reason"] == "script"
    assert remembered(outcome)["with_staff"] is True


@pytest.mark.parametrize("action", ["action_clinical_question", "action_hand_over"])
def test_contact_is_offered_when_nobody_is_in_distress(act: Act, action: str) -> None:
    outcome = act(action, "what dose should i get")

    assert offered(outcome.replies[0]) == OFFER
    assert remembered(outcome)["contact_offered"] is True


@pytest.mark.parametrize(
    ("action", "text"),
    [("action_crisis", "i want to die"), ("action_emergency", "he is not breathing")],
)
def test_contact_is_never_offered_in_a_crisis(act: Act, action: str, text: str) -> None:
    outcome = act(action, text)

    assert outcome.replies[0]["buttons"] == []
    assert remembered(outcome)["contact_offered"] is False
    assert remembered(outcome)["crisis_seen"] is True


def test_contact_is_not_offered_after_a_crisis(act: Act) -> None:
    outcome = act("action_human_request", "can i talk to a person", crisis_seen=True)

    assert outcome.replies[0]["buttons"] == []


def test_contact_is_not_offered_by_text_message(act: Act) -> None:
    outcome = act("action_human_request", "can i talk to a person", channel="sms")

    assert outcome.replies[0]["buttons"] == []


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("action_crisis", "i want to die"),
        ("action_emergency", "he is not breathing"),
        ("action_human_request", "can i talk to a person"),
    ],
)
def test_contact_form_ends_when_something_graver_comes(act: Act, action: str, text: str) -> None:
    given = {"contact_open": True, "contact_value": "555 010 0199", "contact_method": "phone"}
    outcome = act(action, text, active_loop="contact_form", **given)

    assert opened(outcome) == [None]
    assert remembered(outcome)["contact_value"] is None
    assert remembered(outcome)["contact_open"] is None


def test_contact_form_goes_on_when_a_clinical_question_interrupts_it(act: Act) -> None:
    outcome = act(
        "action_clinical_question",
        "what dose should i get",
        active_loop="contact_form",
        contact_open=True,
    )

    assert opened(outcome) == []
    assert outcome.replies[0]["buttons"] == []


def test_two_failures_in_a_row_are_unanswerable(act: Act) -> None:
    outcome = act("action_hand_over", "what is the weather", failed_once=True)

    assert outcome.replies[0]["escalation"]["category"] == "unanswerable"
    assert outcome.replies[0]["escalation"]["tier"] == "T3"
    assert remembered(outcome)["failed_once"] is False


def test_escalation_is_refused_when_triage_gave_no_category(act: Act) -> None:
    with pytest.raises(TurnError, match="category"):
        act("action_crisis", "hello")
