"""The contact form: every step can be filled, skipped, declined or interrupted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.actions.conftest import Act, opened, remembered

VALIDATE = "validate_contact_form"


def filled(act: Act, step: str, text: str, **slots: Any) -> dict[str, Any]:
    given = {"requested_slot": f"contact_{step}", "contact_open": True, "contact_asked": 1, **slots}
    return remembered(act(VALIDATE, text, active_loop="contact_form", **given))


def test_form_begins_empty_when_it_opens(act: Act) -> None:
    slots = remembered(act(VALIDATE, "yes", contact_value="left over"))

    assert slots["contact_open"] is True
    assert slots["contact_value"] is None
    assert slots["contact_offered"] is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my number is 555 010 0199", (None, "555 010 0199")),
        ("a@b.co", ("email", "a@b.co")),
    ],
)
def test_form_begins_with_what_the_message_gives(
    act: Act, text: str, expected: tuple[str | None, str]
) -> None:
    slots = remembered(act(VALIDATE, text))

    assert (slots["contact_method"], slots["contact_value"]) == expected


def test_form_keeps_what_it_has_when_it_goes_on_after_a_choice(act: Act) -> None:
    assert act(VALIDATE, "2", contact_open=True, contact_method="phone").events == ()


@pytest.mark.parametrize(
    ("step", "text", "slot", "value"),
    [
        ("method", "Phone", "contact_method", "phone"),
        ("method", "2", "contact_method", "text"),
        ("method", "a@b.co", "contact_value", "a@b.co"),
        ("value", "555 010 0199", "contact_value", "555 010 0199"),
        ("value", "e-mail", "contact_method", "email"),
        ("time", "call me after 5 pm", "contact_time", "call me after 5 pm"),
        ("time", "ask for Maria", "contact_time", "ask for Maria"),
        ("method", "skip", "contact_method", "skipped"),
        ("value", "Skip", "contact_value", "skipped"),
        ("time", "skip", "contact_time", "skipped"),
    ],
)
def test_step_is_filled_when_the_message_answers_it(
    act: Act, step: str, text: str, slot: str, value: str
) -> None:
    assert filled(act, step, text)[slot] == value


def test_rest_of_the_form_is_skipped_when_the_visitor_declines(act: Act) -> None:
    slots = filled(act, "value", "no thanks", contact_method="phone")

    assert slots["contact_method"] == "phone"
    assert slots["contact_value"] == slots["contact_time"] == "skipped"


@pytest.mark.parametrize("step", ["method", "value", "time"])
@pytest.mark.parametrize(
    "text",
    [
        "i want to die",
        "he is not breathing",
        "what dose should i get",
        "can i talk to a person",
        "How long does a visit take?",
        "thanks",
        "are you a bot",
        "what is the weather",
        "do you validate parking?",
    ],
)
def test_form_steps_aside_when_the_message_is_no_answer(act: Act, step: str, text: str) -> None:
    assert filled(act, step, text) == {}


def test_method_is_asked_again_once_and_then_skipped_when_it_stays_unclear(act: Act) -> None:
    assert filled(act, "method", "blue") == {"contact_method": None}
    assert filled(act, "method", "blue", contact_asked=2)["contact_method"] == "skipped"


def test_value_is_asked_again_once_and_then_taken_as_typed(act: Act) -> None:
    assert filled(act, "value", "at the shop") == {"contact_value": None}
    assert filled(act, "value", "at the shop", contact_asked=2)["contact_value"] == "at the shop"


def test_leaving_details_again_is_asked_again_and_never_steps_aside(act: Act) -> None:
    # The rule for `give_contact` opens this very form: stepping aside would never end.
    slots = filled(act, "time", "my mail is a@b.co")

    assert slots["contact_value"] == "a@b.co"


def test_own_number_is_meant_when_a_text_message_says_so(act: Act) -> None:
    assert filled(act, "value", "this number", channel="sms")["contact_value"] == "this number"
    assert filled(act, "value", "this number")["contact_value"] is None


def test_first_question_goes_to_staff_when_nothing_did_before(act: Act) -> None:
    outcome = act("action_ask_contact_method", "a@b.co")

    assert outcome.replies[0]["kind"] == "contact_prompt"
    assert outcome.replies[0]["escalation"]["category"] == "human_request"
    assert remembered(outcome)["with_staff"] is True


def test_question_is_no_escalation_when_staff_have_the_conversation(act: Act) -> None:
    outcome = act("action_ask_contact_value", "Phone", with_staff=True)

    assert outcome.replies[0]["escalation"] is None


def test_form_ends_when_a_question_was_ignored_three_times(act: Act) -> None:
    outcome = act("action_ask_contact_time", "thanks", contact_asked=3)

    assert outcome.replies == ()
    assert opened(outcome) == [None]


def test_details_travel_in_the_payload_when_they_are_saved(act: Act) -> None:
    outcome = act(
        "action_save_contact",
        contact_method="phone",
        contact_value="555 010 0199",
        contact_time="skipped",
    )

    assert outcome.replies[0]["kind"] == "contact_saved"
    assert outcome.replies[0]["contact"] == {
        "method": "phone",
        "value": "555 010 0199",
        "when": None,
    }
    assert remembered(outcome)["contact_value"] is None
    assert remembered(outcome)["contact_open"] is None


def test_nothing_is_saved_when_every_step_was_skipped(act: Act) -> None:
    skipped = dict.fromkeys(("contact_method", "contact_value", "contact_time"), "skipped")
    (reply,) = act("action_save_contact", **skipped).replies

    assert reply["kind"] == "smalltalk"
    assert reply["text"] == "contact_skipped on the web"
    assert "contact" not in reply


def test_a_time_alone_is_saved_but_promises_nothing_on_the_web(act: Act) -> None:
    (web,) = act("action_save_contact", contact_time="after 5").replies
    (sms,) = act("action_save_contact", contact_time="after 5", channel="sms").replies

    assert web["text"] == "contact_skipped on the web"
    assert web["contact"]["when"] == "after 5"
    assert sms["text"] == "contact_saved on the web"  # a text message's number is known
