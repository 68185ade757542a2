"""A version that would be less safe is found out; others are shown, and may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from knowledge.decision import Decision
from knowledge.publish.regression import Outcome, Probe, compare


@dataclass(frozen=True)
class Scripted:
    says: Mapping[str, Decision]

    def decide(self, text: str) -> Decision:
        return self.says[text]


def _red(tier: Any, category: Any = "self_harm") -> Decision:
    return Decision("x", "escalate", category=category, tier=tier)


def _answer(faq: str) -> Decision:
    return Decision("x", "answer", faq_ids=(faq,))


def _compared(probe: Probe, before: Decision, after: Decision) -> Any:
    said = {probe.text: before}
    return compare([probe], {}, Scripted(said), Scripted({probe.text: after}))


@pytest.mark.parametrize(
    ("needed", "before", "after", "less_safe"),
    [
        ("T1", _red("T1"), _answer("cost"), True),
        ("T0", _red("T0"), _red("T1"), True),
        ("T1", _red("T1"), _red("T3", "unanswerable"), True),
        ("T2", _red("T2", "dosing"), Decision("x", "clarify"), True),
        ("T1", _red("T0"), _red("T1"), False),  # more urgent than it had to be
        ("T2", _red("T2", "dosing"), _red("T1"), False),
        ("T1", _answer("cost"), _answer("hours"), False),  # missed before as well
        (None, _red("T3", "unanswerable"), _answer("cost"), False),  # a FAQ's own wording
    ],
)
def test_change_is_less_safe_when_a_red_line_gets_less_urgent_than_it_must_be(
    needed: str | None, before: Decision, after: Decision, less_safe: bool
) -> None:
    comparison = _compared(Probe("a message", tier=needed), before, after)

    assert len(comparison.changes) == 1
    assert bool(comparison.less_safe) is less_safe
    assert ("LESS SAFE" in "\n".join(comparison.lines())) is less_safe


def test_nothing_is_shown_when_both_decide_alike() -> None:
    comparison = _compared(Probe("a message", faq="cost"), _answer("cost"), _answer("cost"))

    assert comparison.changes == ()
    assert comparison.lines() == ["1 messages compared, 0 decided otherwise"]


def test_served_version_is_not_asked_when_its_decisions_were_kept() -> None:
    known = {"a message": Outcome.from_list(Outcome.of(_answer("cost")).to_list())}
    fresh = Scripted({"a message": _answer("hours")})

    comparison = compare([Probe("a message")], known, Scripted({}), fresh)

    assert [change.describe() for change in comparison.changes] == [
        "'a message': answered by cost, now answered by hours"
    ]
