from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.adapters.database import Database, migrate
from bot.adapters.rasa_client import RasaClient
from bot.channels.shell import commands, opening
from bot.channels.shell.chat import StoredChat
from bot.channels.shell.commands import shell
from bot.channels.shell.decide_only import DecidedChat
from bot.channels.shell.screen import Screen
from bot.channels.shell.session import Session
from bot.conversation import Channel
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic


def run(*arguments: str, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(shell, arguments, input=typed)


@pytest.fixture
def opened(chat: StoredChat, monkeypatch: pytest.MonkeyPatch) -> StoredChat:
    monkeypatch.setattr(commands, "open_chat", lambda _settings, _channel: chat)
    return chat


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(RasaClient, "is_ready", lambda _self: True)
    monkeypatch.setattr(opening, "is_ready", lambda _pool, _url: True)
    monkeypatch.setenv("FAQBOT_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


def test_command_replays_and_succeeds_when_a_script_is_given(
    opened: StoredChat, tmp_path: Path
) -> None:
    script = tmp_path / "script.txt"
    script.write_text("# hello\nis it\n")

    result = run("--script", str(script))

    assert result.exit_code == 0
    assert "you> is it\nbot [answer" in result.stdout


@pytest.mark.parametrize("arguments", [["--script", "-"], []])
def test_command_reads_standard_input_when_it_is_no_terminal(
    opened: StoredChat, arguments: list[str]
) -> None:
    result = run(*arguments, typed="is it\n")

    assert result.exit_code == 0
    assert "you> is it\nbot [answer" in result.stdout


def test_command_fails_with_the_line_when_a_message_got_no_outcome(opened: StoredChat) -> None:
    result = run(typed=b"is it\n\x00\n")

    assert result.exit_code == 1
    assert "line 2" in result.stderr


def test_command_fails_with_the_fix_when_the_script_is_missing(opened: StoredChat) -> None:
    result = run("--script", "missing.txt")

    assert result.exit_code == 1
    assert "name a readable file" in result.stderr


def test_command_says_how_to_start_the_service_when_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, ready: Path
) -> None:
    monkeypatch.setattr(RasaClient, "is_ready", lambda _self: False)
    monkeypatch.setattr(opening, "is_ready", lambda _pool, _url: False)

    result = run(typed="hello")

    assert result.exit_code == 1
    assert "Rasa does not answer at http://127.0.0.1:5005" in result.stderr
    assert "the action server does not answer at http://127.0.0.1:5055" in result.stderr
    assert "`make run`" in result.stderr
    assert "--decide-only" in result.stderr
    assert not ready.exists()


def test_command_says_so_when_the_database_has_no_tables(ready: Path) -> None:
    result = run(typed="hello")

    assert result.exit_code == 1
    assert "the database's tables are not up to date" in result.stderr


def test_chat_is_opened_on_the_channel_when_everything_runs(ready: Path) -> None:
    database = Database.of(load_settings())
    migrate(database)
    database.close()

    result = run("--channel", "sms", typed="/state\n")

    assert result.exit_code == 0, result.output
    assert "-- new conversation on sms\nbot [notice, " in result.stdout


def test_command_names_the_setting_when_one_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_CHANNEL", "web")

    assert "FAQBOT_CHANNEL" in run(typed="hello").stderr


def test_command_only_decides_when_asked_to(
    decided: DecidedChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "open_decided_chat", lambda _settings, _channel: decided)

    result = run("--decide-only", typed="is it\n")

    assert result.stdout == (
        "-- new conversation on web\nyou> is it\n-- answer approval, confidence 0.91\n"
    )


def test_command_names_the_index_when_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAQBOT_VAR", str(tmp_path))

    result = run("--decide-only", typed="is it\n")

    assert result.exit_code == 1
    assert str(tmp_path) in result.stderr


def test_talk_goes_on_until_the_end_when_lines_are_given_up(
    chat: StoredChat, clinic: Clinic, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(chat, Screen.for_terminal(no_color=True))
    lines: Iterator[str | BaseException] = iter(
        [KeyboardInterrupt(), "/channel sms", "is it", EOFError()]
    )
    prompts = []

    def read(prompt: str, /) -> str:
        prompts.append(prompt)
        line = next(lines)
        if isinstance(line, BaseException):
            raise line
        return line

    commands._talk(session, read, "Welcome.")

    assert prompts == ["web> ", "web> ", "sms> ", "sms> "]
    assert clinic.dialogue.requests[0].channel is Channel.SMS
    assert capsys.readouterr().out.startswith("Welcome.\n-- new conversation on web\n")


def test_talk_goes_on_when_waiting_for_an_answer_is_interrupted(
    chat: StoredChat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chat, "send", interrupted)
    lines = iter(["is it", "/quit"])

    commands._talk(
        Session(chat, Screen.for_terminal(no_color=True)), lambda _prompt, /: next(lines), ""
    )

    assert "Interrupted" in capsys.readouterr().out
