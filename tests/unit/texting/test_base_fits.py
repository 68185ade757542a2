"""Every text that the clinic's own knowledge can send, as it goes out in production."""

from __future__ import annotations

import dataclasses

import pytest

from bot.conversation.model import Author, Message
from bot.conversation.texting.composing import DRAFT_MARK, MORE_HINT, texts_of
from bot.conversation.texting.long_version import long_version
from bot.sms_text import cut, split_text
from knowledge.decision import Tier
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.library.models import Library
from knowledge.reply import Reply, answer_reply, clarify_reply, escalation_reply, message_reply
from knowledge.text.gsm7 import measure
from tests.scripted_dialogue import START

SEGMENTS = 2
URGENT = 160


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(KNOWLEDGE_DIR, mode="local")


def _texts(reply: Reply) -> tuple[str, ...]:
    approved = dataclasses.replace(reply, draft=False)
    message = Message("m", "c", 1, Author.BOT, reply.text, START, kind=reply.kind, reply=approved)
    return texts_of(message)


def test_every_answer_fits_two_segments_when_it_is_texted(library: Library) -> None:
    hinted = 0
    for faq_id in library.faqs:
        reply = answer_reply(library, [faq_id], library.faqs[faq_id].footer)
        texts = _texts(reply)
        assert len(texts) == 1, faq_id
        sent = measure(texts[0])
        assert (sent.encoding, sent.segments <= SEGMENTS) == ("GSM-7", True), faq_id
        hinted += texts[0].endswith(MORE_HINT)
    assert hinted > len(library.faqs) / 2


def test_every_red_line_and_fixed_text_fits_and_is_whole_when_it_is_texted(
    library: Library,
) -> None:
    replies: list[Reply] = []
    for line in library.red_lines.values():
        replies += [escalation_reply(library, line.category, "T0", "", n) for n in line.replies_t0]
        replies += [
            escalation_reply(library, line.category, line.tier, "", n) for n in line.replies
        ]
    replies += [
        message_reply(library, key, "holding", language)
        for key, wordings in library.messages.items()
        for language in wordings
    ]
    assert len(replies) > len(library.red_lines) + len(library.messages)
    for reply in replies:
        (text,) = _texts(reply)
        assert measure(text).segments <= (SEGMENTS if reply.language == "en" else 4), text
        assert "".join(text.split()) == "".join(cut(reply.sms).text.split())


def test_number_and_action_stand_in_the_first_segment_when_a_reply_is_urgent(
    library: Library,
) -> None:
    for line in library.red_lines.values():
        tiers: set[Tier] = {line.tier, "T0"} if line.replies_t0 else {line.tier}
        for tier in tiers:
            reply = escalation_reply(library, line.category, tier, "")
            if reply.kind in ("crisis", "emergency"):
                start = _texts(reply)[0][:URGENT]
                assert "988" in start or "911" in start, (line.category, tier)


def test_every_choice_is_numbered_when_it_is_texted(library: Library) -> None:
    ids = list(library.faqs)
    for start in range(0, len(ids) - 2, 3):
        texts = _texts(clarify_reply(library, ids[start : start + 3]))
        assert len(texts) == 1
        assert [f"\n{n}. " in texts[0] for n in (1, 2, 3)] == [True] * 3


def test_every_long_version_is_whole_and_plain_when_it_is_texted(library: Library) -> None:
    for faq_id in library.faqs:
        long = long_version(answer_reply(library, [faq_id], library.faqs[faq_id].footer))
        assert not {"**", "](", "[@"} & {long[i : i + 2] for i in range(len(long))}, faq_id
        texts = split_text(long)
        assert all(measure(text).segments <= 4 for text in texts), faq_id
        assert " ".join(" ".join(texts).split()) == " ".join(cut(long).text.split()), faq_id


def test_answer_says_that_it_is_a_draft_when_no_clinician_has_approved_it(
    library: Library,
) -> None:
    faq_id = next(iter(library.faqs))
    reply = dataclasses.replace(answer_reply(library, [faq_id], None), draft=True)
    message = Message("m", "c", 1, Author.BOT, reply.text, START, kind=reply.kind, reply=reply)
    assert texts_of(message)[0].startswith(DRAFT_MARK)


def test_help_names_the_clinic_and_both_numbers_when_it_is_asked_for(library: Library) -> None:
    (text,) = _texts(message_reply(library, "sms_help", "consent"))
    name, phone = library.facts["CLINIC_NAME"].sms, library.facts["CLINIC_PHONE"].sms
    assert all(part in text for part in (name, phone, "988", "911", "STOP"))
