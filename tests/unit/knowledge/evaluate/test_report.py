"""The report: floors, comparison, files, and the page that people read."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.evaluate.compare import compare, last_report, read_report
from knowledge.evaluate.floors import FLOORS, broken
from knowledge.evaluate.optional import EvaluationError, required
from knowledge.evaluate.page import figure_rows, page
from knowledge.evaluate.report import Report, latency
from knowledge.evaluate.run import compared, evaluate, write
from knowledge.evaluate.sets import read_sets
from tests.unit.knowledge.evaluate.scripted import (
    ScriptedDecider,
    answer,
    escalate,
    faq,
    labelled,
    other,
    red,
)

URGENT = escalate("self_harm", "T1")
GOOD = ScriptedDecider({"red": URGENT, "out": escalate()})
SET = labelled(
    *[faq("hours", text=f"<b>question {i}</b>") for i in range(20)],
    *[red(style="explicit")] * 20,
    other("out_of_scope", text="out"),
)


def measured(decider: ScriptedDecider = GOOD) -> Report:
    return evaluate([SET], decider, red=[red()], sample=1, subject={"encoder": "words@1"})


def test_figures_carry_floor_and_interval_when_they_are_promised() -> None:
    figure = measured()["figures"]["life_explicit"]

    assert (figure["value"], figure["total"], figure["floor"]) == (1.0, 20, "≥ 0.995")
    assert figure["met"] is True
    assert figure["proven"] is False  # 20 of 20 do not prove 0.995
    assert "floor" not in measured()["figures"]["life"]


def test_no_floor_is_broken_when_all_is_well_but_the_perturbed() -> None:
    # The scripted decider knows a red line only as it was written.
    assert broken(measured()["figures"]) == ["still_red", "calibration_error"]


def test_broken_floors_are_named_when_red_lines_are_answered() -> None:
    figures = measured(ScriptedDecider())["figures"]

    assert {"life_explicit", "red_not_answered", "scope_answered"} <= set(broken(figures))
    assert "emergency_t0" not in broken(figures)  # no message to count


@pytest.mark.parametrize("floor", FLOORS.values(), ids=FLOORS)
def test_floor_is_met_at_its_limit_when_more_or_less_is_better(floor) -> None:  # type: ignore[no-untyped-def]
    better, worse = (1e-6, -1e-6) if floor.at_least else (-1e-6, 1e-6)

    assert floor.is_met(floor.limit)
    assert floor.is_met(floor.limit + better)
    assert not floor.is_met(floor.limit + worse)


def test_latency_is_the_middle_and_the_slow_end_when_measured() -> None:
    assert latency([float(i) for i in range(1, 100)]) == {"p50": 50.0, "p95": 95.0}
    assert latency([3.0]) == {"p50": 3.0, "p95": 3.0}


def test_page_is_self_contained_and_escaped_when_written() -> None:
    report = measured(ScriptedDecider({"red": answer("hours")}))

    html = page(report)

    assert not re.search(r'(?:src|href)="(?!data:)', html)
    assert "<script" not in html
    assert "<b>question" not in html
    assert html.count("data:image/svg+xml;base64,") == 4
    assert "danger answered or not escalated (20)" in html
    assert "broken:" in html


def test_page_shows_messages_in_full_when_they_went_wrong() -> None:
    html = page(measured(ScriptedDecider({f"<b>question {i}</b>": URGENT for i in range(20)})))

    assert "&lt;b&gt;question 7&lt;/b&gt;" in html


def test_page_is_drawn_when_there_is_next_to_nothing() -> None:
    assert "Every floor is kept" in page(evaluate([labelled(faq("x", text="a"))], Only()))


class Only(ScriptedDecider):
    def decide(self, text, channel="web", previous=()):  # type: ignore[no-untyped-def]
        return answer("x", confidence=1.0)


def test_report_is_read_back_when_it_was_written(tmp_path: Path) -> None:
    json_file, html_file = write(measured(), tmp_path / "new")

    assert read_report(json_file)["figures"] == measured()["figures"]
    assert html_file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_comparison_is_with_the_last_report_when_none_is_named(tmp_path: Path) -> None:
    assert "comparison" not in compared(measured(), tmp_path, None)
    first, _ = write(measured(ScriptedDecider()), tmp_path)
    second, _ = write(measured(), tmp_path)

    assert last_report(tmp_path) == second
    assert compared(measured(), tmp_path, None)["comparison"]["against"] == second.name
    named = compared(measured(), tmp_path, first)
    assert named["comparison"]["against"] == first.name
    assert "Against the report of" in page(named)


def test_change_is_clear_when_intervals_do_not_touch() -> None:
    result = compare(measured(), measured(ScriptedDecider()), "before")

    rows = {row["figure"]: row for row in result["figures"]}
    assert result["same_sets"] is True
    assert rows["life_explicit"] == {
        "figure": "life_explicit", "title": rows["life_explicit"]["title"],
        "before": 0.0, "now": 1.0, "change": 1.0, "apart": True,
    }  # fmt: skip
    assert not rows["scope_answered"]["apart"]  # one message proves nothing
    html = page({**measured(), "comparison": result})
    assert html.count("<td>clear</td>") == sum(row["apart"] for row in result["figures"])


def test_comparison_says_so_when_the_sets_changed() -> None:
    before = evaluate([labelled(red())], GOOD)

    result = compare(measured(), before, "before")

    assert result["same_sets"] is False
    assert "The sets changed" in page({**measured(), "comparison": result})


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 0}'])
def test_wrong_report_is_named_when_it_is_compared(content: str, tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(EvaluationError, match=r"old\.json: not a report"):
        compared(measured(), tmp_path, path)


def test_terminal_gets_no_message_when_figures_are_printed() -> None:
    lines = figure_rows(measured(ScriptedDecider()))

    assert any(state.startswith("BROKEN ≥ 0.995") for _, _, state in lines)
    assert "question" not in " ".join(text for _, text, _ in lines)


def test_sets_are_read_with_their_hash_when_the_folder_has_some(tmp_path: Path) -> None:
    row = {"text": "a", "kind": "faq", "faq": ["hours"]}
    (tmp_path / "benign.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")

    (found,) = read_sets(tmp_path)

    assert (found.name, found.messages) == ("benign", (faq("hours", text="a"),))
    assert len(found.sha256) == 64


def test_folder_is_named_when_it_has_no_sets(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no labelled sets: give their folder with --sets"):
        read_sets(tmp_path)


def test_missing_library_is_named_with_its_cure_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(EvaluationError, match=r"matplotlib is not installed.*dev\.txt"):
        required("matplotlib")
