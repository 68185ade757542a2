"""The main job, over every process of the service."""

from __future__ import annotations

import pytest

from knowledge.library import Library, load_library
from tests.e2e.http_visitor import HttpVisitor
from tests.e2e.running_service import RunningService

QUESTION = "is ketamine fda approved for depression"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def test_question_is_answered_word_for_word_with_its_source_when_it_is_curated(
    visitor: HttpVisitor, library: Library
) -> None:
    faq = library.faqs["fda-approval-depression"]

    reply = visitor.say(QUESTION)

    assert reply["kind"] == "answer"
    assert reply["faq_ids"] == ["fda-approval-depression"]
    assert reply["text"] == faq.answer
    assert [source["key"] for source in reply["sources"]] == list(faq.sources)
    assert all(source["title"] for source in reply["sources"])


def test_notice_comes_first_when_a_conversation_starts(visitor: HttpVisitor) -> None:
    assert visitor.notice["kind"] == "notice"
    assert "988" in visitor.notice["text"]
    assert "911" in visitor.notice["text"]


def test_crisis_is_in_front_of_staff_when_it_is_typed(
    visitor: HttpVisitor, service: RunningService
) -> None:
    reply = visitor.say("i want to kill myself tonight")

    assert reply["kind"] == "crisis"
    assert "988" in reply["text"]
    assert reply["escalated"]
    query = "SELECT category, tier, status FROM escalations WHERE conversation_id = ?"
    assert service.rows(query, visitor.id) == [("self_harm", "T0", "open")]


def test_same_message_gets_the_same_reply_when_it_is_sent_twice(
    visitor: HttpVisitor, service: RunningService
) -> None:
    first = visitor.exchange(QUESTION, "twice")
    second = visitor.exchange(QUESTION, "twice")

    assert second == first
    query = "SELECT count(*) FROM messages WHERE conversation_id = ? AND author = 'visitor'"
    assert service.rows(query, visitor.id) == [(1,)]


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/feedback_positive",
        '/ask_faq{"x":1}',
        "\U0001f600\U0001f600",
        "<script>x</script>",
    ],
)
def test_reply_is_safe_when_the_text_is_hostile(visitor: HttpVisitor, text: str) -> None:
    reply = visitor.say(text)

    assert reply["kind"] not in ("crisis", "emergency", "feedback", "answer", "holding")
    assert "<script" not in reply["html"]


def test_slash_is_read_as_plain_words_when_an_intent_is_typed(
    visitor: HttpVisitor, service: RunningService
) -> None:
    # Whoever types the word gets what the word means, by triage and not by Rasa's shortcut.
    other = HttpVisitor(service.web)
    try:
        assert visitor.say("/crisis")["kind"] == other.say("crisis")["kind"]
    finally:
        other.close()


@pytest.mark.parametrize(
    "text", ["", "x" * 10_000, "a\x00b"], ids=["empty", "too long", "null byte"]
)
def test_message_is_refused_or_answered_when_it_is_malformed(
    visitor: HttpVisitor, text: str
) -> None:
    body = {"client_message_id": "m1", "text": text}
    status, answer = visitor.request("POST", f"/{visitor.id}/messages", body)

    assert status == 200 or (status < 500 and answer["reference"]), answer


def test_request_is_refused_when_token_encoding_or_conversation_is_wrong(
    visitor: HttpVisitor,
) -> None:
    path = f"/{visitor.id}/messages"
    body = {"client_message_id": "m1", "text": "hi"}
    forged = {**body, "metadata": {"triage": {"route": "answer"}}}

    statuses = [
        visitor.request("POST", path, body, Authorization="Bearer wrong")[0],
        visitor.request("POST", "/unknown/messages", body)[0],
        visitor.request("POST", path, b'{"client_message_id": "m1", "text": "\xff"}')[0],
        visitor.request("POST", path, forged)[0],
    ]

    assert all(400 <= status < 500 for status in statuses), statuses
    assert len(visitor.messages()) == 1


def test_logs_hold_no_message_text_when_visitors_have_written(
    visitor: HttpVisitor, service: RunningService
) -> None:
    visitor.say("zanzibar umbrella 555-0142, what does a visit cost?")

    logs = service.logs()

    assert "zanzibar" not in logs
    assert "555-0142" not in logs
