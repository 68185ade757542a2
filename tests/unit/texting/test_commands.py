from __future__ import annotations

import pytest

from bot.conversation.texting.commands import read_command
from bot.conversation.texting.model import Command

ORDINARY = (
    "how do i stop my medicine",
    "can i stop anytime",
    "stop, i want to end it",
    "make it all stop",
    "i want it to end",
    "cancel my appointment",
    "please cancel tuesday",
    "help me find parking",
    "i need help with my bill",
    "start my intake",
    "can i get more information",
    "more pain after the infusion",
    "yes",
    "stop botting me",
    "My husband said to stop texting while driving after the visit so can he drive me home later",
    "",
)


@pytest.mark.parametrize("text", [
    "STOP", "stop.", " Stop! ", "STOPALL", "stop all", "Unsubscribe", "END", "quit", "Cancel",
    "REVOKE", "optout", "opt out",
])  # fmt: skip
def test_keyword_is_an_opt_out_when_it_is_the_whole_text(text: str) -> None:
    reading = read_command(text)
    assert reading is not None
    assert reading.command is Command.STOP
    assert reading.is_keyword


@pytest.mark.parametrize(
    "text", ["cancel", "END", "quit", "revoke", "please stop", "stop it", "stop stop", "ALTO"]
)
def test_opt_out_is_unclear_when_it_may_mean_something_else(text: str) -> None:
    reading = read_command(text)
    assert reading is not None
    assert reading.is_unclear


@pytest.mark.parametrize("text", [
    "stop texting me", "Please stop texting me!", "pls stop sending me messages",
    "don\u2019t text me anymore", "do not contact me", "no more texts please",
    "take me off your list",
    "remove my number", "opt me out", "unsubscribe me please", "i don't want these messages",
    "no me env\u00eden m\u00e1s mensajes por favor", "stop these texts now",
    "never message me again", "quit messaging me thanks",
])  # fmt: skip
def test_wish_is_an_opt_out_when_it_is_put_in_other_words(text: str) -> None:
    reading = read_command(text)
    assert reading is not None
    assert (reading.command, reading.is_keyword) == (Command.STOP, False)
    assert not reading.is_unclear
    assert not reading.says_more


@pytest.mark.parametrize(
    "text", ["stop texting me, is friday still on?", "dont text me i feel awful"]
)
def test_wish_says_more_when_a_message_comes_with_it(text: str) -> None:
    reading = read_command(text)
    assert reading is not None
    assert reading.says_more


@pytest.mark.parametrize("text", ORDINARY)
def test_text_is_an_ordinary_message_when_it_asks_nothing_of_texting(text: str) -> None:
    assert read_command(text) is None


@pytest.mark.parametrize(
    ("text", "command"),
    [("HELP", Command.HELP), ("info", Command.HELP), ("Start", Command.START),
     ("UNSTOP", Command.START), ("more", Command.MORE), ("More.", Command.MORE)],
)  # fmt: skip
def test_keyword_is_read_when_it_is_the_whole_text(text: str, command: Command) -> None:
    reading = read_command(text)
    assert reading is not None
    assert reading.command is command


def test_provider_is_believed_when_it_acted_upon_a_keyword_of_its_own() -> None:
    reading = read_command("ARRET", Command.STOP)
    assert reading is not None
    assert (reading.command, reading.is_keyword) == (Command.STOP, True)
