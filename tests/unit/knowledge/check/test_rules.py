"""Every rule finds the fault that was planted for it, on its line, in a broken copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check import Report
from knowledge.check.rules import RULES
from tests.unit.knowledge.check.seeds import SEEDS, Seed

SEVERITY = {rule.id: rule.severity for rule in RULES}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.rule}-{Path(seed.path).stem}")
def test_rule_names_the_line_when_its_fault_is_planted(
    seed: Seed, broken_base: Path, broken_report: Report
) -> None:
    path = broken_base / (seed.found_in or seed.path)
    lines = path.read_text(encoding="utf-8").splitlines()

    found = [f for f in broken_report.findings if f.rule == seed.rule and f.path == path]

    assert any(seed.line in lines[f.line - 1] for f in found), (
        seed.line,
        [f.describe(broken_base) for f in broken_report.findings if f.path == path],
    )
    assert {f.severity for f in found} == {SEVERITY[seed.rule]}
    assert all(f.problem and f.fix for f in found)


def test_rules_have_each_a_planted_fault_when_listed() -> None:
    assert {seed.rule for seed in SEEDS} == {rule.id for rule in RULES}


def test_rules_have_one_id_each_when_listed() -> None:
    assert len(SEVERITY) == len(RULES)


def test_shipped_base_is_clean_when_checked(shipped_report: Report) -> None:
    assert [f.describe() for f in shipped_report.findings] == []
    assert shipped_report.faqs >= 130
    assert shipped_report.red_lines == 18
