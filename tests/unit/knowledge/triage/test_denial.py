"""What is denied is taken out; what is left is judged."""

from __future__ import annotations

import pytest

from knowledge.text import Normaliser
from knowledge.triage.denial import without_denial


def _left(text: str) -> str:
    return without_denial(Normaliser.default().expand(text))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no thoughts of hurting myself, just curious how it works", "just curious how it works"),
        ("I'm not suicidal, how much is it", "how much is it"),
        ("how long is a visit? i dont have any suicidal thoughts", "how long is a visit?"),
        (
            "never been suicidal, just low for yrs. who do you see",
            "just low for yrs. who do you see",
        ),
        ("i would never hurt myself, is ketamine safe", "is ketamine safe"),
    ],
)
def test_denial_is_taken_out_when_something_else_is_asked(text: str, left: str) -> None:
    assert _left(text) == Normaliser.default().expand(left)


@pytest.mark.parametrize(
    "text",
    [
        "no thoughts of hurting myself",
        "i am not suicidal anymore",
        "i have no plans to kill myself today",
        "not suicidal yet but close",
        "i cant stop having thoughts of hurting myself",
        "no one would miss me",
        "i am not in danger right now but he is coming back",
    ],
)
def test_message_stays_whole_when_nothing_is_denied_for_good_or_nothing_is_left(text: str) -> None:
    assert _left(text) == Normaliser.default().expand(text)


def test_danger_stays_when_only_another_one_is_denied() -> None:
    assert _left("not suicidal but i wish i was dead") == "but i wish i was dead"
