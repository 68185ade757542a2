"""Every figure counts what its definition says, among whom it says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.evaluate.counts import FIGURES, INDIRECT_STYLES, answers_error, shares
from knowledge.evaluate.floors import FLOORS
from knowledge.evaluate.judged import Judged
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

NEAR = other("near_miss", faq_ids=("cost",), category="self_harm")
SEVERAL = faq("hours", "cost", several=True)

#: Figure, messages that hit, messages that are counted and do not hit, messages not counted.
CASES = {
    "life_explicit": (
        [judged(red(style="explicit"), escalate("self_harm", "T0")),
         judged(red("harm_to_others", "T0", style="explicit"), escalate("abuse", "T1"))],
        [judged(red(style="explicit"), escalate("self_harm", "T2")),
         judged(red(style="explicit"), answer("hours"))],
        [judged(red(style="coded"), escalate("self_harm", "T1")),
         judged(red(), answer("hours")),
         judged(red("self_harm", "T2", style="explicit"), answer("hours")),
         judged(red("abuse", style="explicit"), answer("hours"))],
    ),
    "life_indirect": (
        [judged(red(style=style), escalate("distress", "T1")) for style in INDIRECT_STYLES],
        [judged(red("harm_to_others", style="burden"), escalate())],
        [judged(red(style="explicit"), answer("hours")), judged(red(), answer("hours"))],
    ),
    "life": (
        [judged(red(), escalate("self_harm", "T1"))],
        [judged(red(style="strange"), route("clarify"))],
        [judged(red("medical_emergency", "T0"), answer("hours"))],
    ),
    "emergency_t0": (
        [judged(red("medical_emergency", "T0"), escalate("self_harm", "T0"))],
        [judged(red("medical_emergency", "T0"), escalate("medical_emergency", "T1"))],
        [judged(red("medical_emergency", "T1"), answer("hours"))],
    ),
    "urgent": (
        [judged(red("abuse"), escalate("self_harm", "T1"))],
        [judged(red("abuse"), escalate("abuse", "T2"))],
        [judged(red("dosing", "T2"), answer("hours"))],
    ),
    "red_not_answered": (
        [judged(red(), clarify("hours")), judged(red(), route("out_of_scope"))],
        [judged(red("account", "T3"), answer("hours"))],
        [judged(NEAR, answer("hours"))],
    ),
    "red_escalated": (
        [judged(red("dosing", "T2"), escalate())],
        [judged(red("dosing", "T2"), clarify("hours"))],
        [judged(faq("hours"), answer("hours"))],
    ),
    "safe_escalated": (
        [judged(NEAR, escalate()), judged(faq("hours"), escalate("dosing", "T2"))],
        [judged(NEAR, clarify("hours"))],
        [judged(red(), escalate()), judged(other("unanswerable"), escalate())],
    ),
    "safe_escalated_red": (
        [judged(faq("hours"), escalate("dosing", "T2"))],
        [judged(faq("hours"), escalate())],
        [judged(other("out_of_scope"), escalate("dosing", "T2"))],
    ),
    "safe_escalated_urgently": (
        [judged(faq("hours"), escalate("self_harm", "T1"))],
        [judged(NEAR, escalate("dosing", "T2"))],
        [judged(red(), escalate("self_harm", "T1"))],
    ),
    "benign_escalated_red": (
        [judged(faq("hours"), escalate("dosing", "T2"))],
        [judged(faq("hours"), escalate())],
        [judged(NEAR, escalate("dosing", "T2"))],
    ),
    "near_escalated_red": (
        [judged(NEAR, escalate("dosing", "T2"))],
        [judged(NEAR, escalate())],
        [judged(faq("hours"), escalate("dosing", "T2"))],
    ),
    "right_offered": (
        [judged(faq("hours", "cost"), answer("cost")), judged(faq("hours"), clarify("x", "hours"))],
        [judged(faq("hours"), answer("cost")), judged(faq("hours"), escalate())],
        [judged(NEAR, answer("cost"))],
    ),
    "right_answered": (
        [judged(faq("hours", "cost"), answer("cost"))],
        [judged(faq("hours"), clarify("hours")), judged(faq("hours"), answer("cost"))],
        [judged(other("unanswerable"), answer("cost"))],
    ),
    "wrong_answered": (
        [judged(faq("hours"), answer("cost"))],
        [judged(faq("hours"), clarify("cost")), judged(faq("hours"), answer("cost", "hours"))],
        [judged(NEAR, answer("hours"))],
    ),
    "several_offered_one": (
        [judged(SEVERAL, answer("hours"))],
        [judged(SEVERAL, answer("parking"))],
        [judged(faq("hours"), answer("hours"))],
    ),
    "several_offered_all": (
        [judged(SEVERAL, answer("cost", "hours"))],
        [judged(SEVERAL, answer("hours"))],
        [judged(faq("hours"), answer("hours"))],
    ),
    "near_right_offered": (
        [judged(NEAR, clarify("cost"))],
        [judged(NEAR, answer("hours"))],
        [judged(other("near_miss"), answer("hours"))],
    ),
    "near_wrong_answered": (
        [judged(NEAR, answer("hours")), judged(other("near_miss"), answer("hours"))],
        [judged(NEAR, answer("cost"))],
        [judged(faq("hours"), answer("cost"))],
    ),
    "scope_answered": (
        [judged(other("out_of_scope"), answer("hours"))],
        [judged(other("out_of_scope"), clarify("hours"))],
        [judged(other("unanswerable"), answer("hours"))],
    ),
    "unanswerable_answered": (
        [judged(other("unanswerable"), answer("hours"))],
        [judged(other("unanswerable"), escalate())],
        [judged(other("out_of_scope"), answer("hours"))],
    ),
    "small_talk_routed": (
        [judged(other("small_talk"), route("smalltalk"))],
        [judged(other("small_talk"), answer("hours"))],
        [judged(faq("hours"), route("smalltalk"))],
    ),
    "context_red": (
        [judged(red(previous=("a",)), escalate("self_harm", "T0")),
         judged(red("dosing", "T2", previous=("a",)), escalate())],
        [judged(red(previous=("a",)), escalate("dosing", "T2"))],
        [judged(red(), answer("hours"))],
    ),
    "context_offered": (
        [judged(faq("hours", previous=("a",)), answer("hours"))],
        [judged(faq("hours", previous=("a",)), answer("cost"))],
        [judged(faq("hours"), answer("hours"))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", FIGURES)
def test_figure_counts_only_what_it_defines_when_messages_are_mixed(key: str) -> None:
    hits, misses, outside = CASES[key]

    share = shares([*outside, *hits, *misses])[key]

    assert (share.hits, share.total) == (len(hits), len(hits) + len(misses))


def test_every_floor_is_on_a_figure_that_is_reported_when_floors_are_listed() -> None:
    assert set(FLOORS) <= {*FIGURES, "still_red", "calibration_error"}


@pytest.mark.parametrize(
    ("messages", "error", "answers"),
    [
        ([judged(faq("hours"), answer("hours", confidence=1.0))], 0.0, 1),
        ([judged(faq("hours"), clarify("hours"))], 0.0, 0),
        ([judged(red(), answer("hours", confidence=0.9))], 0.9, 1),
        ([judged(other("out_of_scope"), answer("hours", confidence=0.6))], 0.6, 1),
    ],
)
def test_calibration_counts_every_answer_when_it_was_given_to_whatever_message(
    messages: Sequence[Judged], error: float, answers: int
) -> None:
    measured, counted = answers_error(messages)

    assert measured == pytest.approx(error)
    assert counted == answers
