"""The one path of a message: received, answered or escalated, recorded."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.adapters.database.models import ConversationRow, EscalationRow, MessageRow
from bot.conversation.errors import (
    ClientMessageIdReusedError,
    ConversationNotFoundError,
    DialogueError,
    InvalidInputError,
)
from bot.conversation.model import Author, Channel, ContactDetails, Feedback, Outcome, State
from tests.scripted_dialogue import (
    ANSWER,
    NOTICE,
    Clinic,
    decision,
    red_line,
    reply,
    result_of,
)


def test_message_gets_its_replies_and_outcome_when_the_dialogue_answers(clinic: Clinic) -> None:
    conversation = clinic.start()
    exchange = clinic.conversations.post(conversation, "m1", "is it approved?")
    assert exchange.message.outcome is Outcome.REPLIED
    assert [r.text for r in exchange.replies] == [ANSWER.text]
    assert exchange.replies[0].reply == ANSWER
    assert exchange.replies[0].seq == exchange.message.seq + 1
    assert clinic.rows(EscalationRow) == []


def test_conversation_starts_with_the_notice_when_it_is_created(clinic: Clinic) -> None:
    started = clinic.conversations.start(Channel.WEB)
    assert started.notice.kind == "notice"
    assert started.notice.seq == 1
    assert started.conversation.notice_at is not None


def test_dialogue_gets_the_last_two_texts_when_there_are_more(clinic: Clinic) -> None:
    conversation = clinic.start()
    for number in range(4):
        clinic.conversations.post(conversation, f"m{number}", f"text {number}")
    assert clinic.dialogue.requests[-1].previous == ("text 1", "text 2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text-empty"),
        (" \n\t ", "text-empty"),
        ("\u200b\u200d\ufeff", "text-empty"),
        ("x" * 10_000, "text-too-long"),
        ("a\x00b", "text-invalid"),
        ("half \ud800", "text-invalid"),
    ],
)
def test_message_is_refused_when_its_text_cannot_be_accepted(
    clinic: Clinic, text: str, code: str
) -> None:
    conversation = clinic.start()
    with pytest.raises(InvalidInputError) as caught:
        clinic.conversations.post(conversation, "m1", text)
    assert (caught.value.code, caught.value.field) == (code, "text")
    assert caught.value.fix
    assert len(clinic.rows(MessageRow)) == 1


@pytest.mark.parametrize("text", ["\U0001f62d\U0001f62d", "<script>alert(1)</script>", "/restart"])
def test_message_is_kept_as_written_when_it_is_odd_but_valid(clinic: Clinic, text: str) -> None:
    exchange = clinic.conversations.post(clinic.start(), "m1", text)
    assert exchange.message.text == text
    assert exchange.replies


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a b", "a\nb", "é"])
def test_message_is_refused_when_its_client_id_is_malformed(clinic: Clinic, client_id: str) -> None:
    with pytest.raises(InvalidInputError, match="client_message_id"):
        clinic.conversations.post(clinic.start(), client_id, "hello")


def test_message_is_refused_when_the_conversation_is_unknown(clinic: Clinic) -> None:
    with pytest.raises(ConversationNotFoundError):
        clinic.conversations.post("no-such-id", "m1", "hello")


def test_repeat_gives_the_same_replies_when_the_client_sends_again(clinic: Clinic) -> None:
    conversation = clinic.start()
    first = clinic.conversations.post(conversation, "m1", "hello")
    second = clinic.conversations.post(conversation, "m1", "hello")
    assert (second.message.id, second.replies) == (first.message.id, first.replies)
    assert len(clinic.dialogue.requests) == 1


def test_repeat_is_refused_when_its_text_differs(clinic: Clinic) -> None:
    conversation = clinic.start()
    clinic.conversations.post(conversation, "m1", "hello")
    with pytest.raises(ClientMessageIdReusedError):
        clinic.conversations.post(conversation, "m1", "something else")


@pytest.mark.parametrize("reason", ["unreachable", "timeout", "status", "empty", "malformed"])
def test_holding_reply_and_escalation_are_written_when_the_dialogue_fails(
    clinic: Clinic, reason: str
) -> None:
    clinic.dialogue.script["hello"] = DialogueError(reason)
    exchange = clinic.conversations.post(clinic.start(), "m1", "hello")
    assert exchange.message.outcome is Outcome.FAILED
    assert [r.kind for r in exchange.replies] == ["holding"]
    (escalation,) = clinic.rows(EscalationRow)
    assert (escalation.category, escalation.tier) == ("failure", "T3")


def test_holding_reply_is_written_when_the_dialogue_has_a_bug(
    clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    clinic.dialogue.script["my secret words"] = ZeroDivisionError("my secret words")
    exchange = clinic.conversations.post(clinic.start(), "m1", "my secret words")
    assert exchange.message.outcome is Outcome.FAILED
    assert "secret" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_crisis_reply_is_sent_when_the_dialogue_fails_on_a_red_line(clinic: Clinic) -> None:
    clinic.dialogue.script["i want to die"] = DialogueError("timeout")
    exchange = clinic.conversations.post(clinic.start(), "m1", "i want to die")
    assert [r.kind for r in exchange.replies] == ["crisis"]
    (escalation,) = clinic.rows(EscalationRow)
    assert (escalation.category, escalation.tier) == ("self_harm", "T1")


def test_crisis_reply_is_sent_when_triage_saw_it_before_the_dialogue_failed(clinic: Clinic) -> None:
    found = decision("coded words", route="escalate", category="self_harm", tier="T1")
    clinic.dialogue.script["coded words"] = DialogueError("status", "HTTP 503", found)
    exchange = clinic.conversations.post(clinic.start(), "m1", "coded words")
    assert [r.kind for r in exchange.replies] == ["crisis"]
    assert [e.category for e in clinic.rows(EscalationRow)] == ["self_harm"]


def test_crisis_reply_comes_first_when_a_notice_is_sent_with_it(clinic: Clinic) -> None:
    conversation = clinic.start()
    with clinic.database.write() as session:
        session.get_one(ConversationRow, conversation).notice_at = None
    clinic.dialogue.script["i want to die"] = result_of(NOTICE, red_line("self_harm", "T1"))
    exchange = clinic.conversations.post(conversation, "m1", "i want to die")
    assert [r.kind for r in exchange.replies] == ["crisis", "notice"]


def test_notice_is_left_out_when_the_visitor_has_seen_it(clinic: Clinic) -> None:
    clinic.dialogue.script["hello"] = result_of(NOTICE, ANSWER)
    exchange = clinic.conversations.post(clinic.start(), "m1", "hello")
    assert [r.kind for r in exchange.replies] == ["answer"]


def test_escalation_is_written_when_only_the_decision_says_so(clinic: Clinic) -> None:
    found = decision("x", route="escalate", category="dosing", tier="T2")
    clinic.dialogue.script["x"] = result_of(reply("smalltalk", "ok"), decision=found)
    exchange = clinic.conversations.post(clinic.start(), "m1", "x")
    assert [e.category for e in clinic.rows(EscalationRow)] == ["dosing"]
    assert exchange.message.decision == found


def test_nothing_is_escalated_when_triage_only_found_no_answer(clinic: Clinic) -> None:
    found = decision("Mornings", route="escalate", category="unanswerable", tier="T3")
    clinic.dialogue.script["Mornings"] = result_of(reply("contact_saved", "ok"), decision=found)
    clinic.conversations.post(clinic.start(), "m1", "Mornings")
    assert clinic.rows(EscalationRow) == []


def test_contact_and_feedback_are_kept_when_the_dialogue_learnt_them(clinic: Clinic) -> None:
    conversation = clinic.start()
    answer = clinic.conversations.post(conversation, "m1", "hello").replies[0]
    contact = ContactDetails("phone", "202-555-0123", "mornings")
    clinic.dialogue.script["bye"] = result_of(
        reply("contact_saved", "Thanks."), contact=contact, feedback=Feedback("up")
    )
    clinic.conversations.post(conversation, "m2", "bye")
    case = clinic.desk.get_conversation(conversation)
    assert case.contact == contact
    assert case.feedback == (Feedback("up", answer.id),)


def test_unanswered_message_gets_holding_and_escalation_when_a_process_died(
    clinic: Clinic,
) -> None:
    conversation = clinic.start()
    clinic.dialogue.during = _die
    with pytest.raises(_ProcessDiedError):
        clinic.conversations.post(conversation, "m1", "hello")
    assert clinic.conversations.recover_unanswered(dt.timedelta(seconds=20)) == 0
    clinic.clock.turn(seconds=21)
    assert clinic.conversations.recover_unanswered(dt.timedelta(seconds=20)) == 1
    assert clinic.conversations.recover_unanswered(dt.timedelta(seconds=20)) == 0
    stored = clinic.store.messages(conversation, 0, 10)
    assert [m.author for m in stored] == [Author.BOT, Author.VISITOR, Author.BOT]
    assert stored[1].outcome is Outcome.RECOVERED
    assert [e.category for e in clinic.rows(EscalationRow)] == ["failure"]


class _ProcessDiedError(BaseException):
    """Stands for a process that ends in the middle of a message."""


def _die(_request: object) -> None:
    raise _ProcessDiedError


def test_late_answer_is_dropped_when_the_message_was_recovered_meanwhile(clinic: Clinic) -> None:
    conversation = clinic.start()

    def recover(_request: object) -> None:
        clinic.clock.turn(seconds=60)
        clinic.conversations.recover_unanswered(dt.timedelta(seconds=20))

    clinic.dialogue.during = recover
    exchange = clinic.conversations.post(conversation, "m1", "hello")
    assert exchange.message.outcome is Outcome.RECOVERED
    assert [r.kind for r in exchange.replies] == ["holding"]


def test_danger_is_added_when_it_is_found_after_the_message_was_recovered(clinic: Clinic) -> None:
    conversation = clinic.start()

    def recover(_request: object) -> None:
        clinic.clock.turn(seconds=60)
        clinic.conversations.recover_unanswered(dt.timedelta(seconds=20))

    clinic.dialogue.during = recover
    clinic.dialogue.script["no way out"] = red_line("self_harm", "T1")
    exchange = clinic.conversations.post(conversation, "m1", "no way out")
    assert exchange.message.outcome is Outcome.RECOVERED
    assert [r.kind for r in exchange.replies] == ["holding", "crisis"]
    assert [(e.category, e.tier) for e in clinic.rows(EscalationRow)] == [("self_harm", "T1")]
    assert clinic.store.conversation(conversation).state is State.LOCKED


def test_other_messages_are_recovered_when_one_cannot_be(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.dialogue.during = _die
    conversations = [clinic.start(), clinic.start()]
    for conversation in conversations:
        with pytest.raises(_ProcessDiedError):
            clinic.conversations.post(conversation, "m1", "hello")
    locked = clinic.store.locked

    def broken(conversation_id: str) -> object:
        if conversation_id == conversations[0]:
            raise ValueError("a row that cannot be read")
        return locked(conversation_id)

    monkeypatch.setattr(clinic.store, "locked", broken)
    clinic.clock.turn(seconds=21)
    assert clinic.conversations.recover_unanswered(dt.timedelta(seconds=20)) == 1
    assert clinic.store.messages(conversations[1], 1, 1)[0].outcome is Outcome.RECOVERED
