"""The calibration set: messages written apart from the training examples.

Variants written by the author of a FAQ resemble each other more than patients do, so limits
fitted on them alone would be too sure of themselves. `knowledge/calibration.jsonl` is used for
thresholds only; the held-out sets under `tests/` are used for nothing but evaluation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import ContentError
from knowledge.library.files import read_text


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One message.

    Attributes:
        text: the message.
        kind: ``faq``, ``near_miss``, ``unanswerable``, ``out_of_scope`` or ``red``.
        faq_ids: acceptable answers; empty for a message that no FAQ answers.
        category: of a red line, or of the red line that a near miss resembles.
    """

    text: str
    kind: str
    faq_ids: tuple[str, ...]
    category: str | None


def load_calibration(path: Path) -> tuple[CalibrationRow, ...]:
    """Returns the rows of the file, or none where there is no file.

    Raises:
        ContentError: naming the line that is not a row.
    """
    if not path.exists():
        return ()
    rows = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            rows.append(
                CalibrationRow(
                    raw["text"], raw["kind"], tuple(raw.get("faq", ())), raw.get("category")
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ContentError(
                path, f"line {number}", f"{error}", "mend the JSON object"
            ) from error
    return tuple(rows)
