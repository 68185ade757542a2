"""Texts of the chat's own buttons, and thumbs."""

from __future__ import annotations

import pytest

from actions.shortcuts import shortcut


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Leave contact details", "give_contact"),
        ("No thanks", "deny"),
        ("None of these", "choose_option"),
        (" SKIP ", "skip"),
        ("👍", "feedback_positive"),
        ("👍🏽", "feedback_positive"),
        ("👎\ufe0f", "feedback_negative"),
        ("thumbs down", "feedback_negative"),
    ],
)
def test_shortcut_knows_the_texts_of_buttons_and_thumbs(text: str, intent: str) -> None:
    decision = shortcut(text)

    assert decision is not None
    assert (decision.route, decision.intent, decision.text) == ("smalltalk", intent, text)


@pytest.mark.parametrize("text", ["", "skip my dose", "👍👎", "leave contact details now", "🔫"])
def test_shortcut_leaves_everything_else_to_triage(text: str) -> None:
    assert shortcut(text) is None
