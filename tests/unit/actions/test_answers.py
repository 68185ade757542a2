"""Answers, small talk, failures and feedback."""

from __future__ import annotations

import pytest

from actions.errors import TurnError
from tests.unit.actions.conftest import Act, opened, remembered


def test_answer_gives_the_approved_text_with_its_source(act: Act) -> None:
    outcome = act("action_answer", "How long does a visit take?", failed_once=True)

    (reply,) = outcome.replies
    assert reply["kind"] == "answer"
    assert reply["text"] == "answer visit-length"
    assert reply["sources"][0]["key"] == "SRC"
    assert remembered(outcome)["failed_once"] is False
    assert remembered(outcome)["last_faq_ids"] == ["visit-length"]


def test_answer_goes_to_staff_when_it_is_withheld(act: Act) -> None:
    outcome = act("action_answer", "What does the withheld answer say?")

    assert outcome.replies[0]["escalation"]["category"] == "unanswerable"
    assert remembered(outcome)["with_staff"] is True


def test_answer_is_refused_when_triage_named_no_faq(act: Act) -> None:
    with pytest.raises(TurnError, match="faq_ids"):
        act("action_answer", "hello")


def test_answer_ends_did_you_mean_when_another_question_was_asked(act: Act) -> None:
    outcome = act("action_answer", "How long does a visit take?", active_loop="choice_form")

    assert opened(outcome) == [None]
    assert remembered(outcome)["choices"] is None


def test_small_talk_changes_nothing(act: Act) -> None:
    outcome = act("action_thank", "thanks", failed_once=True, active_loop="contact_form")

    assert outcome.replies[0]["text"] == "thank on the web"
    assert outcome.events == ()


@pytest.mark.parametrize(
    ("action", "kind"),
    [("action_out_of_scope", "out_of_scope"), ("action_not_understood", "clarify")],
)
def test_failure_is_remembered(act: Act, action: str, kind: str) -> None:
    outcome = act(action, "who won the game")

    assert outcome.replies[0]["kind"] == kind
    assert remembered(outcome)["failed_once"] is True


@pytest.mark.parametrize("rating", ["positive", "negative"])
def test_feedback_refers_to_the_last_answer(act: Act, rating: str) -> None:
    (reply,) = act(f"action_feedback_{rating}", last_faq_ids=["spravato"]).replies

    assert reply["kind"] == "feedback"
    assert reply["faq_ids"] == ["spravato"]
    assert reply["rating"] == rating


def test_feedback_refers_to_nothing_when_there_was_no_answer(act: Act) -> None:
    (reply,) = act("action_feedback_negative").replies

    assert reply["faq_ids"] == []


def test_fallback_hands_over_and_takes_the_message_back(act: Act) -> None:
    outcome = act("action_default_fallback", "hello")

    assert outcome.replies[0]["escalation"]["category"] == "failure"
    # Whatever stands before the message's taking back is forgotten with it.
    assert outcome.events[0]["event"] == "rewind"


def test_fallback_keeps_what_triage_found_when_the_action_for_it_failed(act: Act) -> None:
    (reply,) = act("action_default_fallback", "i want to die").replies

    assert reply["kind"] == "crisis"
    assert reply["escalation"]["tier"] == "T0"
