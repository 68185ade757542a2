"""The ``faqbot`` command: gathers the commands that the rooms offer.

Each room keeps its commands in a module of its own. They are named here and imported only when
called, so that ``faqbot --help`` is instant and a room that cannot be loaded breaks no other.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import click


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a command is, and what the overview says of it."""

    module: str
    attribute: str
    summary: str


COMMANDS: Final[Mapping[str, Place]] = MappingProxyType(
    {
        "up": Place("bot.supervisor.commands", "up", "Start every process and keep them running."),
        "doctor": Place(
            "bot.doctor.commands", "doctor", "Check this installation and say how to mend it."
        ),
        "migrate": Place(
            "bot.adapters.database.commands", "migrate", "Bring the database's tables up to date."
        ),
        "users": Place("bot.desk.commands", "users", "Add, list and remove staff."),
        "audit": Place(
            "bot.adapters.database.audit_commands", "audit", "Show that the logs are unbroken."
        ),
        "forget": Place(
            "bot.adapters.database.privacy_commands", "forget", "Delete one person's words."
        ),
        "retention": Place(
            "bot.adapters.database.privacy_commands", "retention", "Delete words that are old."
        ),
        "reseal": Place(
            "bot.adapters.database.privacy_commands",
            "reseal_command",
            "Seal what is stored with a new key.",
        ),
        "shell": Place("bot.channels.shell.commands", "shell", "Chat as a patient would."),
        "sms": Place("bot.channels.sms.commands", "sms", "Text without an account: sms simulate."),
        "triage": Place("knowledge.commands", "triage", "Decide on messages, one a line."),
        "check": Place("knowledge.check.command", "check", "Check the clinic's texts."),
        "review": Place("bot.desk.review.commands", "review", "Read and sign the answers."),
        "export": Place("knowledge.tables.command", "export_table", "Write the FAQs to a table."),
        "import": Place("knowledge.tables.command", "import_table", "Take FAQs from a table."),
        "publish": Place("knowledge.publish.command", "publish", "Serve the texts as they are."),
        "rollback": Place(
            "knowledge.publish.command", "rollback", "Serve an earlier version again."
        ),
        "answered": Place("knowledge.publish.command", "answered", "What was said on a day."),
        "evaluate": Place("knowledge.commands", "evaluate", "Measure triage on labeled messages."),
    }
)


class RoomCommands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the commands' names, in the order of an operator's day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns a command, or None for an unknown name.

        Raises:
            click.ClickException: if the command's room cannot be loaded.
        """
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        try:
            command = getattr(importlib.import_module(place.module), place.attribute)
        except (ImportError, AttributeError) as error:
            raise click.ClickException(
                f"`{cmd_name}` cannot be loaded ({error}): run `make setup`, then try again"
            ) from error
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{place.module}:{place.attribute} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the overview without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in COMMANDS.items()])


@click.group(cls=RoomCommands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The clinic's FAQ bot."""
