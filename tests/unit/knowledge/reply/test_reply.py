"""Replies are the library's words, chosen by a decision."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from knowledge.decision import CATEGORIES
from knowledge.lexicon import Lexicon
from knowledge.library import Faq, Library, load_library
from knowledge.reply import (
    KINDS,
    Escalation,
    Reply,
    answer_reply,
    clarify_reply,
    escalation_reply,
    holding_reply,
    message_reply,
)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def _with(library: Library, faq_id: str, **changes: Any) -> Library:
    faq: Faq = dataclasses.replace(library.faqs[faq_id], **changes)
    return dataclasses.replace(library, faqs={**library.faqs, faq_id: faq})


def test_answer_is_the_curated_text_when_one_faq_answers(library: Library) -> None:
    faq = library.faqs["cost"]

    reply = answer_reply(library, ["cost"], None)

    assert (reply.kind, reply.text, reply.sms) == ("answer", faq.answer, faq.sms)
    assert [source["key"] for source in reply.sources] == list(faq.sources)
    assert reply.draft is faq.draft
    assert (reply.footer, reply.escalation) == (None, None)


def test_answer_offers_the_follow_up_questions_when_they_may_be_served(library: Library) -> None:
    withheld = _with(library, "insurance", servable=False)

    titles = [button.title for button in answer_reply(withheld, ["cost"], None).buttons]

    wanted = [i for i in library.faqs["cost"].follow_ups if i != "insurance"]
    assert titles == [library.faqs[i].question for i in wanted]


def test_answer_names_each_question_when_several_faqs_answer(library: Library) -> None:
    reply = answer_reply(library, ["cost", "hours"], None)

    for faq_id in ("cost", "hours"):
        assert f"**{library.faqs[faq_id].question}**" in reply.text
        assert library.faqs[faq_id].answer in reply.text
    keys = [source["key"] for source in reply.sources]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("faq_id", "footer"), [("cost", "soft_crisis"), ("suicidal-thoughts-evidence", None)]
)
def test_answer_carries_the_crisis_footer_when_decision_or_faq_asks_for_it(
    faq_id: str, footer: str | None, library: Library
) -> None:
    reply = answer_reply(library, [faq_id], footer)

    wording = library.message("soft_crisis_footer")
    assert reply.footer == wording.web
    assert reply.sms.endswith(wording.sms)


def test_answer_becomes_an_escalation_when_it_may_not_be_served(library: Library) -> None:
    withheld = _with(library, "cost", servable=False, unservable_reason="not approved")

    reply = answer_reply(withheld, ["hours", "cost"], None)

    assert reply.kind == "escalation"
    assert reply.escalation is not None
    assert reply.escalation.category == "unanswerable"
    assert "not approved" in reply.escalation.reason
    assert library.faqs["hours"].answer not in reply.text


def test_clarify_offers_each_question_as_an_ordinary_message_when_unsure(library: Library) -> None:
    reply = clarify_reply(library, ["cost", "insurance"])

    questions = [library.faqs[i].question for i in ("cost", "insurance")]
    assert [(b.title, b.text) for b in reply.buttons] == [(q, q) for q in questions]
    assert f"1. {questions[0]}\n2. {questions[1]}" in reply.sms
    assert reply.kind == "clarify"


@pytest.mark.parametrize(
    ("category", "tier", "kind"),
    [
        ("self_harm", "T1", "crisis"),
        ("self_harm", "T0", "crisis"),
        ("medical_emergency", "T0", "emergency"),
        ("adverse_effect", "T0", "emergency"),
        ("adverse_effect", "T2", "escalation"),
        ("complaint", "T3", "escalation"),
        ("unanswerable", "T3", "escalation"),
    ],
)
def test_escalation_has_the_kind_of_its_tier_when_built(
    category: Any, tier: Any, kind: str, library: Library
) -> None:
    reply = escalation_reply(library, category, tier, "why")

    assert reply.kind == kind
    assert reply.escalation == Escalation(category, tier, "why")


def test_escalation_speaks_spanish_when_there_is_an_approved_text(library: Library) -> None:
    spanish = escalation_reply(library, "self_harm", "T1", "why", "es")
    other = escalation_reply(library, "self_harm", "T1", "why", "fr")

    assert spanish.text == library.red_lines["self_harm"].replies["es"].web
    assert other.text == library.red_lines["self_harm"].replies["en"].web


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("tier", ["T0", "T1", "T2", "T3"])
def test_escalation_always_has_words_for_both_channels(
    category: Any, tier: Any, library: Library
) -> None:
    reply = escalation_reply(library, category, tier, "why")

    assert reply.text
    assert reply.sms


def test_holding_reply_is_the_emergency_text_when_the_words_say_so(
    library: Library, lexicon: Lexicon
) -> None:
    reply = holding_reply(library, lexicon, "i want to kill myself", "dialogue timed out")

    assert reply.kind == "crisis"
    assert reply.escalation is not None
    assert reply.escalation.category == "self_harm"
    assert "dialogue timed out" in reply.escalation.reason
    assert "988" in reply.sms


def test_holding_reply_escalates_as_a_failure_when_nothing_is_recognized(
    library: Library, lexicon: Lexicon
) -> None:
    reply = holding_reply(library, lexicon, "how much does it cost", "dialogue timed out")

    assert (reply.kind, reply.text) == ("holding", library.message("holding").web)
    assert reply.escalation is not None
    assert (reply.escalation.category, reply.escalation.tier) == ("failure", "T3")


def test_payload_is_the_same_reply_when_it_went_over_the_wire(library: Library) -> None:
    for reply in (
        answer_reply(library, ["cost"], "soft_crisis"),
        clarify_reply(library, ["cost", "hours"]),
        escalation_reply(library, "self_harm", "T1", "why", "es"),
        message_reply(library, "greet", "smalltalk"),
    ):
        assert Reply.from_dict(json.loads(json.dumps(reply.to_dict()))) == reply


@pytest.mark.parametrize("change", [{"kind": "joke"}, {"sms": None, "kind": None}])
def test_payload_is_refused_when_a_field_is_wrong(change: dict[str, Any], library: Library) -> None:
    payload = message_reply(library, "greet", "smalltalk").to_dict() | change

    with pytest.raises(ValueError, match="reply: "):
        Reply.from_dict(payload)


@pytest.mark.parametrize("field", Reply("answer", "", "").to_dict())
def test_payload_is_refused_when_a_field_is_missing(field: str, library: Library) -> None:
    payload = message_reply(library, "greet", "smalltalk").to_dict()
    del payload[field]

    with pytest.raises(ValueError, match=field):
        Reply.from_dict(payload)


def test_kinds_are_those_of_the_contract() -> None:
    assert set(KINDS) >= {"answer", "clarify", "crisis", "emergency", "escalation", "holding"}
