from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.channels.shell.chat import Turn
from bot.channels.shell.printable import printable
from bot.channels.shell.screen import Screen
from bot.conversation import Channel
from bot.conversation.model import Author, Message
from knowledge.reply import Reply
from tests.scripted_dialogue import ANSWER, START, red_line


def message(reply: Reply) -> Message:
    return Message("1", "c", 1, Author.BOT, reply.text, START, reply.kind, reply)


def on_terminal(monkeypatch: pytest.MonkeyPatch, **environ: str) -> None:
    for name in ("NO_COLOR", "COLORTERM", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", **environ}.items():
        monkeypatch.setenv(name, value)


def test_reply_is_rendered_in_color_when_a_person_reads_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_terminal(monkeypatch)

    Screen.for_terminal(no_color=False).messages(
        [message(red_line("self_harm", "T1"))], Channel.WEB
    )
    shown = capsys.readouterr().out

    assert "\x1b[1;31mbot [crisis]\x1b[0m" in shown
    assert "(tel:988)" not in shown


@pytest.mark.parametrize(("environ", "no_color"), [({"NO_COLOR": "1"}, False), ({}, True)])
def test_reply_has_no_color_when_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environ: dict[str, str],
    no_color: bool,
) -> None:
    on_terminal(monkeypatch, **environ)

    Screen.for_terminal(no_color=no_color).messages([message(ANSWER)], Channel.WEB)
    shown = capsys.readouterr().out

    assert "\x1b[32m" not in shown
    assert "\x1b[36m" not in shown


def test_reply_has_no_escape_when_the_terminal_is_dumb(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_terminal(monkeypatch, TERM="dumb")

    Screen.for_terminal(no_color=False).messages([message(ANSWER)], Channel.WEB)

    assert "\x1b" not in capsys.readouterr().out


def test_transcript_is_plain_when_the_terminal_has_colors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on_terminal(monkeypatch, COLUMNS="20")

    Screen.for_transcript().messages([message(ANSWER)], Channel.WEB)
    shown = capsys.readouterr().out

    assert "\x1b" not in shown
    assert "  **No.** See the label.\n" in shown


def test_footer_goes_under_the_text_when_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    answer = Reply("answer", "Text.", "Text.", footer="Call [988](tel:988).")

    Screen.for_transcript().messages([message(answer)], Channel.WEB)

    assert capsys.readouterr().out == "bot [answer]\n  Text.\n\n  Call [988](tel:988).\n"


def test_verdict_is_an_alarm_when_a_message_has_no_outcome(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Screen.for_transcript().verdict(Turn((), None, None, settled=False))

    assert "NO OUTCOME" in capsys.readouterr().out


def test_markup_of_others_is_not_obeyed_when_it_is_shown() -> None:
    stream = io.StringIO()
    screen = Screen(Console(file=stream, markup=False, emoji=False, highlight=False))

    screen.problem("[bold]a[/bold] :smile:")

    assert stream.getvalue() == "!! [bold]a[/bold] :smile:\n"


@given(st.text(st.characters()))
def test_text_steers_no_terminal_when_it_is_printable(text: str) -> None:
    shown = printable(text)

    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in shown.replace("\n", ""))
    shown.encode("utf-8")
