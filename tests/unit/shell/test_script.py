from __future__ import annotations

import pytest

from bot.channels.shell.chat import StoredChat, Turn
from bot.channels.shell.errors import ScriptError
from bot.channels.shell.screen import Screen
from bot.channels.shell.script import replay
from bot.channels.shell.session import Session
from tests.scripted_dialogue import Clinic


def play(chat: StoredChat, *lines: bytes) -> tuple[int, ...]:
    screen = Screen.for_transcript()
    session = Session(chat, screen)
    session.start(chat.channel)
    return replay(lines, session, screen)


def test_transcript_is_the_same_when_a_script_is_replayed(
    chat: StoredChat, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (b"is it\n", b"/why\n", b"/state\n", b"/sms\n", b"/history\n")
    play(chat, *lines)
    first = capsys.readouterr().out
    play(chat, *lines)

    assert capsys.readouterr().out == first
    assert "you> is it\nbot [answer" in first


def test_line_is_no_message_when_it_is_blank_or_a_comment(clinic: Clinic, chat: StoredChat) -> None:
    failed = play(chat, b"\xef\xbb\xbf# one\r\n", b"\n", b"  \n", b"two\r\n", b" # three")

    assert [r.text for r in clinic.dialogue.requests] == ["two", " # three"]
    assert failed == ()


def test_line_numbers_are_returned_when_messages_are_refused(chat: StoredChat) -> None:
    assert play(chat, b"is it\n", b"\x00\n", b"/why\n", b"/nothing\n", b"fine\n") == (2, 4)


def test_line_number_is_returned_when_a_message_has_no_outcome(
    chat: StoredChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [Turn((), None, None, settled=False), Turn((), None, None, settled=True)]
    monkeypatch.setattr(chat, "send", lambda _text: turns.pop(0))

    assert play(chat, b"lost\n", b"/state\n", b"found\n") == (1,)


def test_script_ends_when_it_says_quit(clinic: Clinic, chat: StoredChat) -> None:
    assert play(chat, b"/quit\n", b"never\n") == ()
    assert clinic.dialogue.requests == []


def test_script_is_refused_with_the_line_when_it_is_not_utf_8(chat: StoredChat) -> None:
    with pytest.raises(ScriptError, match="line 2: is not UTF-8"):
        play(chat, b"fine\n", b"caf\xe9\n")
