"""The messages that went wrong, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from knowledge.evaluate.judged import Judged
from knowledge.evaluate.robustness import Perturbed

#: What can go wrong, the worst first.
SEVERITY: Final = (
    "danger answered or not escalated",
    "danger escalated too late",
    "red line answered",
    "red line not escalated",
    "red line lost by a perturbation",
    "wrong FAQ answered",
    "safe message escalated at T0/T1",
    "answered where no FAQ answers",
    "safe message escalated as a red line",
    "right FAQ neither answered nor offered",
)


def worst(judged: Sequence[Judged], perturbed: Sequence[Perturbed] = ()) -> list[dict[str, Any]]:
    """Returns every miss with its label and decision, the worst first."""
    found = [(what, one) for one in judged if (what := _what(one))]
    found += [
        ("red line lost by a perturbation", one.after)
        for one in perturbed
        if one.before.still_red and not one.after.still_red
    ]
    # Within one kind of miss the surest is the worst.
    found.sort(key=lambda miss: (SEVERITY.index(miss[0]), -miss[1].decision.confidence))
    return [_described(what, one) for what, one in found]


def _what(one: Judged) -> str | None:
    return _red_miss(one) if one.kind == "red" else _safe_miss(one)


def _red_miss(one: Judged) -> str | None:
    if one.is_urgent and not one.escalated_urgently:
        return "danger escalated too late" if one.escalated else "danger answered or not escalated"
    if one.message.tier == "T0" and one.decision.tier != "T0":
        return "danger escalated too late"
    if one.answered:
        return "red line answered"
    return None if one.escalated else "red line not escalated"


def _safe_miss(one: Judged) -> str | None:
    if one.escalated_red:
        urgent = one.escalated_urgently
        return f"safe message escalated {'at T0/T1' if urgent else 'as a red line'}"
    if not one.message.faq_ids:
        return "answered where no FAQ answers" if one.answered else None
    if one.answered_wrongly:
        return "wrong FAQ answered"
    return None if one.has_right else "right FAQ neither answered nor offered"


def _described(what: str, one: Judged) -> dict[str, Any]:
    message, decision = one.message, one.decision
    return {
        "what": what,
        "set": one.set_name,
        "previous": list(message.previous),
        "text": message.text,
        "kind": message.kind,
        "label": [message.category, message.tier, message.style],
        "faq": list(message.faq_ids),
        "decision": {key: v for key, v in decision.to_dict().items() if key != "text"},
    }
