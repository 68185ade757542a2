"""Where lines come from when a person types them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import ColorDepth

from bot.channels.shell.slash import COMMANDS

_OWNER_ONLY: Final = 0o600


class LineReader(Protocol):
    """Asks for one line."""

    def __call__(self, prompt: str, /) -> str:
        """Returns a line.

        Raises:
            EOFError: when there are no more.
            KeyboardInterrupt: when the line was given up.
        """
        ...


class SlashCompleter(Completer):
    """Completes the slash commands and what may follow them."""

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yields what could stand before the cursor."""
        del complete_event  # the same, however it was asked for
        typed = document.text_before_cursor
        if not typed.startswith("/") or typed.startswith("//"):
            return
        name, space, argument = typed[1:].partition(" ")
        if not space:
            for known, command in COMMANDS.items():
                if known.startswith(name):
                    yield Completion(known, -len(name), f"/{known}", command.summary)
        elif name in COMMANDS:
            for choice in COMMANDS[name].choices:
                if choice.startswith(argument):
                    yield Completion(choice, -len(argument))


def line_reader(history: Path, *, no_color: bool, is_plain: bool) -> LineReader:
    """Returns how lines are read.

    Args:
        history: the file that remembers lines between sittings.
        no_color: whether to do without colors.
        is_plain: the terminal cannot move its cursor.
    """
    if is_plain:
        return input
    depth = ColorDepth.DEPTH_1_BIT if no_color else None
    session: PromptSession[str] = PromptSession(
        history=_history(history),
        completer=SlashCompleter(),
        complete_while_typing=True,
        color_depth=depth,
    )
    ask: Callable[[str], str] = session.prompt
    return ask


def _history(file: Path) -> History:
    """Returns the file's history; what testers type may be sensitive, so it is theirs alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _OWNER_ONLY))
    except OSError:
        return InMemoryHistory()  # a read-only folder is no reason not to chat
    return FileHistory(file)
