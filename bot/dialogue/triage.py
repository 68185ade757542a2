"""The part of a triage decision that travels through the dialogue."""

from __future__ import annotations

from typing import Any, Final

#: What actions need of a decision. Rasa stores this with every message, so it stays small.
_KEPT: Final = ("intent", "confidence", "category", "tier", "faq_ids", "footer", "language")
_LONGEST_REASON: Final = 500


def carried_triage(decision: dict[str, Any]) -> dict[str, Any]:
    """Returns what of a decision goes with the message.

    Raises:
        KeyError: when a field is missing.
        TypeError: when it is no decision at all.
    """
    triage = {key: decision[key] for key in _KEPT}
    triage["reason"] = "; ".join(decision["reasons"])[:_LONGEST_REASON]
    return triage
