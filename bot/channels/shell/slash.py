"""What a typed line means: a message to the bot, or a command to the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.channels.shell.errors import CommandError


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command: what may follow it, and what it does."""

    summary: str
    argument: str = ""
    choices: tuple[str, ...] = ()


COMMANDS: Final[Mapping[str, Command]] = MappingProxyType(
    {
        "why": Command("the last decision: layers, reasons, candidates and scores"),
        "sms": Command("how the last reply, or TEXT, would be cut into SMS segments", "[TEXT]"),
        "tap": Command("tap choice N under the last reply", "N"),
        "channel": Command("start a new conversation on that channel", "web|sms", ("web", "sms")),
        "new": Command("start a new conversation"),
        "state": Command("who answers now, and the open escalation"),
        "history": Command("the conversation so far"),
        "help": Command("this list"),
        "quit": Command("leave (or Ctrl-D)"),
    }
)
ALIASES: Final = MappingProxyType({"exit": "quit", "q": "quit", "?": "help"})


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the bot."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A command for the shell."""

    name: str
    argument: str = ""


def parse(line: str) -> Say | Call:
    """Returns what a line means; `//text` is the message `/text`.

    Raises:
        CommandError: if the command is unknown.
    """
    if line.startswith("//"):
        return Say(line[1:])
    if not line.startswith("/"):
        return Say(line)
    name, _, argument = line[1:].strip().partition(" ")
    name = ALIASES.get(name.lower(), name.lower())
    if name not in COMMANDS:
        raise CommandError(f"There is no command /{name}: see /help, or send it as //{line[1:]}")
    return Call(name, argument.strip())
