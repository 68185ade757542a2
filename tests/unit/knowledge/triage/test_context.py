"""A thought that runs over two messages, and one that was dealt with before."""

from __future__ import annotations

import pytest

from knowledge.text import Normaliser
from knowledge.triage import Triage
from knowledge.triage.parts import Part, message_parts


def _parts(text: str, *previous: str) -> tuple[Part, ...]:
    return message_parts(text, previous, Normaliser.default())


def _texts(kind: str, parts: tuple[Part, ...]) -> list[str]:
    return [part.expanded for part in parts if part.kind == kind]


@pytest.mark.parametrize(
    ("before", "text", "tier"),
    [
        ("i bought a gun", "it is in my hand", "T1"),
        ("i just swallowed", "all thirty of them", "T0"),
        ("i took", "the whole bottle", "T0"),
        ("i want to", "die", "T1"),
    ],
)
def test_red_line_is_found_when_it_runs_over_two_messages(
    before: str, text: str, tier: str, triage: Triage
) -> None:
    decision = triage.decide(text, previous=("opening hours", before))

    assert (decision.route, decision.tier) == ("escalate", tier)


@pytest.mark.parametrize(
    "before", ["i want to die", "she wont wake up", "my rope is ready in the garage", "call me"]
)
@pytest.mark.parametrize("text", ["opening hours on sunday", "What are your opening hours?"])
def test_red_line_does_not_fire_again_when_the_next_message_is_harmless(
    before: str, text: str, triage: Triage
) -> None:
    decision = triage.decide(text, previous=(before,))

    assert (decision.route, decision.faq_ids) == ("answer", ("hours",))


def test_new_red_line_fires_when_the_message_before_was_one_too(triage: Triage) -> None:
    decision = triage.decide("i took a bunch of pills", previous=("call me",))

    assert (decision.category, decision.tier) == ("self_harm", "T0")


def test_only_the_newest_message_before_counts_when_there_are_several(triage: Triage) -> None:
    decision = triage.decide("the whole bottle", previous=("i took", "opening hours"))

    assert decision.category != "medical_emergency"


def test_parts_begin_with_the_whole_message_when_it_is_split() -> None:
    parts = _parts("How much is it? Where are u")

    assert parts[0] == Part("whole", "how much is it? where are you", parts[0].folded)
    assert parts[0].folded == "how much is it where are you"
    assert _texts("sentence", parts) == ["how much is it?", "where are you"]


def test_parts_hold_clauses_too_when_a_sentence_joins_two_questions() -> None:
    parts = _parts("how much is it and where are you")

    assert _texts("sentence", parts) == ["how much is it", "where are you"]


def test_parts_hold_each_wording_once_when_a_message_repeats_itself() -> None:
    parts = _parts("cost? cost? cost?")

    assert [part.expanded for part in parts] == ["cost? cost? cost?", "cost?"]


def test_parts_hold_the_message_before_when_this_one_is_short() -> None:
    parts = _parts("and cost", "the first", "i wonder abt ketamine")

    assert _texts("context", parts) == ["i wonder about ketamine [SEP] and cost"]
    assert _texts("previous", parts) == ["i wonder about ketamine"]


def test_parts_leave_the_message_before_out_when_this_one_stands_by_itself() -> None:
    parts = _parts("one two three four five six seven eight nine ten eleven twelve more", "before")

    assert not _texts("context", parts)
    assert not _texts("previous", parts)


def test_parts_hold_overlapping_windows_when_a_message_is_longer_than_the_encoder_reads() -> None:
    words = [f"w{chr(97 + i // 24)}o{chr(98 + i % 24)}y" for i in range(130)]

    windows = _texts("window", _parts(" ".join(words)))

    assert windows[0].split() == words[:60]
    assert windows[1].split() == words[40:100]
    assert {word for window in windows for word in window.split()} == set(words)


def test_parts_hold_no_window_when_the_encoder_reads_all_of_a_message() -> None:
    assert not _texts("window", _parts(" ".join(f"word{i} is here." for i in range(26))))


def test_parts_are_bounded_when_a_message_never_ends() -> None:
    assert len(_parts(" ".join(f"word{i} is here." for i in range(2000)))) <= 80
