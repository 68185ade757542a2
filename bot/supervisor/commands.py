"""``faqbot up``."""

from __future__ import annotations

import sys
import time

import click

from bot.conversation.errors import StoreUnavailableError
from bot.desk.links import create_first_login_link
from bot.settings import Settings, SettingsError, load_settings
from bot.supervisor import service
from bot.supervisor.errors import FolderError, SupervisorError
from bot.supervisor.watcher import Say


@click.command()
def up() -> None:
    """Start every process, keep them running, and stop them all on Ctrl-C."""
    began = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"[{time.monotonic() - began:6.1f} s] {text}", err=True)

    try:
        settings = load_settings()
        _note_the_key(settings, say)
        service.run(settings, say, lambda seconds: _welcome(settings, seconds))
    except (SettingsError, SupervisorError) as error:
        click.echo(f"faqbot up: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a key's file, which may be another user's
        click.echo(f"faqbot up: {FolderError(error)}", err=True)
        sys.exit(1)


def _note_the_key(settings: Settings, say: Say) -> None:
    """Makes the data key if there is none, and says what hangs on it."""
    file = settings.data_key_file
    is_new = not settings.data_keys and not file.exists()
    settings.require_data_keys()
    if is_new:
        say(
            f"made {file}: it seals what patients write; keep a copy apart from the database,"
            " because without it nothing stored can be read"
        )


def _login_link(settings: Settings) -> str:
    try:
        return create_first_login_link(settings)
    except StoreUnavailableError:  # busy: no reason to stop what has just begun to work
        return f"{settings.desk_url}/login (first log-in: `faqbot users add --role admin`)"


def _welcome(settings: Settings, seconds: float) -> None:
    rows = [
        ("Chat page", settings.web_bind.url + "/"),
        ("Staff desk", settings.desk_bind.url + "/"),
        ("Log in", _login_link(settings)),
        ("Logs", str(settings.var / "log")),
    ]
    click.echo(f"\nReady in {seconds:.1f} s. Ctrl-C stops everything.\n")
    for label, value in rows:
        click.echo(f"  {label:<12} {value}")
    click.echo("")
