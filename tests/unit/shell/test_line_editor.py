from __future__ import annotations

import stat
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.channels.shell.line_editor import SlashCompleter, line_reader
from bot.channels.shell.slash import COMMANDS


def completions(typed: str) -> list[str]:
    found = SlashCompleter().get_completions(Document(typed), CompleteEvent())
    return [typed[: len(typed) + c.start_position] + c.text for c in found]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/s", ["/sms", "/state"]),
        ("/", [f"/{name}" for name in COMMANDS]),
        ("/channel ", ["/channel web", "/channel sms"]),
        ("/channel s", ["/channel sms"]),
        ("//s", []),
        ("s", []),
        ("/nothing w", []),
        ("/why w", []),
    ],
)
def test_completion_offers_commands_when_a_slash_is_typed(typed: str, offered: list[str]) -> None:
    assert completions(typed) == offered


def test_reader_edits_and_remembers_when_lines_are_typed(tmp_path: Path) -> None:
    history = tmp_path / "var" / "shell_history"
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        read = line_reader(history, no_color=True, is_plain=False)
        keys.send_text("help\x7flo\r")
        first = read("web> ")
        keys.send_text("\x1b[A!\r")
        second = read("web> ")

    assert (first, second) == ("hello", "hello!")
    assert "+hello!" in history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_reader_works_without_history_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        read = line_reader(tmp_path / "file" / "history", no_color=False, is_plain=False)
        keys.send_text("hello\r")

        assert read("web> ") == "hello"


def test_reader_is_pythons_own_when_the_terminal_is_plain(tmp_path: Path) -> None:
    assert line_reader(tmp_path / "history", no_color=False, is_plain=True) is input
    assert not (tmp_path / "history").exists()
