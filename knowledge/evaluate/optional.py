"""Libraries that only reports and baselines need: they are in the development requirements."""

from __future__ import annotations

import importlib
from typing import Any

from knowledge.errors import KnowledgeError


class EvaluationError(KnowledgeError):
    """Something that only measuring needs is missing or failed."""


def required(module: str) -> Any:
    """Returns an imported module.

    Raises:
        EvaluationError: if it is not installed, with the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        name = module.partition(".")[0]
        raise EvaluationError(
            f"{name} is not installed, and `faqbot evaluate` needs it: run `make check` once, which"
            " installs requirements/dev.txt"
        ) from error
