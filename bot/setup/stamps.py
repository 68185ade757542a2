"""Content stamps: a step is done again only when what it is made from has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterable, Iterator

_IGNORED = {"__pycache__", ".mypy_cache", ".ruff_cache", ".rasa"}


def fingerprint(root: Path, inputs: Iterable[Path], *words: str) -> str:
    """Returns the SHA-256 of files and folders (names and content) and of some words.

    Args:
        root: names are taken relative to it, so that a clone elsewhere has the same stamps.
        inputs: files and folders; one that is missing counts as missing.
        words: whatever else decides: versions, settings.
    """
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for file in _files(inputs):
        name = str(file.relative_to(root)) if root in file.parents else str(file)
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"missing")
    return digest.hexdigest()


def is_fresh(stamp: Path, value: str, outputs: Iterable[Path]) -> bool:
    """Says whether a step was done with exactly these inputs and its outputs still exist."""
    try:
        kept = stamp.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return False
    return kept == value and all(output.exists() for output in outputs)


def write(stamp: Path, value: str) -> None:
    """Remembers that a step was done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", encoding="ascii")


def _files(inputs: Iterable[Path]) -> Iterator[Path]:
    for path in inputs:
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix != ".pyc" and not _IGNORED.intersection(file.parts):
                yield file
