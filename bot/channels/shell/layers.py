"""Which layer of triage gave a reason; a reason names its layer by its wording."""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "triage"
#: Words of a reason, and the layer whose they are. Order matters: the first that is found counts.
MARKERS: Final = (
    ("(wording:", "red lines, wording"),
    ("(meaning:", "red lines, meaning"),
    ("There are no words in the message", "normalization"),
    ("The wording is the FAQ's own question", "exact question"),
    ("only picks a choice or gives contact details", "choices and contacts"),
    ("one of the chat's own buttons", "choices and contacts"),
    ("The message is not in English", "language"),
    ("Small talk (", "small talk"),
    ("questions, each with its own answer", "sentence split"),
    ("Not about the clinic or its treatments", "scope"),
    ("The best FAQ is right with probability", "retrieval, calibrated"),
    ("FAQs is right with probability", "retrieval, calibrated"),
    ("No FAQ is close enough", "retrieval, calibrated"),
    ("is withheld:", "approval"),
    ("the crisis footer goes with it", "crisis footer"),
)


def layer_of(reason: str) -> str:
    """Returns the layer that gave this reason."""
    return next((layer for words, layer in MARKERS if words in reason), UNKNOWN)
