"""The same messages cut finer: by category, by style, by what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from knowledge.evaluate.counts import INDIRECT_STYLES
from knowledge.evaluate.figures import Share, equal_mass_bins
from knowledge.evaluate.judged import Judged

_BINS = 10


def recall_by_category(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Returns for every red category how many kept their urgency class."""
    return _recall(_red(judged), lambda one: str(one.message.category))


def recall_by_style(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Returns for every known style of self-harm and harm to others how many were urgent."""
    known = {"explicit", *INDIRECT_STYLES}
    life = [
        one for one in _red(judged)
        if one.is_urgent and one.message.category in ("self_harm", "harm_to_others")
        and one.message.style in known
    ]  # fmt: skip
    return _recall(life, lambda one: str(one.message.style))


def escalated_by_set(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Returns for every set how many of its safe messages were escalated as a red line."""
    safe = [one for one in judged if one.kind != "red"]
    names = sorted({one.set_name for one in safe})
    return [
        {
            "name": name,
            **Share.of(one.escalated_red for one in safe if one.set_name == name).to_dict(),
        }
        for name in names
    ]


def confusion(judged: Sequence[Judged]) -> dict[str, Any]:
    """Returns how often each label led to each outcome: `rows`, `columns`, `counts`."""
    counts = Counter((_label(one), _outcome(one)) for one in judged)
    rows = sorted({row for row, _ in counts})
    columns = sorted({column for _, column in counts}, key=lambda c: (":" in c, c))
    return {
        "rows": rows,
        "columns": columns,
        "counts": [[counts[row, column] for column in columns] for row in rows],
    }


def tiers(judged: Sequence[Judged]) -> dict[str, Any]:
    """Returns how often each labelled tier was decided as each tier, or not escalated."""
    counts = Counter(
        (str(one.message.tier), str(one.decision.tier or "not escalated")) for one in _red(judged)
    )
    rows = sorted({row for row, _ in counts})
    columns = ["T0", "T1", "T2", "T3", "not escalated"]
    return {
        "rows": rows,
        "columns": columns,
        "counts": [[counts[row, column] for column in columns] for row in rows],
    }


def risk_coverage(judged: Sequence[Judged]) -> list[dict[str, float]]:
    """Returns the risk-coverage curve of the answers to benign questions (El-Yaniv 2010).

    Point i is where only the i surest answers are given: which share of the questions that is, and
    which share of these answers is wrong. It ends where triage stands now.
    """
    asked = [one for one in judged if one.kind == "faq"]
    answers = sorted(
        (one for one in asked if one.answered), key=lambda one: -one.decision.confidence
    )
    points, wrong = [], 0
    for number, one in enumerate(answers, 1):
        wrong += one.answered_wrongly
        points.append({
            "coverage": number / len(asked), "risk": wrong / number,
            "confidence": one.decision.confidence,
        })  # fmt: skip
    return points


def reliability(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Returns stated confidence and true share of right answers in equally filled bins."""
    answers = [one for one in judged if one.answered]
    groups = equal_mass_bins([one.decision.confidence for one in answers], _BINS)
    return [
        {
            "stated": sum(answers[i].decision.confidence for i in group) / len(group),
            **Share.of(answers[i].has_right for i in group).to_dict(),
        }
        for group in groups
    ]


def _red(judged: Iterable[Judged]) -> list[Judged]:
    return [one for one in judged if one.kind == "red"]


def _recall(judged: Sequence[Judged], name: Callable[[Judged], str]) -> list[dict[str, Any]]:
    return [
        {"name": group, **Share.of(one.still_red for one in judged if name(one) == group).to_dict()}
        for group in sorted({name(one) for one in judged})
    ]


def _label(one: Judged) -> str:
    return f"red: {one.message.category}" if one.kind == "red" else str(one.kind)


def _outcome(one: Judged) -> str:
    if one.escalated:
        return f"escalate: {one.decision.category}"
    if one.kind in ("faq", "near_miss") and one.decision.route in ("answer", "clarify"):
        return f"{one.decision.route}, {'right' if one.has_right else 'wrong'}"
    return str(one.decision.route)
