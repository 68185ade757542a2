"""Shares carry their uncertainty; confidence is compared with what came true."""

from __future__ import annotations

import pytest

from knowledge.evaluate.figures import Share, calibration_error


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3 (Wilson).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0000),
        (0, 0, 0.0, 1.0),
    ],
)
def test_interval_is_wilsons_when_the_published_examples_are_counted(
    hits: int, total: int, low: float, high: float
) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=5e-5)


def test_share_is_nothing_when_there_is_nothing_to_count() -> None:
    assert Share(0, 0).value == 0


def test_share_prints_value_interval_and_counts_when_shown() -> None:
    assert str(Share(81, 263)) == " 0.308  [0.255, 0.366]  81/263"


@pytest.mark.parametrize(
    ("confidences", "right", "error"),
    [
        ([0.9] * 10, [True] * 9 + [False], 0.0),
        ([1.0] * 4, [False] * 4, 1.0),
        ([0.8] * 10, [True] * 5 + [False] * 5, 0.3),
        ([], [], 0.0),
    ],
)
def test_calibration_error_is_the_gap_when_stated_and_true_shares_differ(
    confidences: list[float], right: list[bool], error: float
) -> None:
    assert calibration_error(confidences, right, bins=1) == pytest.approx(error)


def test_calibration_error_weighs_each_bin_by_its_rows_when_there_are_several() -> None:
    error = calibration_error([0.2, 0.2, 0.9, 0.9], [False, False, True, False], bins=2)

    assert error == pytest.approx(0.5 * 0.2 + 0.5 * 0.4)
