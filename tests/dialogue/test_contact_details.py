"""Leaving contact details, with everything that can come between."""

from __future__ import annotations

import pytest

from tests.dialogue.conftest import Chat, Dialogue

VISIT = "How long does a visit take?"
METHOD = "contact_ask_method on the web"
VALUE = "contact_ask_value on the web"
TIME = "contact_ask_time on the web"


def test_details_are_taken_when_the_offer_is_accepted(chat: Chat) -> None:
    (offer,) = chat.say("what dose should i get")
    assert [b["text"] for b in offer["buttons"]] == ["Leave contact details", "No thanks"]

    assert chat.texts("Leave contact details") == [METHOD]
    assert chat.texts("Text message") == [VALUE]
    assert chat.texts("555 010 0199") == [TIME]
    (saved,) = chat.say("Afternoon")
    assert saved["kind"] == "contact_saved"
    assert saved["contact"] == {"method": "text", "value": "555 010 0199", "when": "Afternoon"}
    assert saved["escalation"] is None


@pytest.mark.parametrize("words", ["No thanks", "no", "skip"])
def test_no_is_enough_when_details_are_offered(chat: Chat, words: str) -> None:
    chat.say("can i talk to a person")

    assert chat.texts(words) == ["contact_skipped on the web"]
    assert chat.texts("yes") == ["affirm on the web"]


def test_every_step_can_be_skipped(chat: Chat) -> None:
    chat.say("can i talk to a person")

    assert chat.texts("yes") == [METHOD]
    assert chat.texts("skip") == [VALUE]
    assert chat.texts("Skip") == [TIME]
    assert chat.texts("skip") == ["contact_skipped on the web"]


@pytest.mark.parametrize("answered", [[], ["Phone"], ["Phone", "555 010 0199"]])
@pytest.mark.parametrize(
    ("words", "kind"),
    [("i want to die", "crisis"), ("he is not breathing", "emergency")],
)
def test_crisis_wins_at_every_step(chat: Chat, answered: list[str], words: str, kind: str) -> None:
    chat.say("Leave contact details")
    for answer in answered:
        chat.say(answer)

    (reply,) = chat.say(words)
    assert reply["kind"] == kind
    assert reply["buttons"] == []
    assert chat.texts("thanks") == ["thank on the web"]  # the form is over


def test_request_for_a_person_ends_the_form(chat: Chat) -> None:
    chat.say("Leave contact details")

    assert chat.texts("can i talk to a person") == ["human_request on the web"]
    assert chat.texts("thanks") == ["thank on the web"]


def test_question_in_the_middle_is_answered_and_the_form_goes_on(chat: Chat) -> None:
    chat.say("Leave contact details")
    chat.say("Phone")

    assert chat.texts(VISIT) == ["answer visit-length", VALUE]
    assert chat.texts("what dose should i get") == ["dosing on the web", VALUE]
    assert chat.texts("555 010 0199") == [TIME]


def test_did_you_mean_in_the_middle_is_settled_and_the_form_goes_on(chat: Chat) -> None:
    chat.say("Leave contact details")

    assert chat.texts("is it approved") == ["clarify_prompt on the web"]
    assert chat.texts("2") == ["answer spravato", METHOD]


def test_form_ends_when_it_is_ignored_three_times(chat: Chat) -> None:
    chat.say("my mail is a@b.co")
    chat.say("hello")
    chat.say("hello")

    greeted, saved = chat.say("hello")
    assert greeted["text"] == "greet on the web"
    assert saved["contact"] == {"method": "email", "value": "a@b.co", "when": None}


def test_number_goes_to_staff_when_it_is_left_unasked(chat: Chat) -> None:
    (prompt,) = chat.say("555 010 0199")

    assert prompt["kind"] == "contact_prompt"
    assert prompt["escalation"]["category"] == "human_request"


def test_offer_is_not_made_by_text_message(dialogue: Dialogue) -> None:
    (reply,) = dialogue.chat("sms").say("can i talk to a person")

    assert reply["buttons"] == []
