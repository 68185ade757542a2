"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from knowledge.check.base import Base

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a rule is broken: what is wrong there, and how to mend it."""

    path: Path
    line: int
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `summary` is its line in docs/knowledge.md; a test holds the two together."""

    id: str
    severity: Severity
    summary: str
    find: Callable[[Base], Iterable[Fault]]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault with the rule it breaks; sorts by place."""

    path: Path
    line: int
    rule: str
    severity: Severity
    problem: str
    fix: str

    def describe(self, relative_to: Path | None = None) -> str:
        """Returns ``file:line: rule: what is wrong: how to mend it``."""
        path = self.path
        if relative_to is not None and path.is_relative_to(relative_to):
            path = path.relative_to(relative_to)
        rule = self.rule if self.severity == "error" else f"{self.rule} (warning)"
        return f"{path}:{self.line}: {rule}: {self.problem}: {self.fix}"
