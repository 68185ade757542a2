from __future__ import annotations

import pytest

from bot.channels.shell.errors import CommandError
from bot.channels.shell.slash import COMMANDS, Call, Say, parse


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("is it safe", Say("is it safe")),
        (" /why", Say(" /why")),
        ("", Say("")),
        ("//restart", Say("/restart")),
        ('//ask_faq{"x":1}', Say('/ask_faq{"x":1}')),
        ("///", Say("//")),
        ("/why", Call("why")),
        ("/WHY ", Call("why")),
        ("/channel  sms ", Call("channel", "sms")),
        ("/sms It's fine", Call("sms", "It's fine")),
        ("/exit", Call("quit")),
        ("/?", Call("help")),
    ],
)
def test_line_is_understood_when_typed(line: str, meant: Say | Call) -> None:
    assert parse(line) == meant


@pytest.mark.parametrize("line", ["/restart", "/", "/ask_faq{}"])
def test_line_is_refused_with_the_way_to_send_it_when_the_command_is_unknown(line: str) -> None:
    with pytest.raises(CommandError, match="//"):
        parse(line)


def test_every_command_is_named_by_its_own_name_when_parsed() -> None:
    assert [parse(f"/{name}") for name in COMMANDS] == [Call(name) for name in COMMANDS]
