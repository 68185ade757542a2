"""Two automatic senders do not answer each other for ever, and no person is left alone."""

from __future__ import annotations

import pytest

from bot.conversation.texting.automatic import LoopLimits, why_automatic
from bot.conversation.texting.model import Command
from tests.scripted_dialogue import START, red_line
from tests.scripted_texting import TextingClinic

AWAY = "I am out of the office until Monday {0}:15"


def test_machine_is_not_answered_for_ever_when_it_answers_every_text(
    texting: TextingClinic,
) -> None:
    answered = []
    for number in range(10):
        answered.append(texting.text(AWAY.format(number)))
        texting.clinic.clock.turn(seconds=5)
    assert all(answered[:3])
    assert answered[3] == ["Staff have it."]
    assert answered[4:] == [[]] * 6
    assert texting.cases() == [("failure", "T3")]
    assert "Texted the same" in texting.reasons()[0]


def test_machine_is_not_answered_for_ever_when_its_texts_differ(texting: TextingClinic) -> None:
    answered = 0
    for number in range(30):
        answered += bool(texting.text("abcdefghijklmnopqrstuvwxyzABCD"[number] * 3))
        texting.clinic.clock.turn(seconds=10)
    assert answered == 21  # twenty answers, and one that says that staff have it
    assert len(texting.cases()) == 1


def test_every_text_is_in_front_of_staff_when_it_is_not_answered(texting: TextingClinic) -> None:
    for number in range(6):
        texting.text(AWAY.format(number))
    assert len(texting.reasons()) == 3
    assert {row.outcome for row in texting.messages()} == {"replied", "attached"}


def test_help_in_danger_is_sent_when_a_number_is_not_answered(texting: TextingClinic) -> None:
    for number in range(6):
        texting.text(AWAY.format(number))
    texting.clinic.dialogue.script["nobody would miss me"] = red_line("self_harm", "T1")
    assert texting.text("nobody would miss me") == [red_line("self_harm", "T1").sms]
    assert texting.cases() == [("self_harm", "T1")]


def test_help_in_danger_is_sent_when_the_danger_is_texted_again_and_again(
    texting: TextingClinic,
) -> None:
    words = "i really want to die"
    texting.clinic.dialogue.script[words] = red_line("self_harm", "T1")
    sent = []
    for _ in range(5):
        sent += texting.text(words)
        texting.clinic.clock.turn(minutes=11)
    assert sent.count(red_line("self_harm", "T1").sms) == 5
    assert texting.cases() == [("self_harm", "T1")]


def test_person_is_answered_again_when_they_text_something_else(texting: TextingClinic) -> None:
    for _ in range(5):
        texting.text("how much is one visit")
    assert texting.text("where are you") != []


def test_short_words_are_answered_when_a_person_says_them_again_and_again(
    texting: TextingClinic,
) -> None:
    assert all(texting.text("price") for _ in range(8))


@pytest.mark.parametrize("word", ["HELP", "START"])
def test_keyword_is_not_answered_for_ever_when_a_machine_sends_it(
    texting: TextingClinic, word: str
) -> None:
    sent = [texting.text(word) for _ in range(25)]
    assert sum(map(bool, sent)) == 21


def test_opt_out_is_honoured_when_a_number_is_not_answered(texting: TextingClinic) -> None:
    for _ in range(22):
        texting.text("ok")
    assert texting.text("STOP") == ["sms_opted_out."]
    assert [kind for kind, _, _ in texting.consents()] == ["opt_in", "opt_out"]
    assert texting.text("STOP", keyword=Command.STOP) == []


def test_number_is_answered_when_no_limit_is_set() -> None:
    from bot.conversation.texting.model import Heard

    heard = [Heard("the same words each time", START)] * 500
    assert why_automatic(heard, LoopLimits(burst=0, repeats=0, daily=0)) == ""
    assert "100 texts in a day" in why_automatic(heard, LoopLimits(burst=0, repeats=0))
