"""Limits come from data: the cheapest, or the lowest that is right often enough."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.fit.gate import cheapest_limit
from knowledge.fit.limits import lowest_limit
from knowledge.triage.features import Floats


def _scores(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def _cost(limit: float, high: Floats, low: Floats, miss_cost: float, share: float) -> float:
    misses, alarms = float((high < limit).mean()), float((low >= limit).mean())
    return share * miss_cost * misses + (1 - share) * alarms


def test_cheapest_limit_parts_the_scores_when_they_do_not_overlap() -> None:
    limit = cheapest_limit(_scores(0.7, 0.8, 0.9), _scores(0.1, 0.2, 0.3), miss_cost=10, share=0.5)

    assert 0.3 < limit <= 0.7


@pytest.mark.parametrize("miss_cost", [0.5, 2.0, 10.0, 100.0])
@pytest.mark.parametrize("share", [0.05, 0.3])
def test_cheapest_limit_costs_no_more_than_any_other_when_scores_overlap(
    miss_cost: float, share: float
) -> None:
    generator = np.random.default_rng(7)
    high = generator.beta(4, 2, 300).astype(np.float32)
    low = generator.beta(2, 6, 300).astype(np.float32)

    limit = cheapest_limit(high, low, miss_cost=miss_cost, share=share)

    chosen = _cost(limit, high, low, miss_cost, share)
    others = [_cost(x, high, low, miss_cost, share) for x in np.linspace(0.02, 0.9, 60)]
    assert chosen <= min(others) + 0.005


def test_cheapest_limit_falls_when_a_miss_costs_more() -> None:
    generator = np.random.default_rng(7)
    high = generator.beta(4, 2, 300).astype(np.float32)
    low = generator.beta(2, 6, 300).astype(np.float32)

    limits = [cheapest_limit(high, low, miss_cost=c, share=0.1) for c in (1, 10, 100)]

    assert limits == sorted(limits, reverse=True)
    assert limits[0] > limits[-1]


def test_cheapest_limit_goes_lower_at_no_telling_cost_when_cautious() -> None:
    generator = np.random.default_rng(7)
    high = generator.beta(4, 2, 300).astype(np.float32)
    low = generator.beta(2, 6, 300).astype(np.float32)

    cheapest = cheapest_limit(high, low, miss_cost=10, share=0.1)
    cautious = cheapest_limit(high, low, miss_cost=10, share=0.1, cautious=True)

    assert cautious < cheapest
    # A standard error is never more than that of two proportions of a half.
    most = ((0.1 * 10) ** 2 * 0.25 / 300 + 0.9**2 * 0.25 / 300) ** 0.5
    assert _cost(cautious, high, low, 10, 0.1) <= _cost(cheapest, high, low, 10, 0.1) + most


def test_cheapest_limit_stays_when_cautious_and_the_scores_do_not_overlap() -> None:
    high, low = _scores(0.7, 0.8, 0.9), _scores(0.1, 0.2, 0.3)

    limits = [cheapest_limit(high, low, miss_cost=10, share=0.5, cautious=c) for c in (False, True)]

    assert limits[0] == limits[1]


def test_lowest_limit_accepts_everything_when_everything_is_right() -> None:
    limit = lowest_limit(_scores(0.9, 0.2, 0.5), np.array([True, True, True]), 0.98)

    assert limit == pytest.approx(0.2)


def test_lowest_limit_stops_above_the_first_wrong_row_when_none_may_be_wrong() -> None:
    scores = _scores(0.1, 0.4, 0.6, 0.8)

    limit = lowest_limit(scores, np.array([True, False, True, True]), 1.0)

    assert limit == pytest.approx(0.6)


def test_lowest_limit_goes_past_a_wrong_row_when_enough_right_ones_follow() -> None:
    scores = np.linspace(0.99, 0.5, 50).astype(np.float32)
    right = np.ones(50, dtype=bool)
    right[3] = False

    limit = lowest_limit(scores, right, 0.97)

    assert limit == pytest.approx(0.5)
    assert right[scores >= limit].mean() >= 0.97


def test_lowest_limit_is_the_floor_when_the_data_would_go_below_it() -> None:
    assert lowest_limit(_scores(0.9, 0.1), np.array([True, True]), 0.9, floor=0.4) == 0.4


def test_lowest_limit_accepts_nothing_when_no_limit_is_right_often_enough() -> None:
    assert lowest_limit(_scores(0.9, 0.1), np.array([False, False]), 0.9) == 1.0


def test_lowest_limit_keeps_the_share_right_when_the_data_are_random() -> None:
    generator = np.random.default_rng(3)
    scores = generator.random(2000).astype(np.float32)
    right = generator.random(2000) < scores

    limit = lowest_limit(scores, right, 0.9)

    assert right[scores >= limit].mean() >= 0.9
    assert right[scores >= limit - 0.1].mean() < 0.9
