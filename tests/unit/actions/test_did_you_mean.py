"""Did you mean: offering, picking, none of them."""

from __future__ import annotations

import pytest

from tests.unit.actions.conftest import Act, opened, remembered

CHOICES = ["approval", "spravato", "insurance"]


def test_choices_are_kept_when_the_form_opens(act: Act) -> None:
    slots = remembered(act("validate_choice_form", "is it approved"))

    assert slots["choices"] == CHOICES
    assert slots["choice"] is None
    assert slots["failed_once"] is True


def test_choices_are_shown_with_a_way_out_when_the_form_asks(act: Act) -> None:
    (reply,) = act("action_ask_choice", choices=CHOICES).replies

    assert reply["kind"] == "clarify"
    assert [button["text"] for button in reply["buttons"]] == [
        "Is ketamine FDA-approved for depression?",
        "Is Spravato approved for depression?",
        "Does insurance cover depression treatment?",
        "None of these",
    ]


def test_choices_are_not_shown_again_when_they_were_ignored_three_times(act: Act) -> None:
    outcome = act("action_ask_choice", choices=CHOICES, choices_asked=3)

    assert outcome.replies == ()
    assert opened(outcome) == [None]


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("2", "spravato"),
        ("the third one", "insurance"),
        ("fda", "approval"),
        ("Is Spravato approved for depression?", "spravato"),
        ("None of these", "none"),
        ("no", "none"),
        ("skip", "none"),
    ],
)
def test_choice_is_filled_when_the_message_picks_one(act: Act, text: str, choice: str) -> None:
    slots = remembered(act("validate_choice_form", text, requested_slot="choice", choices=CHOICES))

    assert slots == {"choice": choice}


@pytest.mark.parametrize(
    "text", ["i want to die", "can i talk to a person", "how long does a visit take?", "thanks"]
)
def test_form_steps_aside_when_the_message_is_something_else(act: Act, text: str) -> None:
    outcome = act("validate_choice_form", text, requested_slot="choice", choices=CHOICES)

    assert outcome.events == ()


def test_yes_picks_when_only_one_was_offered(act: Act) -> None:
    given = {"requested_slot": "choice", "choices": ["spravato"]}

    assert remembered(act("validate_choice_form", "yes", **given)) == {"choice": "spravato"}


def test_choices_are_asked_once_more_when_the_number_is_not_on_offer(act: Act) -> None:
    given = {"requested_slot": "choice", "choices": CHOICES}

    assert remembered(act("validate_choice_form", "9", choices_asked=1, **given)) == {
        "choice": None
    }
    assert act("validate_choice_form", "9", choices_asked=2, **given).events == ()


def test_picked_question_is_answered_and_everything_about_it_forgotten(act: Act) -> None:
    outcome = act("action_answer_choice", "2", choice="spravato", choices=CHOICES)

    assert outcome.replies[0]["text"] == "answer spravato"
    slots = remembered(outcome)
    assert slots["failed_once"] is False
    assert slots["last_faq_ids"] == ["spravato"]
    assert slots["choices"] is None
    assert slots["choice"] is None
    assert opened(outcome) == [None]


def test_none_asks_for_other_words_and_still_counts_as_one_failure(act: Act) -> None:
    outcome = act("action_answer_choice", "none", choice="none", choices=CHOICES)

    assert outcome.replies[0]["text"] == "clarify_none on the web"
    assert "failed_once" not in remembered(outcome)


def test_contact_form_goes_on_when_a_choice_had_interrupted_it(act: Act) -> None:
    outcome = act("action_answer_choice", "2", choice="spravato", contact_open=True)

    assert opened(outcome) == ["contact_form"]
