"""Starts Rasa the way this service needs it: `python -m bot.dialogue [command] [options]`.

Commands: run (the default), train, test, check, shell. Options after the command go to Rasa.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
from collections.abc import Sequence
from typing import Final

from bot.dialogue.settings import (
    ROOT,
    DialogueError,
    DialogueSettings,
    DialogueSettingsError,
    load_dialogue_settings,
)
from bot.dialogue.stores import prepare_store, store_variables

COMMANDS: Final = ("run", "train", "test", "check", "shell")
_PROJECT: Final = ("--domain", "bot/dialogue/domain", "--data", "bot/dialogue/data")
_CONFIG: Final = ("--config", "config.yml")


def rasa_arguments(command: str, settings: DialogueSettings) -> list[str]:
    """Returns what to call Rasa with.

    Args:
        command: one of `COMMANDS`.
        settings: where to listen, and where models and dialogues are.
    """
    model = ["--model", str(settings.model)]
    # Rasa binds to every interface unless it is told otherwise, also for a shell.
    server = ["--interface", settings.host, "--endpoints", "bot/dialogue/endpoints.yml"]
    server += ["--credentials", "bot/dialogue/credentials.yml"]
    train = [*_CONFIG, *_PROJECT, "--augmentation", "0"]
    train += ["--out", str(settings.model.parent), "--fixed-model-name", "dialogue"]
    test = [*model, "--out", str(settings.var / "rasa-test"), "--e2e", "--no-plot"]
    test += ["--stories", "tests/dialogue/stories", "--fail-on-prediction-errors"]
    arguments = {
        "run": ["run", *model, *server, "--port", str(settings.port)],
        "shell": ["shell", *model, *server, "--port", str(settings.port + 1)],
        "train": ["train", *train],
        "check": ["data", "validate", *_CONFIG, *_PROJECT, "--fail-on-warnings"],
        "test": ["test", "core", *test],
    }
    return arguments[command]


def rasa_environment(command: str, settings: DialogueSettings) -> dict[str, str]:
    """Returns the variables that Rasa, its files and its libraries read."""
    return {
        "LOG_LEVEL": _log_level(command, settings.log_level),
        "RASA_ACTIONS_URL": f"{settings.actions_url}/webhook",
        "RASA_CACHE_DIRECTORY": str(settings.var / "rasa-cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        # Libraries of Rasa 3.6 that announce their age, or a graphics card, at every start.
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        **store_variables(settings),
    }


def _log_level(command: str, chosen: str) -> str:
    if command != "run":
        return "WARNING"  # above, Rasa draws progress bars by the hundred
    # Below the info level, Rasa logs what visitors write.
    return "INFO" if chosen == "DEBUG" else chosen


def prepare(command: str, settings: DialogueSettings) -> None:
    """Makes sure that what the command needs is there.

    Raises:
        DialogueError: when there is no trained model, dialogues cannot be kept, or the port is
            taken.
    """
    if command in ("run", "shell", "test") and not settings.model.is_file():
        raise DialogueError(f"{settings.model}: is missing; run `python -m bot.dialogue train`")
    if command in ("run", "shell"):
        settings.require_data_keys()
        prepare_store(settings)
    if command == "run":
        _check_free(settings.host, settings.port)


def _check_free(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise DialogueSettingsError(
            f"FAQBOT_RASA_BIND: {host}:{port}: {os.strerror(error.errno or 0)};"
            " stop what listens there or give another port"
        ) from error


def main(argv: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    command, options = (argv[0], argv[1:]) if argv else ("run", [])
    if command not in COMMANDS:
        print(f"python -m bot.dialogue: give one of {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        settings = load_dialogue_settings()
        os.environ.update(rasa_environment(command, settings))
    except DialogueError as error:
        print(error, file=sys.stderr)
        return 2
    os.chdir(ROOT)
    # Imported here because these read the environment that was set above. Sanic turns on
    # warnings about deprecated calls when it is imported; here they are about Rasa's libraries.
    import sanic.app  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from rasa.__main__ import main as rasa_main

    from bot.dialogue import action_calls, validator_patch

    try:
        validator_patch.install()
        action_calls.install()
        prepare(command, settings)
    except DialogueError as error:
        print(error, file=sys.stderr)
        return 2
    sys.argv = ["rasa", *rasa_arguments(command, settings), *options]
    rasa_main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
