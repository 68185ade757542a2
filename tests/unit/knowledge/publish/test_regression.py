"""A version that would be less safe is found out; others are shown, and may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from knowledge.decision import Decision
from knowledge.fit.messages import Message
from knowledge.library import Library, load_library
from knowledge.publish.regression import Outcome, Probe, compare, probes
from tests.small_library import write_library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load_library(write_library(tmp_path_factory.mktemp("library")))


@dataclass(frozen=True)
class Scripted:
    says: Mapping[str, Decision]

    def decide_all(self, messages: Sequence[tuple[str, Sequence[str]]]) -> list[Decision]:
        return [self.says["; ".join((*previous, text))] for text, previous in messages]


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


def test_served_version_is_not_asked_about_wordings_when_their_faq_is_new() -> None:
    wanted = [Probe("old words", faq="cost"), Probe("new", faq="dog"), Probe("stray", faq="dog")]
    said = {"old words": _answer("cost"), "new": _answer("dog"), "stray": _answer("cost")}
    served = Scripted({"old words": _answer("cost")})

    comparison = compare(wanted, {}, served, Scripted(said), {"dog"})

    assert comparison.lines() == [
        "1 messages compared, 0 decided otherwise",
        "2 wordings of new FAQs, 1 answered by their FAQ",
        "  not: 'stray' of dog: answered by cost",
    ]
    assert set(comparison.outcomes) == set(said)


def test_red_line_is_compared_when_a_new_faq_claims_its_words() -> None:
    wanted = [Probe("a danger", tier="T1", faq="dog")]
    served, fresh = Scripted({"a danger": _red("T1")}), Scripted({"a danger": _answer("dog")})

    assert compare(wanted, {}, served, fresh, {"dog"}).less_safe


def test_red_line_is_asked_with_the_messages_before_it_when_it_has_some(library: Library) -> None:
    said_before = Message("do it", "red", category="self_harm", tier="T1", previous=("shall i",))
    alone = Message("do it", "red", category="self_harm", tier="T0")

    found = {p.key: p for p in probes(library, [said_before, alone])}

    assert found["do it"].tier == "T0"
    assert found['["shall i", "do it"]'].previous == ("shall i",)
    served = Scripted({"shall i; do it": _red("T1")})
    fresh = Scripted({"shall i; do it": _answer("cost")})
    assert compare([found['["shall i", "do it"]']], {}, served, fresh).less_safe


def test_near_misses_are_asked_when_they_stand_among_the_examples(library: Library) -> None:
    near = Message("is nausea common here", "near_miss", faq_ids=("hours",), category="self_harm")

    found = {p.key: p for p in probes(library, [near])}

    assert (found[near.text].tier, found[near.text].faq) == (None, "hours")
