"""Describing an unexpected error for a log, without its message.

An error's message may quote what a patient wrote or a phone number; its type and the lines it
came from never do.
"""

from __future__ import annotations

import traceback
from pathlib import Path

_FRAMES = 6


def describe(error: BaseException) -> str:
    """Returns types and innermost lines of an error and what caused it."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        frames = traceback.extract_tb(current.__traceback__)[-_FRAMES:]
        lines = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
        parts.append(f"{type(current).__name__} at {lines}" if lines else type(current).__name__)
        current = current.__cause__ or current.__context__
    return " | from ".join(parts)
