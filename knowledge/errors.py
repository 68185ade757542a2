"""Errors of the knowledge room; every one derives from `KnowledgeError`."""

from __future__ import annotations

from pathlib import Path


class KnowledgeError(Exception):
    """Root of every error that this package raises on purpose."""


class ContentError(KnowledgeError):
    """A content file is wrong: says which file, which field, and how to mend it."""

    def __init__(self, path: Path, field: str, problem: str, fix: str) -> None:
        self.path, self.field, self.problem, self.fix = path, field, problem, fix
        super().__init__(f"{path}: {field}: {problem}: {fix}")


class ArtifactError(KnowledgeError):
    """A built artefact (index, fitted heads, exported encoder) is missing, stale or damaged."""


class EncoderError(KnowledgeError):
    """The sentence encoder cannot be loaded, or its weights are not the expected ones."""
