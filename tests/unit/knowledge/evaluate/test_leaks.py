"""Nothing that triage is measured on was written into what it learns from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from rapidfuzz import fuzz, process

from knowledge.evaluate.run import rows
from knowledge.fit.calibration_set import load_calibration
from knowledge.fit.dataset import training_rows
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.text import Normaliser

HELD_OUT: Final = Path(__file__).parents[3] / "heldout"
#: A shorter text than this is near to another by its length alone ("hours", "house").
NEAR_FROM: Final = 12
NEAR: Final = 95
NORMALISER: Final = Normaliser.default()


@pytest.fixture(scope="module")
def learnt() -> list[str]:
    authored = training_rows(load_library(), NORMALISER)
    apart = load_calibration(KNOWLEDGE_DIR / "calibration.jsonl")
    assert apart
    texts = [row.text for row in authored] + [row.text for row in apart]
    return sorted({NORMALISER.fold(text) for text in texts})


@pytest.mark.parametrize("path", sorted(HELD_OUT.glob("*.jsonl")), ids=lambda path: path.stem)
def test_held_out_messages_are_new_when_compared_with_everything_learnt(
    path: Path, learnt: list[str]
) -> None:
    known = set(learnt)

    leaks = [row["text"] for row in rows(path) if _leaks(row["text"], known, learnt)]

    assert not leaks, f"remove these from {path.name} (never from knowledge/)"


def test_held_out_sets_are_there_when_they_are_looked_for() -> None:
    assert len(list(HELD_OUT.glob("*.jsonl"))) == 5


def _leaks(text: str, known: set[str], learnt: list[str]) -> bool:
    folded = NORMALISER.fold(text)
    if not folded:
        return False  # marks and emoji only: there is no wording that could be learnt
    if folded in known:
        return True
    return len(folded) >= NEAR_FROM and bool(
        process.extractOne(folded, learnt, scorer=fuzz.ratio, score_cutoff=NEAR)
    )
