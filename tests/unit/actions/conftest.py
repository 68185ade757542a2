"""A library whose texts name themselves, and turns of a dialogue with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.registry import all_actions
from actions.turn import Outcome, Turn
from knowledge.library.models import Library
from tests.scripted_clinic import ScriptedTriage, scripted_library

Act = Callable[..., Outcome]


@pytest.fixture(scope="session")
def library() -> Library:
    return scripted_library()


@pytest.fixture
def act(library: Library) -> Act:
    """Runs an action on a message: `act(name, text, channel, active_loop, **slots)`."""
    actions = {action.name(): action for action in all_actions(lambda: library)}

    def run(name: str, text: str = "hello", **given: Any) -> Outcome:
        decision = ScriptedTriage().decide(text)
        turn = Turn(
            text=text,
            channel=given.pop("channel", "web"),
            active_loop=given.pop("active_loop", None),
            intent=decision.intent,
            category=decision.category,
            tier=decision.tier,
            faq_ids=decision.faq_ids,
            language=decision.language,
            reason="script",
            slots=given,
        )
        return actions[name].outcome(turn)

    return run


def remembered(outcome: Outcome) -> dict[str, Any]:
    """Returns what the slots are after an outcome."""
    return {e["name"]: e["value"] for e in outcome.events if e["event"] == "slot"}


def opened(outcome: Outcome) -> list[str | None]:
    """Returns the forms that an outcome opens; None closes the open one."""
    return [e["name"] for e in outcome.events if e["event"] == "active_loop"]
