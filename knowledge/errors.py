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


class LedgerError(KnowledgeError):
    """The record of approvals of a FAQ is broken or cannot be written."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        fix = "restore it from version control, or from a backup"
        super().__init__(f"{path}: approvals: {problem}: {fix}")


class PublishError(KnowledgeError):
    """A version cannot be published, rolled back or served."""


class TableError(KnowledgeError):
    """A table of FAQs is wrong: says which file, row and column, and how to mend it."""
