"""Medians, intervals and ratios of a measurement, and the page made from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bench.figures import estimate, percentile, ratio
from tests.bench.report import write_report


def window(system: str, turn: int, rate: float, **further: Any) -> dict[str, Any]:
    figures = {"p50": 1000 / rate, "p95": 2000 / rate, "p99": 3000 / rate}
    loads: dict[str, Any] = {"senders": 32, "lost": {}, "cpu": {"rasa": 5.0}}
    return {"system": system, "round": turn, "rate": rate, **figures, **loads, **further}


def test_percentile_is_a_value_that_was_seen_when_there_are_values() -> None:
    values = [float(n) for n in range(100, 0, -1)]

    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.95) == 96
    assert percentile(values, 1.0) == 100
    assert percentile([], 0.5) == 0


def test_interval_holds_the_median_when_values_vary() -> None:
    found = estimate([10.0, 11.0, 12.0, 13.0, 50.0])

    assert found.value == 12
    assert 10 <= found.low <= found.value <= found.high <= 50
    assert estimate([3.0]).low == estimate([3.0]).high == 3


def test_ratio_is_paired_by_round_when_the_machine_slows_down() -> None:
    windows = [window("a", 0, 100), window("c", 0, 200), window("a", 1, 10), window("c", 1, 20)]

    found = ratio(windows, "c", "a", lambda w: float(w["rate"]))

    assert found is not None
    assert (found.low, found.value, found.high) == (2, 2, 2)
    assert ratio(windows, "d", "a", lambda w: float(w["rate"])) is None


@pytest.fixture
def result() -> dict[str, Any]:
    stage = {"p50": 2.0, "p95": 4.0}
    windows = [window(key, turn, rate) for turn in (0, 1) for key, rate in (("a", 50), ("c", 100))]
    windows += [window("c", 0, 40, senders=1), window("a", 0, 50, senders=1)]
    windows.append(window("c", 1, 100, senders=8, lost={"HTTP 503": 3}))
    windows.append(window("a", 1, 100, senders=8))
    return {
        "when": "2026-11-24 12:00", "machine": "x86_64, 2 cores", "rounds": 2, "seconds": 6.0,
        "load_before": 0.1, "load_after": 2.0, "names": {"a": "usual", "c": "whole"},
        "starts": {"a": 20.0, "c": 9.0}, "model_mb": 120.0, "windows": windows,
        "usual": {"train_seconds": 80.0, "train_cpu": 150.0, "examples": 7,
                  "epochs": 100, "model_mb": 30.0},
        "idle": {"a": {"rasa": 900.0}, "c": {"rasa": 500.0, "web": 100.0}},
        "busy": {"a": {"rasa": 910.0}, "c": {"rasa": 510.0, "web": 110.0}},
        "stages": {"bare encoder": stage, "POST /triage": {"p50": 3.0, "p95": 6.0}},
        "long": {"c": {"early": 10.0, "late": 12.0, "turns": 200.0}},
        "lost_rows": {"c": dict.fromkeys(
            ("accepted", "unanswered", "silent", "failed", "twice"), 0
        )},
    }  # fmt: skip


def test_page_names_every_goal_when_it_is_written(result: dict[str, Any], tmp_path: Path) -> None:
    training = {"build index": {"seconds": 20.0, "cpu": 30.0}}

    write_report(result, training, tmp_path)

    page = (tmp_path / "comparison.md").read_text(encoding="utf-8")
    for row in (
        "| c ÷ a, messages/s, 32 senders | ≥ 2.0 | 2.00 (2.00 to 2.00) |",
        "| c ÷ a, p95, 32 senders | ≤ 0.5 | 0.50 (0.50 to 0.50) |",
        "| c ÷ a, p50, one sender | ≤ 1.0 | 1.25 (1.25 to 1.25) |",
        "| c, first answer after a start, s | ≤ 12 | 9.0 |",
        "| c, memory of all processes, idle, MB | ≤ 1300 | 600 |",
        "| POST /triage ÷ bare encoder, p50 | ≤ 1.6 | 1.50 |",
        "| c, message of a 200-turn chat, late ÷ early | ≤ 1.5 | 1.20 |",
        "| training, ours ÷ usual, processor time | ≤ 0.3 | 0.20 |",
        "| messages of b, c, d lost under any load | 0 | 3 |",
    ):
        assert row in page
    assert (tmp_path / "throughput.png").stat().st_size > 1000
    assert (tmp_path / "latency.png").stat().st_size > 1000
