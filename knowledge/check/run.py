"""Runs the rules over a folder of content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.check.base import Base
from knowledge.check.finding import Finding, Rule
from knowledge.check.read import content_fault, read_base
from knowledge.check.rules import RULES
from knowledge.encoder import Encoder
from knowledge.errors import ContentError
from knowledge.library import KNOWLEDGE_DIR


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was found, in the order of the files."""

    findings: tuple[Finding, ...]
    faqs: int
    red_lines: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a release."""
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that a reviewer looks at."""
        return tuple(f for f in self.findings if f.severity == "warning")


def check(
    root: Path = KNOWLEDGE_DIR,
    *,
    today: dt.date | None = None,
    approvals: Path | None = None,
    encoder: Encoder | None = None,
    similarity: float = 1.0,
) -> Report:
    """Returns everything that the linter finds below `root`.

    Args:
        root: the folder with `faqs/`, `red_lines/`, `clinic.yml`, `sources.yml`, `messages.yml`.
        today: the day that approvals are held against; the clinic's current day by default.
        approvals: the record of approvals; the folder `approvals/` in `root` by default.
        encoder: compares questions by meaning; without one that rule is left out.
        similarity: the cosine from which two questions are reported.
    """
    try:
        base = read_base(
            root, today=today, approvals=approvals, encoder=encoder, similarity=similarity
        )
    except ContentError as error:
        fault = content_fault(error)
        alone = Finding(fault.path, fault.line, "schema", "error", fault.problem, fault.fix)
        return Report((alone,), 0, 0)
    return Report(findings_of(base), len(base.faqs), len(base.red_lines))


def findings_of(base: Base, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """Returns what rules find, in the order of the files; every rule by default."""
    findings = {
        Finding(fault.path, fault.line, rule.id, rule.severity, fault.problem, fault.fix)
        for rule in rules
        for fault in rule.find(base)
    }
    return tuple(sorted(findings))
