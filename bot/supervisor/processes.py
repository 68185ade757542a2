"""The processes of the service: how each is started and how one sees that it is ready."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Final

from bot.setting_values import ROOT, Bind
from bot.settings import Settings

RASA_PYTHON: Final = ROOT / ".venvs" / "rasa" / "bin" / "python"
#: Seconds that a process may take to finish what it is doing when it is stopped: longer than
#: gunicorn gives its workers.
STOP_SECONDS: Final = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """One program.

    Attributes:
        name: as in logs and messages.
        command: what is started, in the project's folder.
        bind: where it listens, if it does.
        readiness: path that answers 200 when it is ready.
    """

    name: str
    command: tuple[str, ...]
    bind: Bind | None = None
    readiness: str = ""

    @property
    def ready_url(self) -> str | None:
        """The address that answers 200 when it is ready."""
        return self.bind.url + self.readiness if self.bind else None

    def log(self, var: Path) -> Path:
        """Returns the file that keeps what it prints."""
        return var / "log" / f"{self.name}.log"


def all_processes(settings: Settings) -> tuple[Process, ...]:
    """Returns the five processes of the design, with these settings."""
    python = sys.executable
    return (
        Process("actions", (python, "-m", "actions"), settings.actions_bind, "/readyz"),
        Process(
            "rasa",
            (str(RASA_PYTHON), "-m", "bot.dialogue"),
            settings.rasa_bind,
            "/webhooks/faq/readyz",
        ),
        Process(
            "web", _gunicorn("bot.channels.web", "bot.public_site"), settings.web_bind, "/readyz"
        ),
        Process("desk", _gunicorn("bot.desk", "bot.desk.wsgi"), settings.desk_bind, "/readyz"),
        Process("worker", (python, "-m", "bot.worker")),
    )


def _gunicorn(room: str, served: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "gunicorn", "-c", f"python:{room}.gunicorn", f"{served}:app")
