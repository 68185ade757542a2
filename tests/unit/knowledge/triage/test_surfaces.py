"""Messages that are about the chat itself, and messages that are not English."""

from __future__ import annotations

import pytest

from knowledge.triage import Triage
from knowledge.triage.language import LanguageGuard
from knowledge.triage.small_talk import choice_intent, contact_intent

ENGLISH = (
    "how much does the treatment cost and when are you open i would like to know if it is a doctor"
    " in"
).split()


@pytest.mark.parametrize(
    "text",
    ["2", "#3", "the first one", "option 2", "number 1", "second", "last one please", "none",
     "none of these", "Neither!", "something else", "the 2nd", "i pick 3", "None of the above."],
)  # fmt: skip
def test_choice_is_recognised_when_a_message_only_picks_one(text: str, triage: Triage) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.intent) == ("smalltalk", "choose_option")


@pytest.mark.parametrize(
    "folded", ["12", "first infusion", "one more question", "two lozenges", "none of it works", ""]
)
def test_choice_is_not_seen_when_a_message_says_more(folded: str) -> None:
    assert choice_intent(folded) is None


@pytest.mark.parametrize(
    "text",
    ["202-555-0100", "+1 (202) 555 0100", "my number is 202.555.0100", "text me at 2025550100",
     "jo.doe+x@mail.example.org", "email: a@b.example", "ok: 202 555 0100"],
)  # fmt: skip
def test_contact_is_recognised_when_a_message_is_little_more_than_an_address(
    text: str, triage: Triage
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.intent) == ("smalltalk", "give_contact")


@pytest.mark.parametrize(
    "text",
    ["is 202-555-0100 the number of the clinic in the north", "call 911", "a@b", "18", "1/2/80",
     "why did somebody at 202-555-0100 ring my mother yesterday"],
)  # fmt: skip
def test_contact_is_not_seen_when_a_message_says_more_or_holds_none(text: str) -> None:
    assert contact_intent(text) is None


def test_red_line_wins_when_a_phone_number_stands_beside_it(triage: Triage) -> None:
    assert triage.decide("i will kms 202 555 0100").category == "self_harm"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("¿Cuánto cuesta el tratamiento para mi madre?", "es"),
        ("das ist alles sehr teuer und ich verstehe nichts", "de"),
        ("combien coûte le traitement pour ma mère", "fr"),
        ("Сколько стоит лечение", "ru"),
        ("我想预约", "zh"),
        ("予約をお願いします", "ja"),
        ("예약하고 싶어요", "ko"),
        ("أريد موعدا", "ar"),
        ("มีอะไรบ้าง", "th"),
    ],
)
def test_guard_names_the_language_when_a_message_is_not_english(text: str, language: str) -> None:
    assert LanguageGuard(ENGLISH).language(text, text.lower()) == language


@pytest.mark.parametrize(
    "text",
    ["how much does it cost", "spravatoo", "COVID", "is Dr. Müller in", "ok", "", "12345", "???",
     "what does “je ne sais quoi” cost and when are you open", "Does Nguyễn work here"],
)  # fmt: skip
def test_guard_takes_a_message_for_english_when_there_is_little_against_it(text: str) -> None:
    assert LanguageGuard(ENGLISH).language(text, text.lower()) == "en"


def test_other_language_goes_to_staff_when_it_is_no_crisis(triage: Triage) -> None:
    decision = triage.decide("Сколько стоит ваше лечение на сегодня")

    assert (decision.route, decision.category, decision.tier) == ("escalate", "language", "T3")
    assert (decision.language, decision.intent) == ("ru", "other_language")


@pytest.mark.parametrize(
    ("text", "tier", "language"),
    [("quiero morir", "T1", "es"), ("не могу дышать", "T0", "ru"), ("je veux mourir", "T1", "fr")],
)
def test_crisis_wins_when_it_is_written_in_another_language(
    text: str, tier: str, language: str, triage: Triage
) -> None:
    decision = triage.decide(text)

    assert (decision.route, decision.tier) == ("escalate", tier)
    assert decision.category in ("self_harm", "medical_emergency")
    assert decision.language == language
