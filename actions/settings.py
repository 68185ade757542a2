"""The settings that the action server needs, from the same FAQBOT_* variables as the rest.

`bot.settings` owns and checks them; actions may not see `bot`, so these few are read here again.
A contract test keeps both equal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast, get_args

from actions.errors import ActionSettingsError
from knowledge.encoder import EncoderKind
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.library.models import Mode
from knowledge.runtime import Places

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """Where the action server listens and what it loads."""

    host: str
    port: int
    places: Places
    log_level: str


def load_action_settings(environ: Mapping[str, str] | None = None) -> ActionSettings:
    """Parses the environment.

    Raises:
        ActionSettingsError: naming the variable that is malformed, and the fix.
    """
    environ = os.environ if environ is None else environ
    host, port = _bind(environ.get("FAQBOT_ACTIONS_BIND") or "127.0.0.1:5055")
    var = environ.get("FAQBOT_VAR") or "var"
    knowledge = _path(environ.get("FAQBOT_KNOWLEDGE_DIR") or "knowledge")
    places = Places(
        index=_path(environ.get("FAQBOT_INDEX_DIR") or f"{var}/index"),
        encoder=_path(environ.get("FAQBOT_MODEL_DIR") or f"{var}/encoder"),
        knowledge=knowledge,
        approvals=_path(environ.get("FAQBOT_APPROVALS_DIR") or f"{knowledge}/approvals"),
        published=_path(environ.get("FAQBOT_PUBLISHED_DIR") or f"{var}/published"),
        encoder_kind=cast(EncoderKind, _one_of(environ, "FAQBOT_ENCODER", get_args(EncoderKind))),
        encoder_model=environ.get("FAQBOT_ENCODER_MODEL") or DEFAULT_MODEL,
        mode=cast(Mode, _one_of(environ, "FAQBOT_MODE", get_args(Mode))),
    )
    log_level = (environ.get("FAQBOT_LOG_LEVEL") or "info").upper()
    return ActionSettings(host, port, places, log_level)


def _one_of(environ: Mapping[str, str], variable: str, choices: tuple[str, ...]) -> str:
    """Returns the variable's value; the first choice is the default."""
    value = environ.get(variable) or choices[0]
    if value not in choices:
        raise ActionSettingsError(f"{variable}: is {value!r}; give one of {', '.join(choices)}")
    return value


def _path(value: str) -> Path:
    return (ROOT / Path(value).expanduser()).resolve()


def _bind(value: str) -> tuple[str, int]:
    host, separator, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not separator or not host or not (port.isascii() and port.isdigit()):
        raise ActionSettingsError(f"FAQBOT_ACTIONS_BIND: is {value!r}; give host:port")
    return host, int(port)
