"""Messages that are decided together are decided as each by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from knowledge.decision import Decision
from knowledge.library import Library
from knowledge.triage import Triage
from tests.small_library import calibration
from tests.unit.knowledge.triage.test_decisions import DECIDED


def _said(decision: Decision) -> dict[str, Any]:
    """Returns all of a decision but its figures, which are compared by themselves."""
    rounded = dataclasses.replace(decision, confidence=0.0, candidates=())
    return {**rounded.to_dict(), "candidates": [c.faq_id for c in decision.candidates]}


def test_decisions_are_those_of_single_messages_when_many_are_decided(
    library: Library, triage: Triage
) -> None:
    texts = [text for text, *_ in DECIDED] + [message.text for message in calibration()]
    texts += [text for faq in library.faqs.values() for text in (faq.question, *faq.variants)]
    texts += [e.text for line in library.red_lines.values() for e in line.examples]
    texts += ["what are your hours? and what does it cost", "quiero morir", "y cuanto cuesta"]
    messages: list[tuple[str, tuple[str, ...]]] = [(text, ()) for text in texts]
    messages += [("what does it cost", ("opening hours",)), ("just kidding", ("i want to die",))]

    together = triage.decide_all(messages)

    alone = [triage.decide(text, previous=previous) for text, previous in messages]
    assert [_said(decision) for decision in together] == [_said(decision) for decision in alone]
    figures = [(d.confidence, *(c.score for c in d.candidates)) for d in together]
    for found, decision in zip(figures, alone, strict=True):
        expected = (decision.confidence, *(c.score for c in decision.candidates))
        assert found == pytest.approx(expected, abs=1e-5)


def test_nothing_is_decided_when_there_are_no_messages(triage: Triage) -> None:
    assert triage.decide_all([]) == []
