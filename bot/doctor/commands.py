"""``faqbot doctor``."""

from __future__ import annotations

import sys

import click

from bot.doctor.checks import CHECKS, AilmentError
from bot.settings import SettingsError, load_settings
from bot.supervisor.errors import FolderError


@click.command()
def doctor() -> None:
    """Check this installation and say how to mend what is wrong."""
    try:
        settings = load_settings()
    except SettingsError as error:
        click.echo(f"  WRONG  {'settings':<14}{error}")
        sys.exit(1)
    click.echo(f"  ok     {'settings':<14}{settings.mode} mode")
    ailments = 0
    for name, check in CHECKS.items():
        try:
            click.echo(f"  ok     {name:<14}{check(settings)}")
        except AilmentError as ailment:
            ailments += 1
            _tell(name, ailment.problem, ailment.remedy)
        except OSError as error:  # a folder or a key that is another user's
            ailments += 1
            obstacle = FolderError(error)
            _tell(name, obstacle.problem, obstacle.remedy)
    sys.exit(1 if ailments else 0)


def _tell(name: str, problem: str, remedy: str) -> None:
    click.echo(f"  WRONG  {name:<14}{problem}")
    click.echo(f"         {'':<14}mend it: {remedy}")
