"""The labelled sets of a folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import ContentError
from knowledge.fit.messages import Message, read_messages


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """One file of labelled messages.

    Attributes:
        name: of the file, without its ending.
        sha256: of the file: two reports are compared on the same messages or say that they are not.
        messages: in the order of the file.
    """

    name: str
    sha256: str
    messages: tuple[Message, ...]


def read_sets(folder: Path) -> tuple[LabelledSet, ...]:
    """Returns the sets of a folder, in the order of their names.

    Raises:
        ContentError: if there is none, or naming the line and the field that is wrong.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise ContentError(folder, "*.jsonl", "no labelled sets", "give their folder with --sets")
    return tuple(
        LabelledSet(path.stem, hashlib.sha256(path.read_bytes()).hexdigest(), read_messages(path))
        for path in paths
    )
