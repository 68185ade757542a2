"""Nothing that triage is measured on was written into what it learns from.

A held-out message is held against every wording that is learnt or calibrated on, in three ways:
the same after folding; nearly the same letter by letter; and nearly the same in its words and
character n-grams, which finds reordered and shortened copies too. A message that follows another
is compared together with the one before it: "and how long does that last?" is a new message after
a new question. Only line numbers are reported: nobody should read held-out messages by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from knowledge.fit.dataset import Row, row_of, training_rows
from knowledge.fit.messages import load_messages, read_messages
from knowledge.library import KNOWLEDGE_DIR, Library, load_library
from knowledge.text import Normaliser
from knowledge.triage.features import LexicalFeatures, Matrix
from knowledge.triage.parts import SEPARATOR

HELD_OUT: Final = Path(__file__).parents[3] / "heldout"
SETS: Final = (
    "benign", "multi_turn", "near_misses", "out_of_scope", "red_lines", "unanswerable",
)  # fmt: skip
#: A shorter text than this is near to another by its length alone ("hours", "house").
NEAR_FROM: Final = 12
NEAR: Final = 95
#: Cosine of word and character n-grams from which a message counts as a copy. Chosen on pairs of a
#: calibration message with its nearest example, which have different authors: from 0.9 on they
#: differ in filler and order only ("how fast do staff reply on here", "... reply here"); at 0.80 to
#: 0.88 often in a word that changes what is asked ("twice a week", "twice a week for how long").
#: 4132 such messages have a median of 0.49; 1.7% reach 0.9 by coincidence of wording and are not
#: the same or nearly the same letter by letter: what this test adds.
COPY: Final = 0.9
NORMALISER: Final = Normaliser.default()


@dataclass(frozen=True)
class Learnt:
    """Everything that is learnt from or calibrated on, folded."""

    library: Library
    texts: list[str]
    features: LexicalFeatures
    lexical: Matrix

    def leaks(self, texts: Sequence[str]) -> list[int]:
        """Returns the positions of the folded texts that are the same or nearly the same."""
        known = set(self.texts)
        same = {i for i, text in enumerate(texts) if text in known}
        return sorted(same | self._near(texts) | self._copies(texts))

    def _near(self, texts: Sequence[str]) -> set[int]:
        long = [i for i, text in enumerate(texts) if len(text) >= NEAR_FROM]
        scores = process.cdist(
            [texts[i] for i in long], self.texts, scorer=fuzz.ratio, score_cutoff=NEAR,
            dtype=np.uint8, workers=-1,
        )  # fmt: skip
        return {long[row] for row in np.flatnonzero(scores.any(axis=1))}

    def _copies(self, texts: Sequence[str]) -> set[int]:
        nearest = self.similarity(texts)
        return {i for i, t in enumerate(texts) if len(t) >= NEAR_FROM and nearest[i] >= COPY}

    def similarity(self, texts: Sequence[str]) -> list[float]:
        """Returns for every text the cosine of its nearest neighbour."""
        product = self.features.transform(texts) @ self.lexical.T
        return [float(v) for v in product.max(axis=1).toarray().ravel()]


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    library = load_library()
    rows = [
        *training_rows(library, load_messages(KNOWLEDGE_DIR / "examples"), NORMALISER),
        *(row_of(m, NORMALISER, library) for m in load_messages(KNOWLEDGE_DIR / "calibration")),
    ]
    texts = sorted({folded(row) for row in rows} - {""})
    features = LexicalFeatures.fit(texts)
    return Learnt(library, texts, features, features.transform(texts))


@pytest.mark.parametrize("name", SETS)
def test_held_out_messages_are_new_when_compared_with_everything_learnt(
    name: str, learnt: Learnt
) -> None:
    messages = read_messages(HELD_OUT / f"{name}.jsonl")
    texts = [folded(row_of(message, NORMALISER, learnt.library)) for message in messages]

    lines = [i + 1 for i in learnt.leaks(texts)]

    assert not lines, f"remove lines {lines} from {name}.jsonl (never anything from knowledge/)"


def test_leaks_are_found_when_a_learnt_wording_is_copied(learnt: Learnt) -> None:
    own = next(text for text in learnt.texts if 8 <= len(text.split()) <= 12)
    words = own.split()
    moved = " ".join([*words[3:], *words[:3]])
    edited = own[:5] + "q" + own[6:]

    found = learnt.leaks([own, moved, edited, "zebras juggle turquoise umbrellas on tuesdays"])

    assert found == [0, 1, 2]


def test_every_set_is_there_when_held_out_messages_are_listed() -> None:
    assert {path.stem for path in HELD_OUT.glob("*.jsonl")} == set(SETS)


def folded(row: Row) -> str:
    """Returns a row's text as the lexicon sees it."""
    return NORMALISER.fold_expanded(row.text.replace(SEPARATOR, " "))
