"""Labelled messages: JSON Lines, one message an object.

`knowledge/examples/` holds what is learnt from beside the wordings that the FAQ and red-line files
carry; `knowledge/calibration/` holds what limits and confidences are fitted on, written apart by
authors who did not see the examples. The held-out sets under `tests/` are for evaluation alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from knowledge.decision import Category, Tier
from knowledge.errors import ContentError
from knowledge.library.files import read_text

Kind = Literal["faq", "near_miss", "unanswerable", "out_of_scope", "small_talk", "red"]
_Text = Annotated[str, StringConstraints(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: _Text
    kind: Kind
    faq: tuple[str, ...] = ()
    category: Category | None = None
    tier: Tier | None = None
    previous: tuple[_Text, ...] = ()
    several: bool = False
    intent: str | None = None
    style: str | None = Field(default=None, description="how it is said, for counting by style")


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message.

    Attributes:
        text: the message as somebody would type it.
        kind: what it is; a near miss looks like the red line `category` and is not one.
        faq_ids: the FAQs that answer it, best first; empty where none does.
        category, tier: of a red line.
        previous: the visitor's messages before it, newest last.
        several: whether it asks for each of `faq_ids`, not for any one of them.
        intent: of small talk.
        style: how it is said, such as ``coded``.
    """

    text: str
    kind: Kind
    faq_ids: tuple[str, ...] = ()
    category: Category | None = None
    tier: Tier | None = None
    previous: tuple[str, ...] = ()
    several: bool = False
    intent: str | None = None
    style: str | None = None


def load_messages(folder: Path) -> tuple[Message, ...]:
    """Returns the messages of every ``.jsonl`` file in a folder, or none where there is no folder.

    Raises:
        ContentError: naming the file, the line and the field that is wrong.
    """
    return tuple(
        message for path in sorted(folder.glob("*.jsonl")) for message in read_messages(path)
    )


def read_messages(path: Path) -> tuple[Message, ...]:
    """Returns the messages of one file.

    Raises:
        ContentError: naming the line and the field that is wrong.
    """
    lines = enumerate(read_text(path).splitlines(), 1)
    return tuple(_message(path, number, line) for number, line in lines if line.strip())


def _message(path: Path, number: int, line: str) -> Message:
    try:
        record = _Record.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "object"
        raise ContentError(
            path, f"line {number}: {field}", first["msg"], "mend the JSON object"
        ) from error
    except ValueError as error:
        raise ContentError(path, f"line {number}", str(error), "mend the JSON object") from error
    if (record.kind == "red") != (record.tier is not None) or (
        record.kind == "red" and record.category is None
    ):
        raise ContentError(
            path, f"line {number}", "a red line needs category and tier, nothing else a tier",
            "mend the JSON object",
        )  # fmt: skip
    return Message(
        record.text, record.kind, record.faq, record.category, record.tier, record.previous,
        record.several, record.intent, record.style,
    )  # fmt: skip
