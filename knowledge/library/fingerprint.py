"""Seeing cheaply that a content file has changed: names, sizes and times, nothing is read."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

_CONTENT: Final = (
    "*.yml", "faqs/*/*.md", "red_lines/*.yml", "red_lines/lexicon/*.yml",
)  # fmt: skip


def fingerprint(root: Path | None = None, approvals: Path | None = None) -> str:
    """Returns a text that differs as soon as a content file or a record of approvals does.

    Args:
        root: the folder of the texts; without it they are not looked at.
        approvals: the folder of the record of approvals; likewise.
    """
    found = sorted({path for pattern in _CONTENT for path in root.glob(pattern)}) if root else []
    if approvals:
        found += sorted(approvals.glob("*.jsonl"))
    digest = hashlib.sha256()
    for path in found:
        try:
            state = path.stat()
        except FileNotFoundError:  # deleted meanwhile: the next look will tell
            continue
        digest.update(f"{path}\0{state.st_mtime_ns}\0{state.st_size}\0{state.st_ino}\n".encode())
    return digest.hexdigest()
