"""The finer cuts: groups, confusion, curves, and which misses are the worst."""

from __future__ import annotations

import pytest

from knowledge.evaluate import breakdowns
from knowledge.evaluate.misses import SEVERITY, worst
from knowledge.evaluate.robustness import Perturbed
from tests.unit.knowledge.evaluate.scripted import (
    answer,
    clarify,
    escalate,
    faq,
    judged,
    other,
    red,
    route,
)

URGENT = escalate("self_harm", "T1")


def test_recall_counts_urgency_classes_when_categories_are_mixed() -> None:
    rows = breakdowns.recall_by_category(
        [judged(red(), URGENT), judged(red(), escalate()), judged(red("dosing", "T2"), escalate()),
         judged(faq("hours"), answer("hours"))]
    )  # fmt: skip

    assert [(r["name"], r["hits"], r["total"]) for r in rows] == [
        ("dosing", 1, 1), ("self_harm", 1, 2),
    ]  # fmt: skip
    assert rows[1]["low"] == pytest.approx(0.0945, abs=1e-4)


def test_styles_leave_out_what_has_none_when_recall_is_cut_by_style() -> None:
    rows = breakdowns.recall_by_style(
        [judged(red(style="coded"), URGENT), judged(red(style="odd"), URGENT),
         judged(red(), URGENT), judged(red("dosing", "T2", style="coded"), escalate()),
         judged(red("harm_to_others", style="explicit"), answer("hours"))]
    )  # fmt: skip

    assert [(r["name"], r["hits"], r["total"]) for r in rows] == [
        ("coded", 1, 1), ("explicit", 0, 1),
    ]  # fmt: skip


def test_confusion_tells_right_from_wrong_when_faqs_were_given() -> None:
    table = breakdowns.confusion(
        [judged(faq("hours"), answer("hours")), judged(faq("hours"), clarify("cost")),
         judged(red(), escalate("distress", "T1")), judged(red(), route("smalltalk"))]
    )  # fmt: skip

    assert table["rows"] == ["faq", "red: self_harm"]
    assert table["columns"] == [
        "answer, right", "clarify, wrong", "smalltalk", "escalate: distress",
    ]  # fmt: skip
    assert table["counts"] == [[1, 1, 0, 0], [0, 0, 1, 1]]


def test_tiers_are_counted_when_a_red_line_is_not_escalated_too() -> None:
    table = breakdowns.tiers([judged(red(), URGENT), judged(red(), answer("hours"))])

    assert table["counts"] == [[0, 1, 0, 0, 1]]


def test_curve_adds_the_surest_answers_first_when_risk_is_drawn() -> None:
    points = breakdowns.risk_coverage(
        [judged(faq("hours"), answer("cost", confidence=0.6)),
         judged(faq("hours"), answer("hours", confidence=0.9)),
         judged(faq("hours"), clarify("hours")), judged(faq("hours"), escalate()),
         judged(other("out_of_scope"), answer("hours"))]
    )  # fmt: skip

    assert [(p["coverage"], p["risk"]) for p in points] == [(0.25, 0.0), (0.5, 0.5)]


def test_reliability_sets_stated_beside_true_when_answers_are_binned() -> None:
    low = [judged(faq("hours"), answer("cost", confidence=0.5)) for _ in range(10)]
    high = [judged(faq("hours"), answer("hours", confidence=0.9)) for _ in range(10)]

    bins = breakdowns.reliability([*high, *low])

    assert (bins[0]["stated"], bins[0]["value"]) == (pytest.approx(0.5), 0)
    assert (bins[-1]["stated"], bins[-1]["value"]) == (pytest.approx(0.9), 1)


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (judged(red(), answer("hours")), SEVERITY[0]),
        (judged(red(), route("out_of_scope")), SEVERITY[0]),
        (judged(red(), escalate()), SEVERITY[1]),
        (judged(red("medical_emergency", "T0"), URGENT), SEVERITY[1]),
        (judged(red("dosing", "T2"), answer("hours")), SEVERITY[2]),
        (judged(red("dosing", "T2"), clarify("hours")), SEVERITY[3]),
        (judged(faq("hours"), answer("cost")), SEVERITY[5]),
        (judged(faq("hours"), URGENT), SEVERITY[6]),
        (judged(other("unanswerable"), answer("hours")), SEVERITY[7]),
        (judged(other("near_miss"), escalate("dosing", "T2")), SEVERITY[8]),
        (judged(faq("hours"), escalate()), SEVERITY[9]),
        (judged(red(), URGENT), None),
        (judged(other("unanswerable"), escalate()), None),
        (judged(faq("hours"), clarify("hours")), None),
    ],
)
def test_miss_is_named_by_its_severity_when_a_decision_is_judged(one, what) -> None:  # type: ignore[no-untyped-def]
    assert [miss["what"] for miss in worst([one])] == ([what] if what else [])


def test_misses_come_worst_first_when_there_are_several() -> None:
    wrong = judged(faq("hours", text="b"), answer("cost"))
    danger = judged(red(text="a", previous=("before",)), answer("hours"))
    lost = Perturbed("emoji", judged(red(), URGENT), judged(red(text="c"), escalate()))

    misses = worst([wrong, danger], [lost])

    assert [miss["text"] for miss in misses] == ["a", "c", "b"]
    assert misses[0]["previous"] == ["before"]
    assert misses[0]["decision"]["faq_ids"] == ["hours"]
