"""The short measurement: run by itself, `pytest tests/load/test_bench.py -s`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main


@pytest.mark.timeout(1200)
def test_no_message_is_lost_when_every_system_is_measured_in_short(tmp_path: Path) -> None:
    assert main(["compare", "--quick", "--cache", str(tmp_path)]) == 0

    result = json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))
    assert set(result["names"]) == {"a", "b", "c", "d"}
    assert all(window["messages"] > 0 and not window["lost"] for window in result["windows"])
    assert all(not rows["unanswered"] for rows in result["lost_rows"].values())
    assert (tmp_path / "pages" / "comparison.md").is_file()
