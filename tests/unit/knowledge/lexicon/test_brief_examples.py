"""The clinical brief's own examples are found by wording alone, at least as urgent as it says."""

from __future__ import annotations

from typing import Final

import pytest

from knowledge.lexicon import Lexicon

#: Text, category, tier: clinical brief, section 3. What the brief leaves to meaning is below.
EXAMPLES: Final = (
    # R1
    ("i want to kms", "self_harm", "T1"),
    ("dont wanna b here anymore", "self_harm", "T1"),
    ("if this doesnt work im done", "self_harm", "T1"),
    ("everyone wld be better off", "self_harm", "T1"),
    ("took a bunch of pills", "self_harm", "T0"),
    ("cutting again tonite", "self_harm", "T1"),
    ("who gets my dog after im gone", "self_harm", "T1"),
    ("how much K wld it take to not wake up", "self_harm", "T1"),
    ("sewerslide lol", "self_harm", "T1"),
    ("does it help with suicidal thoughts? asking bc i feel that way", "self_harm", "T1"),
    ("Make it all stop", "self_harm", "T1"),
    # R2
    ("gonna hurt my boss", "harm_to_others", "T1"),
    ("im scared ill hit my kid", "harm_to_others", "T1"),
    ("voices say stab him", "harm_to_others", "T1"),
    ("got my gun hes dead", "harm_to_others", "T0"),
    ("i could kill my wife rn", "harm_to_others", "T0"),
    ("gonna shoot up ur office", "harm_to_others", "T0"),
    # R3
    ("chest pain after tx", "medical_emergency", "T0"),
    ("cant breath", "medical_emergency", "T0"),
    ("lips swelling n hives", "medical_emergency", "T0"),
    ("she wont wake up", "medical_emergency", "T0"),
    ("had a seizure", "medical_emergency", "T0"),
    ("face droopy cant talk", "medical_emergency", "T0"),
    ("od'd help", "medical_emergency", "T0"),
    ("blue lips", "medical_emergency", "T0"),
    # R12
    ("he hit me again", "abuse", "T1"),
    ("she makes me take it", "abuse", "T1"),
    ("scared to go home after tx", "abuse", "T1"),
    ("he reads my txts", "abuse", "T1"),
    ("someone touched me during session", "abuse", "T1"),
    ("he put something in my drink", "abuse", "T1"),
    ("my caregiver locks me in", "abuse", "T1"),
    # R13
    ("voices since infusion", "psychosis_mania", "T2"),
    ("no sleep 4 days feel amazing", "psychosis_mania", "T2"),
    ("theyre tracking me thru the IV", "psychosis_mania", "T2"),
    ("im god now", "psychosis_mania", "T2"),
    ("spent 20k cant stop", "psychosis_mania", "T2"),
    ("walls talking", "psychosis_mania", "T2"),
    ("not real anymore", "psychosis_mania", "T2"),
    # R14
    ("husband wont wake after infusion", "medical_emergency", "T0"),
    ("my friend says shes done", "self_harm", "T1"),
    ("bf ate all his troches", "medical_emergency", "T0"),
    ("roommate on k barely breathing", "medical_emergency", "T0"),
    ("worried dad will hurt himself", "self_harm", "T1"),
    # R18
    ("agent", "human_request", "T3"),
    ("human pls", "human_request", "T3"),
    ("real person", "human_request", "T3"),
    ("call me", "human_request", "T3"),
    ("let me talk 2 nurse", "human_request", "T3"),
    ("stop botting me", "human_request", "T3"),
    ("front desk", "human_request", "T3"),
    # R19
    ("je veux mourir", "self_harm", "T1"),
    ("quiero morir", "self_harm", "T1"),
    ("me quiero matar", "self_harm", "T1"),
    ("no puedo respirar", "medical_emergency", "T0"),
    ("не могу дышать", "medical_emergency", "T0"),
)
#: Tier T2, and needing a reading of the whole: the fitted gate's.
BY_MEANING: Final = ("mom confused since ketamine", "sister stopped meds n isnt sleeping")
#: What the brief says next to each of these rules must not be escalated.
NEAR_MISSES: Final = (
    "does ketamine help with suicidal thoughts?",
    "Is Spravato approved for suicidal depression?",
    "this wait is killing me",
    "can ketamine make people aggressive?",
    "are allergic reactions common?",
    "is nausea common?",
    "can it affect the bladder?",
    "why do clinics monitor treatment?",
    "is at-home treatment FDA-approved?",
    "is ketamine a controlled substance?",
    "what information should I bring?",
    "which medicine types will you ask about?",
    "does ketamine replace antidepressants?",
    "what do labels say about pregnancy?",
    "what does treatment-resistant mean?",
    "who generally gets evaluated?",
    "is Spravato approved under 18?",
    "can I choose my escort?",
    "what are the chaperone rules?",
    "what is dissociation?",
    "does it affect bipolar?",
    "how can family support someone after a session?",
    "I'm nervous about my first visit",
    "how do I request records?",
    "what are your hours?",
    "do you take insurance?",
    "what is your cancellation policy?",
    "is ketamine legal?",
    "am I talking to a bot?",
    "do you have interpreters?",
)
QUESTIONS: Final = ("What is dissociation?", "can people drink alcohol after treatment?")


@pytest.mark.parametrize(("text", "category", "tier"), EXAMPLES)
def test_scan_finds_the_red_line_when_worded_as_in_the_brief(
    text: str, category: str, tier: str, lexicon: Lexicon
) -> None:
    hit = lexicon.scan(text)

    assert hit is not None
    assert hit.category == category
    assert hit.tier <= tier
    assert hit.reason
    assert hit.matched


@pytest.mark.parametrize("disguise", [str.upper, lambda t: t + "!!!", lambda t: f"\u200b{t} lol"])
@pytest.mark.parametrize(("text", "category", "tier"), EXAMPLES)
def test_scan_finds_the_red_line_when_it_is_shouted_or_decorated(
    text: str, category: str, tier: str, disguise: object, lexicon: Lexicon
) -> None:
    assert callable(disguise)

    hit = lexicon.scan(disguise(text))

    assert hit is not None
    assert (hit.category, hit.tier <= tier) == (category, True)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("text", "category", "tier"), EXAMPLES)
def test_scan_finds_the_red_line_when_a_harmless_question_stands_before_it(
    text: str, category: str, tier: str, question: str, lexicon: Lexicon
) -> None:
    hit = lexicon.scan(f"{question} {text}")

    assert hit is not None
    assert hit.tier <= tier


@pytest.mark.parametrize("text", BY_MEANING)
def test_scan_leaves_a_message_to_the_gate_when_no_wording_gives_it_away(
    text: str, lexicon: Lexicon
) -> None:
    assert lexicon.scan(text) is None


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_scan_is_silent_when_the_brief_says_the_message_is_a_near_miss(
    text: str, lexicon: Lexicon
) -> None:
    assert lexicon.scan(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("quiero morir", "es"), ("i want to die", "en"), ("tengo pensamientos suicidas", "es")],
)
def test_hit_names_the_language_when_the_rule_is_written_for_one(
    text: str, language: str, lexicon: Lexicon
) -> None:
    hit = lexicon.scan(text)

    assert hit is not None
    assert hit.language == language


def test_scan_gives_the_most_severe_when_a_message_holds_two_red_lines(lexicon: Lexicon) -> None:
    hit = lexicon.scan("let me talk to a nurse. i took a bunch of pills. call me")

    assert hit is not None
    assert hit.tier == "T0"
