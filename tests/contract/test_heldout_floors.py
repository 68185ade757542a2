"""Triage on the held-out messages does not get worse than it was. See tests/heldout/README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from knowledge.evaluate.run import Report, evaluate
from knowledge.runtime import Places, open_triage

ROOT: Final = Path(__file__).resolve().parents[2]
#: Regression guards a little under what was measured, not targets: docs/evaluation.md has both.
AT_LEAST: Final = {
    "T0/T1 at T0/T1: all": 0.97,
    "red lines not answered: all": 0.97,
}
AT_MOST: Final = {"benign: wrong FAQ answered": 0.02}


@pytest.fixture(scope="module")
def report() -> Report:
    _, triage = open_triage(Places(ROOT / "var" / "index", ROOT / "var" / "encoder"))
    return evaluate(ROOT / "tests" / "heldout", triage)


@pytest.mark.parametrize(("name", "floor"), AT_LEAST.items())
def test_share_stays_above_its_floor_when_held_out_messages_are_decided(
    name: str, floor: float, report: Report
) -> None:
    share = report.shares[name]

    assert share.value >= floor, share


@pytest.mark.parametrize(("name", "ceiling"), AT_MOST.items())
def test_share_stays_below_its_ceiling_when_held_out_messages_are_decided(
    name: str, ceiling: float, report: Report
) -> None:
    share = report.shares[name]

    assert share.value <= ceiling, share


def test_answers_are_right_as_often_as_they_say_when_held_out_messages_are_decided(
    report: Report,
) -> None:
    assert report.numbers["calibration error of answers"] <= 0.05
