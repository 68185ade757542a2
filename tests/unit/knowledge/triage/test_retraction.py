"""A danger that was told is not cancelled by taking it back."""

from __future__ import annotations

import pytest

from knowledge.text import Normaliser
from knowledge.triage import Triage
from knowledge.triage.retraction import is_retraction


@pytest.mark.parametrize(
    "text",
    ["jk", "lol", "just kidding!!", "nvm", "Never mind.", "forget it", "i'm fine", "sorry im fine",
     "haha it was a joke", "ignore that", "i didnt mean it", "JK lol",
     "no really i'm fine, dont worry"],
)  # fmt: skip
def test_message_is_a_retraction_when_it_only_takes_something_back(text: str) -> None:
    assert is_retraction(Normaliser.default().fold(text))


@pytest.mark.parametrize(
    "text",
    ["", "what are your hours", "is it fine to eat", "thanks", "ok", "never mind the price, hours?",
     "forget it, how do i book"],
)  # fmt: skip
def test_message_is_no_retraction_when_it_asks_or_says_something(text: str) -> None:
    assert not is_retraction(Normaliser.default().fold(text))


@pytest.mark.parametrize("text", ["jk", "never mind", "lol im fine"])
@pytest.mark.parametrize(
    ("before", "category"),
    [("i want to die", "self_harm"), ("she wont wake up", "medical_emergency")],
)
def test_danger_stays_when_the_next_message_takes_it_back(
    before: str, category: str, text: str, triage: Triage
) -> None:
    decision = triage.decide(text, previous=(before,))

    assert (decision.route, decision.category) == ("escalate", category)
    assert any("does not cancel" in reason for reason in decision.reasons)


def test_retraction_is_harmless_when_nothing_dangerous_was_said_before(triage: Triage) -> None:
    decision = triage.decide("never mind", previous=("what are your opening hours",))

    assert decision.tier not in ("T0", "T1")
