"""What the clinic lists as harmless is harmless word for word, but takes no danger back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from knowledge.runtime import Places, open_triage
from knowledge.triage import Triage

VAR: Final = Path(__file__).resolve().parents[2] / "var"


@pytest.fixture(scope="module")
def triage() -> Triage:
    return open_triage(Places(VAR / "index", VAR / "encoder"))[1]


@pytest.mark.parametrize(
    ("text", "route", "intent"),
    [
        ("/restart", "out_of_scope", "out_of_scope"),
        ("Restart", "out_of_scope", "out_of_scope"),
        ("my wife has a question", "smalltalk", "greet"),
        ("start over please", "smalltalk", "skip"),
    ],
)
@pytest.mark.parametrize("before", [(), ("is ketamine fda approved?",)], ids=["alone", "after"])
def test_listed_wording_is_no_red_line_when_it_is_all_that_is_said(
    triage: Triage, text: str, route: str, intent: str, before: tuple[str, ...]
) -> None:
    decision = triage.decide(text, previous=before)

    assert (decision.route, decision.intent) == (route, intent)


@pytest.mark.parametrize("text", ["just testing", "never mind", "nvm"])
def test_danger_stays_one_when_a_listed_wording_takes_it_back(triage: Triage, text: str) -> None:
    decision = triage.decide(text, previous=("i took all my pills",))

    assert decision.route == "escalate"
    assert decision.tier in ("T0", "T1")
