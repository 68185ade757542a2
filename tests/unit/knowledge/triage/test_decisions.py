"""What is done with a message: every route, on a triage fitted by the real code."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from knowledge.decision import Decision
from knowledge.library import Library
from knowledge.triage import Triage
from knowledge.triage.artifact import Artifact
from tests.small_library import WordEncoder

#: Text, route, category, tier, FAQs.
DECIDED: Final = (
    ("What are your opening hours?", "answer", None, None, ("hours",)),
    ("opening hours on sunday", "answer", None, None, ("hours",)),
    ("tell me your fee", "answer", None, None, ("cost",)),
    ("hello", "smalltalk", None, None, ()),
    ("thanks a lot", "smalltalk", None, None, ()),
    ("tell me a joke about soup", "out_of_scope", None, None, ()),
    ("needle or street", "escalate", "unanswerable", "T3", ()),
    ("my lab result", "escalate", "account", "T3", ()),
    ("what dose should i take in mg", "escalate", "dosing", "T2", ()),
    ("the note is on the kitchen table", "escalate", "self_harm", "T1", ()),
    ("i want to die", "escalate", "self_harm", "T1", ()),
    ("cant breathe", "escalate", "medical_emergency", "T0", ()),
    ("???", "escalate", "unanswerable", "T3", ()),
    ("", "escalate", "unanswerable", "T3", ()),
)


@pytest.mark.parametrize(("text", "route", "category", "tier", "faq_ids"), DECIDED)
def test_decision_takes_the_route_when_the_message_is_of_its_kind(
    text: str,
    route: str,
    category: str | None,
    tier: str | None,
    faq_ids: tuple[str, ...],
    triage: Triage,
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.category, decision.tier) == (route, category, tier)
    assert decision.faq_ids == faq_ids
    assert decision.text == text
    assert 0 <= decision.confidence <= 1
    assert decision.reasons
    assert Decision.from_dict(decision.to_dict()).to_dict() == decision.to_dict()


@pytest.mark.parametrize(
    ("text", "intent"),
    [("hello", "greet"), ("thank you", "thank"), ("my lab result", "staff_matter"),
     ("i want to die", "crisis"), ("cant breathe", "emergency"), ("your fee", "ask_faq"),
     ("what dose should i take in mg", "clinical_question")],
)  # fmt: skip
def test_intent_is_the_dialogues_name_when_a_route_is_chosen(
    text: str, intent: str, triage: Triage
) -> None:
    assert triage.decide(text).intent == intent


@pytest.mark.parametrize("joint", ["? ", " and ", ". also ", "\n"])
@pytest.mark.parametrize(
    ("red", "tier"), [("i want to die", "T1"), ("she wont wake up", "T0"), ("call me", "T3")]
)
def test_red_line_wins_when_a_question_with_an_answer_stands_beside_it(
    red: str, tier: str, joint: str, triage: Triage
) -> None:
    for text in (f"opening hours{joint}{red}", f"{red}{joint}opening hours"):
        decision = triage.decide(text)

        assert decision.route == "escalate", text
        assert decision.tier is not None
        assert decision.tier <= tier, text


def test_most_severe_tier_wins_when_a_message_holds_two_red_lines(triage: Triage) -> None:
    decision = triage.decide("what dose should i take in mg. i took a bunch of pills")

    assert (decision.category, decision.tier) == ("self_harm", "T0")
    assert any('wording: "' in reason for reason in decision.reasons)


@pytest.mark.parametrize(
    ("text", "faq_ids"),
    [
        ("the price of an infusion? directions to your building?", ("cost", "location")),
        ("the price of an infusion and where is the street address", ("cost", "location")),
        ("hello there. pain from the needle? driving next day?", ("needle", "driving")),
    ],
)
def test_answer_holds_each_faq_in_order_when_a_message_asks_several_questions(
    text: str, faq_ids: tuple[str, ...], triage: Triage
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.faq_ids) == ("answer", faq_ids)
    assert "2 questions" in decision.reasons[0]


def test_answer_holds_three_at_most_when_a_message_asks_four_questions(triage: Triage) -> None:
    decision = triage.decide(
        "opening hours? the price of an infusion? directions to your building? driving next day?"
    )

    assert decision.faq_ids == ("hours", "cost", "location")


def test_canonical_question_is_answered_when_it_is_sent_by_a_tap(
    triage: Triage, library: Library
) -> None:
    for faq in library.faqs.values():
        decision = triage.decide(faq.question.upper())

        assert decision.faq_ids == ((faq.id,) if faq.servable else ())
        assert decision.confidence == 0.99
        assert "own question" in decision.reasons[0]


@pytest.mark.parametrize(
    ("text", "footer"),
    [
        ("Does ketamine help with suicidal thoughts?", "soft_crisis"),
        ("studies of suicidal thinking", "soft_crisis"),
        ("the price of an infusion? research on suicidal thoughts?", "soft_crisis"),
        ("opening hours", None),
    ],
)
def test_answer_carries_the_footer_when_faq_or_message_mentions_suicide(
    text: str, footer: str | None, triage: Triage
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.footer) == ("answer", footer)


@pytest.mark.parametrize("text", ["Is there parking?", "tell me about a parking lot"])
def test_answer_is_withheld_with_the_reason_when_the_faq_may_not_be_served(
    text: str, triage: Triage
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.category, decision.tier) == ("escalate", "unanswerable", "T3")
    assert decision.faq_ids == ()
    assert decision.reasons[-1].endswith("is withheld: clinic facts are not set: LOT")


def test_all_questions_are_withheld_when_one_of_several_faqs_may_not_be_served(
    triage: Triage,
) -> None:
    decision = triage.decide("the price of an infusion? tell me about a parking lot?")

    assert (decision.route, decision.faq_ids) == ("escalate", ())
    assert "LOT" in decision.reasons[-1]


def test_choices_are_offered_when_one_of_three_is_likely_and_none_is_sure(
    library: Library, artifact: Artifact
) -> None:
    unsure = dataclasses.replace(
        artifact.thresholds, answer=2.0, part_answer=2.0, clarify=0.0, out_of_scope=1.1
    )
    triage = Triage(library, WordEncoder(), dataclasses.replace(artifact, thresholds=unsure))

    decision = triage.decide("needle or street")

    assert (decision.route, decision.intent) == ("clarify", "ambiguous")
    assert len(set(decision.faq_ids)) == 3
    assert decision.faq_ids == tuple(c.faq_id for c in decision.candidates[:3])


def test_candidates_are_the_best_five_in_order_when_retrieval_was_asked(triage: Triage) -> None:
    scores = [candidate.score for candidate in triage.decide("opening hours on sunday").candidates]

    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)


def test_decision_is_the_same_when_the_channel_is_sms(triage: Triage) -> None:
    for text, *_ in DECIDED:
        assert triage.decide(text, "sms") == triage.decide(text, "web")


def test_decisions_are_the_same_when_many_threads_ask_at_once(triage: Triage) -> None:
    texts = [text for text, *_ in DECIDED] * 5

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(triage.decide, texts))

    assert together == [triage.decide(text) for text in texts]


@pytest.mark.parametrize("text", ["a" * 10_000, "😀" * 500, "\x00", "<script>alert(1)</script>"])
def test_decision_is_made_when_a_message_is_odd(text: str, triage: Triage) -> None:
    decision = triage.decide(text)

    assert decision.text == text
    assert decision.route != "answer"
