"""Conversations over HTTP with real Rasa and the real actions."""

from __future__ import annotations

import pytest

from tests.dialogue.conftest import Chat, Dialogue

VISIT = "How long does a visit take?"
SPRAVATO = "Is Spravato approved for depression?"


def test_first_contact_gets_the_notice_and_the_answer(chat: Chat) -> None:
    replies = [m["custom"] for m in chat.post(VISIT)[1]]

    assert [reply["kind"] for reply in replies] == ["notice", "answer", "decision"]
    assert replies[1]["sources"][0]["title"] == "Label"
    assert chat.post(VISIT)[1][0]["custom"]["kind"] == "answer"


@pytest.mark.parametrize(
    ("pick", "answer"),
    [
        ("2", "answer spravato"),
        ("the third one", "answer insurance"),
        ("insurance", "answer insurance"),
        (SPRAVATO, "answer spravato"),
        ("None of these", "clarify_none on the web"),
    ],
)
def test_choice_is_picked_by_number_word_tap_or_none(chat: Chat, pick: str, answer: str) -> None:
    (offer,) = chat.say("is it approved")
    assert offer["buttons"][1]["text"] == SPRAVATO

    assert chat.texts(pick) == [answer]


def test_choices_are_shown_again_when_small_talk_comes_between(chat: Chat) -> None:
    chat.say("is it approved")

    assert chat.texts("thanks") == ["thank on the web", "clarify_prompt on the web"]
    assert chat.texts("1") == ["answer approval"]


def test_other_question_is_answered_when_choices_are_on_offer(chat: Chat) -> None:
    chat.say("is it approved")

    assert chat.texts(VISIT) == ["answer visit-length"]
    assert chat.texts("2") == ["not_understood on the web"]  # the choices are gone


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("who won the game", "what is the weather"),
        ("is it approved", "how long"),
        ("2", "who won the game"),
        ("who won the game", "is it approved"),
    ],
)
def test_two_failures_in_a_row_lead_to_staff(chat: Chat, first: str, second: str) -> None:
    assert chat.say(first)[-1]["escalation"] is None
    chat.say("thanks")

    (reply,) = chat.say(second)
    assert reply["escalation"]["category"] == "unanswerable"


def test_failures_are_counted_anew_when_an_answer_came_between(chat: Chat) -> None:
    chat.say("who won the game")
    chat.say(VISIT)

    assert chat.say("what is the weather")[0]["kind"] == "out_of_scope"


def test_feedback_refers_to_the_last_answer(chat: Chat) -> None:
    chat.say(VISIT)
    chat.say("hello")

    (reply,) = chat.say("👎🏽")
    assert (reply["kind"], reply["faq_ids"], reply["rating"]) == (
        "feedback",
        ["visit-length"],
        "negative",
    )


def test_dialogue_is_remembered_when_a_chat_is_long(chat: Chat) -> None:
    for _ in range(9):
        chat.say("hello")
    chat.say("who won the game")  # the tenth turn: a new session begins

    (reply,) = chat.say("what is the weather")
    assert reply["escalation"]["category"] == "unanswerable"


def test_dialogue_is_remembered_when_rasa_restarts(dialogue: Dialogue) -> None:
    chat = dialogue.chat()
    chat.say("is it approved")

    dialogue.rasa.stop()
    dialogue.rasa.start()

    assert chat.texts("2") == ["answer spravato"]


def test_answer_is_503_when_the_action_server_is_down_and_the_chat_goes_on_after(
    dialogue: Dialogue,
) -> None:
    chat = dialogue.chat()
    chat.say(VISIT)
    dialogue.actions.stop()
    try:
        status, answer = chat.post("i want to die")
    finally:
        dialogue.actions.start()

    assert status == 503
    assert "triage failed" in answer["error"]
    assert chat.texts(VISIT) == ["answer visit-length"]


@pytest.mark.parametrize(
    ("before", "after", "reply"),
    [
        ([], "hello", "greet on the web"),
        (["Leave contact details"], "Phone", "contact_ask_value on the web"),
        (["is it approved"], "2", "answer spravato"),
    ],
)
def test_message_goes_to_staff_and_the_dialogue_goes_on_when_an_action_breaks(
    chat: Chat, before: list[str], after: str, reply: str
) -> None:
    for text in before:
        chat.say(text)

    (holding,) = chat.say("break the answer")

    assert holding["text"] == "holding on the web"
    assert holding["escalation"]["category"] == "failure"
    assert chat.texts(after) == [reply]


def test_answer_is_503_when_triage_breaks(chat: Chat) -> None:
    assert chat.post("break the triage")[0] == 503
    assert chat.texts("hello") == ["greet on the web"]
