from __future__ import annotations

from bot.channels.shell.session import Verdict
from tests.unit.shell.conftest import Lines, ScriptedTriage


def test_decision_is_shown_when_nobody_answers(decide: Lines) -> None:
    shown = decide("is it", "/why")

    assert "-- answer approval, confidence 0.91\n" in shown
    assert "1  0.9100  approval   Is it approved?        chosen\n" in shown
    assert decide.verdicts == [Verdict.DONE, Verdict.DONE]


def test_triage_knows_the_last_two_messages_when_there_were_more(
    decide: Lines, triage: ScriptedTriage
) -> None:
    decide("one", "two", "three", "four")

    assert triage.asked[-1] == ("four", "web", ("two", "three"))


def test_triage_knows_nothing_before_when_a_new_conversation_was_started(
    decide: Lines, triage: ScriptedTriage
) -> None:
    decide("one", "/channel sms", "two")

    assert triage.asked[-1] == ("two", "sms", ())


def test_commands_say_so_when_nothing_is_stored(decide: Lines) -> None:
    assert "Nothing was said yet" in decide("/history")
    assert "nothing is stored" in decide("/state")
    assert "There is no reply yet" in decide("one", "/sms")
    assert "you> one\n" in decide("/history")


def test_message_fails_when_the_service_would_not_accept_it(decide: Lines) -> None:
    decide("x" * 101)

    assert decide.verdicts == [Verdict.FAILED]


def test_help_lists_every_command_when_asked(decide: Lines) -> None:
    shown = decide("/help")

    for name in ("/why", "/sms [TEXT]", "/channel web|sms", "/new", "/state", "/history", "//text"):
        assert name in shown
