"""A variation keeps what a row is."""

from __future__ import annotations

from random import Random

import pytest

from knowledge.fit.dataset import Row
from knowledge.tune.augment import Augmenter, misspelt

RED = Row("i want to die", "red/self_harm/T1")
HOURS = Row("what are your opening hours", "faq", ("hours",))
ROWS = [
    RED,
    HOURS,
    Row("how much is it", "faq", ("cost", "insurance")),
    Row("hours and cost please", "faq", ("hours", "cost"), several=True),
    Row("hello there", "small_talk/greet"),
    Row("is the wifi free", "unanswerable"),
    Row("what about it [SEP] and on sunday", "faq", ("hours",), in_context=True),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.text)
def test_label_stays_and_shares_sum_to_one_when_a_row_is_varied(row: Row) -> None:
    augmenter = Augmenter(ROWS, Random(3))

    for sample in (augmenter.draw(row) for _ in range(300)):
        # With a question for company a message that no FAQ answers asks for that one.
        company = row.label == "unanswerable" and bool(sample.faqs)
        assert sample.label == ("faq" if company else row.label)
        assert sum(sample.faqs.values()) == pytest.approx(1 if row.faq_ids or company else 0)
        assert set(row.faq_ids[:1]) <= set(sample.faqs)


@pytest.mark.parametrize("row", [RED, HOURS], ids=lambda row: row.text)
def test_company_stands_on_both_sides_when_rows_are_surrounded(row: Row) -> None:
    augmenter = Augmenter([row, Row("how much is it", "faq", ("cost",))], Random(5))

    texts = [augmenter.draw(row).text for _ in range(800)]

    before = [text for text in texts if "how much is it" in text.partition(row.text)[0]]
    after = [text for text in texts if "how much is it" in text.partition(row.text)[2]]
    assert len(before) > 8
    assert len(after) > 8


def test_red_line_is_surrounded_by_harmless_words_only_when_it_is_varied() -> None:
    augmenter = Augmenter(ROWS, Random(4))

    texts = [augmenter.draw(RED).text for _ in range(300)]

    assert any("opening hours" in text for text in texts)
    assert sum(RED.text in text for text in texts) > 150


def test_best_faq_gets_the_largest_share_when_several_would_do() -> None:
    shares = [Augmenter(ROWS, Random(n)).draw(ROWS[2]).faqs for n in range(50)]

    alone = [share for share in shares if set(share) == {"cost", "insurance"}]
    assert len(alone) > 20
    assert all(share["cost"] > share["insurance"] for share in alone)


def test_word_differs_by_one_slip_when_it_is_misspelt() -> None:
    for seed in range(50):
        changed = misspelt("breathing", Random(seed))
        assert abs(len(changed) - len("breathing")) <= 1


def test_text_is_left_alone_when_it_is_too_short_to_misspell() -> None:
    assert misspelt("die", Random(1)) == "die"
