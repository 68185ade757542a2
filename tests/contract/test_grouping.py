"""Groups of unanswered questions hold what belongs together, with the encoder that ships."""

from __future__ import annotations

import numpy as np
import pytest

from bot.grouping import Encode, cluster
from tests.bench.grouping import Labelled, scored, shipped_encoder, subjects, wordings


@pytest.fixture(scope="module")
def encode() -> Encode:
    return shipped_encoder()


@pytest.mark.parametrize(
    ("labelled", "recall"), [(subjects(), 0.2), (wordings(1, 4), 0.25)], ids=["new", "known"]
)
def test_groups_are_right_nine_times_in_ten_when_questions_found_no_answer(
    encode: Encode, labelled: Labelled, recall: float
) -> None:
    found = scored(encode, labelled)
    assert found.precision >= 0.9
    assert found.recall >= recall


def test_same_answer_joins_questions_only_when_they_were_answered() -> None:
    vectors = np.array([[1.0, 0.0], [0.4, 0.9165]])  # 0.6 apart
    assert len(set(cluster(vectors, [None, None]))) == 2
    assert len(set(cluster(vectors, ["cost", "hours"]))) == 2
    assert len(set(cluster(vectors, ["cost", "cost"]))) == 1
