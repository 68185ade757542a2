from __future__ import annotations

import dataclasses

import pytest

from bot.channels.shell.chat import StoredChat
from bot.channels.shell.session import Verdict
from bot.conversation import Channel
from bot.conversation.errors import DialogueError
from bot.conversation.model import State
from knowledge.decision import Candidate
from tests.scripted_dialogue import ANSWER, Clinic, decision, red_line, reply, result_of
from tests.unit.shell.conftest import Lines

SEEN = decision(
    "is it",
    faq_ids=("approval",),
    confidence=0.8,
    candidates=(Candidate("approval", 0.8), Candidate("gone", 0.1)),
    reasons=("The best FAQ is right with probability 0.80", "of the future"),
)


def test_message_takes_the_real_path_when_it_is_sent(clinic: Clinic, say: Lines) -> None:
    clinic.dialogue.script["is it"] = result_of(ANSWER, decision=SEEN)

    shown = say("is it")

    assert [(r.text, r.channel) for r in clinic.dialogue.requests] == [("is it", Channel.WEB)]
    assert "bot [answer, draft: no clinician has approved these words]" in shown
    assert "  **No.** See the label.\n  source: Agency, Label, 2024\n  [1] How long?\n" in shown
    assert "-- replied: answer approval, confidence 0.80\n" in shown


def test_reply_is_shown_as_texted_when_the_channel_is_sms(clinic: Clinic, say: Lines) -> None:
    texted = dataclasses.replace(reply("smalltalk", "**Hi**"), sms="It’s us")
    clinic.dialogue.script["hi"] = texted

    shown = say("/channel sms", "hi", "/tap 1")

    assert "-- new conversation on sms\nbot [notice, 1 x GSM-7]" in shown
    assert "bot [smalltalk, 1 x GSM-7]\n  It's us\n" in shown
    assert "A phone has nothing to tap" in shown
    assert clinic.dialogue.requests[0].channel is Channel.SMS


def test_slash_text_reaches_the_bot_when_it_starts_with_two(clinic: Clinic, say: Lines) -> None:
    say("//restart")

    assert clinic.dialogue.requests[0].text == "/restart"


def test_tap_sends_the_choice_when_it_is_numbered(clinic: Clinic, say: Lines) -> None:
    say("is it", "/tap 1")

    assert clinic.dialogue.requests[1].text == "How long does a visit take?"


def test_choices_are_numbered_through_when_two_replies_have_some(
    clinic: Clinic, say: Lines
) -> None:
    clinic.dialogue.script["both"] = result_of(ANSWER, ANSWER)

    shown = say("both")

    assert "[1] How long?" in shown
    assert "[2] How long?" in shown


@pytest.mark.parametrize("line", ["/tap", "/tap 2", "/tap x", "/channel", "/channel fax", "/no"])
def test_command_fails_with_the_fix_when_it_cannot_be_followed(say: Lines, line: str) -> None:
    shown = say("is it", line)

    assert say.verdicts == [Verdict.DONE, Verdict.FAILED]
    assert shown.splitlines()[-1].startswith("!! ")


def test_failure_is_shown_as_an_outcome_when_the_dialogue_fails(clinic: Clinic, say: Lines) -> None:
    clinic.dialogue.script["is it"] = DialogueError("unreachable")

    shown = say("is it", "/why")

    assert say.verdicts == [Verdict.DONE, Verdict.DONE]
    assert "bot [holding]\n  Staff have it.\n-- failed (the dialogue gave no usable reply" in shown
    assert "No decision was recorded" in shown


@pytest.mark.parametrize("text", ["\u200b", "x" * 4001, "a\x00b"])
def test_message_fails_with_the_fix_when_it_is_not_accepted(say: Lines, text: str) -> None:
    shown = say(text)

    assert say.verdicts == [Verdict.FAILED]
    assert "!! Not accepted: text: " in shown


def test_staff_words_are_shown_when_they_hold_the_conversation(
    clinic: Clinic, chat: StoredChat, say: Lines
) -> None:
    sam, conversation_id = clinic.staff(), chat.standing().conversation.id
    clinic.desk.claim(conversation_id, sam)
    clinic.desk.staff_reply(conversation_id, sam, "1", "Hello, Sam here.\x1b[31m")

    assert say("") == "Sam [staff]\n  Hello, Sam here.\\x1b[31m\n"
    assert say("") == ""
    assert "-- held (staff hold this conversation" in say("thanks")
    assert chat.standing().conversation.state is State.STAFF


def test_state_names_lock_and_escalation_when_there_is_a_red_line(
    clinic: Clinic, say: Lines
) -> None:
    assert "escalation  none open" in say("/state")
    clinic.dialogue.script["die"] = red_line("self_harm", "T0")

    shown = say("die", "/state")

    assert "answers     locked" in shown
    assert "escalation  T0 self_harm, open" in shown
    assert "reason      script: self_harm" in shown


def test_state_names_no_escalation_when_it_was_resolved(
    clinic: Clinic, chat: StoredChat, say: Lines
) -> None:
    clinic.dialogue.script["person"] = red_line("human_request", "T3")
    say("person")
    sam, conversation_id = clinic.staff(), chat.standing().conversation.id
    clinic.desk.claim(conversation_id, sam)
    clinic.desk.resolve(conversation_id, sam, "called")

    assert "escalation  none open" in say("/state")


def test_why_shows_layers_and_scores_when_a_decision_was_recorded(
    clinic: Clinic, say: Lines
) -> None:
    clinic.dialogue.script["is it"] = result_of(ANSWER, decision=SEEN)

    shown = say("is it", "/why")

    assert "retrieval, calibrated  The best FAQ is right with probability 0.80\n" in shown
    assert "triage                 of the future\n" in shown
    assert "1  0.8000  approval   Is it approved?  chosen\n" in shown
    assert "2  0.1000  gone       ?\n" in shown


def test_sms_shows_segments_when_there_is_a_reply(clinic: Clinic, say: Lines) -> None:
    clinic.dialogue.script["long"] = reply("smalltalk", "Café “Uno”\n" + "word " * 30)

    shown = say("long", "/sms")

    assert "smalltalk: GSM-7, 2 segments, 161 characters taking 161 units\n" in shown
    assert '"Café "Uno"\\nword word' in shown
    assert "1  151/153  151 " in shown
    assert "your text: UCS-2, 1 segment, 2 characters taking 3 units" in say("/sms á🙂")


def test_history_shows_both_sides_when_something_was_said(say: Lines) -> None:
    shown = say("is it", "/history")

    history = shown[shown.index("bot [notice]") :]
    assert "you> is it\nbot [answer" in history
    assert "[1]" not in history


def test_conversation_is_another_when_a_new_one_is_started(
    clinic: Clinic, chat: StoredChat, say: Lines
) -> None:
    first = chat.standing().conversation.id
    say("is it")

    shown = say("/new", "/why")

    assert chat.standing().conversation.id != first
    assert "-- new conversation on web\nbot [notice]" in shown
    assert "No message was sent yet" in shown


def test_session_ends_when_asked_to(say: Lines) -> None:
    say("/quit")

    assert say.verdicts == [Verdict.QUIT]
