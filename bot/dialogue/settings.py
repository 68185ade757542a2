"""The settings that Rasa's process needs, from the same FAQBOT_* variables as the rest.

`bot.settings` owns and checks them; it needs a newer Python than Rasa runs on, so these few are
read here again. A contract test keeps both equal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.kept_key import DamagedKeyError, kept_key

ROOT: Final = Path(__file__).resolve().parent.parent.parent


class DialogueError(Exception):
    """Root of every error that this room raises on purpose."""


class DialogueSettingsError(DialogueError):
    """A FAQBOT_* variable is malformed; names it and the fix."""


@dataclass(frozen=True)
class DialogueSettings:
    """Where Rasa listens, what it calls and where it keeps dialogues.

    Attributes:
        host: the address that Rasa binds to.
        port: the port that Rasa binds to.
        actions_url: base URL of the action server.
        timeout: seconds that the public site waits for Rasa.
        var: folder for everything that is written.
        database_url: PostgreSQL for dialogues; empty keeps them in a SQLite file in `var`.
        redis_url: Redis for the locks of dialogues; empty keeps them in memory, for one Rasa.
        log_level: as Python's logging names it.
        mode: `local` or `production`.
        data_keys: what seals dialogues, the newest first; empty in `local` mode.
    """

    host: str
    port: int
    actions_url: str
    timeout: float
    var: Path
    database_url: str
    redis_url: str
    log_level: str
    mode: str
    data_keys: tuple[str, ...] = field(repr=False)

    def require_data_keys(self) -> tuple[str, ...]:
        """Returns the keys that seal dialogues; `local` mode makes one at the first call.

        Raises:
            DialogueSettingsError: in production, when no key is set.
        """
        if self.data_keys:
            return self.data_keys
        if self.mode == "production":
            raise DialogueSettingsError(
                "FAQBOT_DATA_KEYS: is missing; set it, or FAQBOT_DATA_KEYS_FILE, to the key of the"
                " whole service"
            )
        try:
            return (kept_key(self.var / "data_key"),)
        except DamagedKeyError as error:
            raise DialogueSettingsError(
                f"FAQBOT_DATA_KEYS: {error} is damaged; put it back from a backup"
            ) from error

    @property
    def triage_timeout(self) -> float:
        """Seconds that triage may take; the rest of `timeout` is the dialogue's."""
        return self.timeout * 0.75

    @property
    def model(self) -> Path:
        """The trained dialogue model."""
        return self.var / "models" / "dialogue.tar.gz"

    @property
    def dialogues(self) -> Path:
        """The SQLite file of running dialogues, when there is no PostgreSQL."""
        return self.var / "dialogues.db"


def load_dialogue_settings(environ: Mapping[str, str] | None = None) -> DialogueSettings:
    """Parses the environment.

    Raises:
        DialogueSettingsError: naming the variable that is malformed, and the fix.
    """
    environ = os.environ if environ is None else environ
    host, port = _bind(environ, "FAQBOT_RASA_BIND", "127.0.0.1:5005")
    actions_host, actions_port = _bind(environ, "FAQBOT_ACTIONS_BIND", "127.0.0.1:5055")
    actions_url = environ.get("FAQBOT_ACTIONS_URL") or _url(actions_host, actions_port)
    return DialogueSettings(
        host=host,
        port=port,
        actions_url=actions_url.rstrip("/"),
        timeout=_seconds(environ, "FAQBOT_RASA_TIMEOUT", "2.0"),
        var=(ROOT / Path(environ.get("FAQBOT_VAR") or "var").expanduser()).resolve(),
        database_url=_postgresql(_secret(environ, "FAQBOT_DATABASE_URL")),
        redis_url=_secret(environ, "FAQBOT_REDIS_URL"),
        log_level=(environ.get("FAQBOT_LOG_LEVEL") or "info").upper(),
        mode=environ.get("FAQBOT_MODE") or "local",
        data_keys=tuple(_secret(environ, "FAQBOT_DATA_KEYS").split()),
    )


def _postgresql(database_url: str) -> str:
    """Returns the address as Rasa's driver reads it; empty for anything but PostgreSQL."""
    scheme, separator, rest = database_url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        return ""
    return f"postgresql{separator}{rest}"


def _bind(environ: Mapping[str, str], variable: str, default: str) -> tuple[str, int]:
    value = environ.get(variable) or default
    host, separator, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not (port.isascii() and port.isdigit()):
        raise DialogueSettingsError(f"{variable}: is {value!r}; give host:port")
    return host, int(port)


def _url(host: str, port: int) -> str:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - recognised, not bound
    return f"http://{anywhere.get(host, f'[{host}]' if ':' in host else host)}:{port}"


def _seconds(environ: Mapping[str, str], variable: str, default: str) -> float:
    value = environ.get(variable) or default
    try:
        return float(value)
    except ValueError as error:
        raise DialogueSettingsError(f"{variable}: is {value!r}; give seconds") from error


def _secret(environ: Mapping[str, str], variable: str) -> str:
    file = environ.get(variable + "_FILE")
    if not file:
        return environ.get(variable, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DialogueSettingsError(f"{variable}_FILE: cannot be read") from error
