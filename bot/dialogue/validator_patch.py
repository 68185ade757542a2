"""Checks what the action server returns against a schema that is compiled once.

Rasa 3.6.21 compiles and checks its constant schema again for every custom action, which takes
about 20 ms and most of its processor time. The schema here is Rasa's own, and the same answers
are refused; only the compilation is not repeated. Rasa has no setting for this, so its method is
replaced, and only in the version whose source was read.
"""

from __future__ import annotations

from typing import Any, Final

import rasa
from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

from bot.dialogue.settings import DialogueError

PATCHED_VERSION: Final = "3.6.21"


class UnknownRasaVersionError(DialogueError):
    """The installed Rasa is not the one that the patch was written for."""


def install(version: str = rasa.__version__) -> None:
    """Replaces Rasa's check of action results. Calling it again changes nothing.

    Args:
        version: the version of the Rasa that is installed.

    Raises:
        UnknownRasaVersionError: for any version but the one whose source was read.
    """
    if version != PATCHED_VERSION:
        raise UnknownRasaVersionError(
            f"Rasa {version} is installed; bot/dialogue/validator_patch.py was written for "
            f"{PATCHED_VERSION}. Install that version, or read RemoteAction again and move "
            "PATCHED_VERSION."
        )
    schema = RemoteAction.action_response_format_spec()
    compiled = validator_for(schema)(schema)

    def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        error = next(compiled.iter_errors(result), None)
        if error is not None:
            # Only where: Rasa logs the error, and its own words would quote the result.
            where = "/".join(str(part) for part in error.absolute_path)
            raise ValidationError(f"{self.name()}: the result is malformed at '{where}'")
        return True

    RemoteAction._validate_action_result = validate_action_result  # noqa: SLF001
