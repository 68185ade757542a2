"""``faqbot shell``."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import click

from bot.channels.shell.chat import Chat
from bot.channels.shell.errors import ShellError
from bot.channels.shell.line_editor import LineReader, line_reader
from bot.channels.shell.opening import open_chat, open_decided_chat
from bot.channels.shell.screen import Screen
from bot.channels.shell.script import replay
from bot.channels.shell.session import Session, Verdict
from bot.conversation import Channel
from bot.conversation.errors import ConversationError
from bot.settings import Settings, SettingsError, load_settings
from knowledge.errors import KnowledgeError

_HISTORY: Final = "shell_history"
_STDIN: Final = "-"
_STORED: Final = (
    "Messages are stored and escalations reach the staff inbox, as a patient's do."
    " /help lists the commands."
)
_DECIDED: Final = "Decisions only: nothing is stored and nobody answers. /help lists the commands."


@click.command("shell")
@click.option(
    "--channel",
    type=click.Choice([channel.value for channel in Channel]),
    default=Channel.WEB.value,
    show_default=True,
    help="Which channel's visitor to be.",
)
@click.option("--decide-only", is_flag=True, help="Show triage's decisions; needs no process.")
@click.option("--script", metavar="FILE", help="Replay a file, one line a message; - for stdin.")
@click.option("--no-color", is_flag=True, help="No colors; NO_COLOR does the same.")
def shell(channel: str, decide_only: bool, script: str | None, no_color: bool) -> None:
    """Chat as a patient would, and see why the bot says what it says.

    With --script, or when standard input is no terminal, the transcript is printed plainly and
    the exit code is not 0 when a message got no outcome.
    """
    # Failures are shown as outcomes; the core's log lines would stand in between.
    logging.getLogger("bot").addHandler(logging.NullHandler())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    script = _STDIN if script is None and not sys.stdin.isatty() else script
    try:
        settings = load_settings()
        opened = partial(open_decided_chat if decide_only else open_chat, settings)
        if script is not None:
            with nullcontext(sys.stdin.buffer) if script == _STDIN else _opened(script) as lines:
                _replay(opened(Channel(channel)), lines)
            return
        chat = opened(Channel(channel))
        no_color = no_color or bool(os.environ.get("NO_COLOR"))
        session = Session(chat, Screen.for_terminal(no_color=no_color))
        _talk(session, _reader(settings, no_color=no_color), _DECIDED if decide_only else _STORED)
    except (ConversationError, KnowledgeError, SettingsError, ShellError) as error:
        raise click.ClickException(str(error)) from error


def _replay(chat: Chat, lines: Iterable[bytes]) -> None:
    screen = Screen.for_transcript()
    session = Session(chat, screen)
    session.start(chat.channel)
    failed = replay(lines, session, screen)
    if failed:
        numbers = ", ".join(str(number) for number in failed)
        raise ShellError(f"a message got no outcome or a command failed: line {numbers}")


def _opened(script: str) -> BinaryIO:
    try:
        return Path(script).open("rb")
    except OSError as error:
        raise ShellError(f"--script: {script} cannot be read: name a readable file") from error


def _reader(settings: Settings, *, no_color: bool) -> LineReader:
    is_plain = os.environ.get("TERM", "dumb") == "dumb" or not sys.stdout.isatty()
    return line_reader(settings.var / _HISTORY, no_color=no_color, is_plain=is_plain)


def _talk(session: Session, read: LineReader, welcome: str) -> None:
    click.echo(welcome)
    session.start(session.channel)
    while True:
        try:
            line = read(f"{session.channel.value}> ")
        except KeyboardInterrupt:
            continue  # gives up the line, as in any shell
        except EOFError:
            click.echo()
            return
        try:
            if session.handle(line) is Verdict.QUIT:
                return
        except KeyboardInterrupt:
            click.echo("Interrupted; a message that was stored gets its outcome from the worker.")
