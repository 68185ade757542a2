"""Staff take over, answer, hand back and resolve."""

from __future__ import annotations

import pytest

from bot.adapters.database.models import AuditRow, EscalationEventRow, EscalationRow
from bot.conversation.errors import (
    AlreadyHeldError,
    ClientMessageIdReusedError,
    ConversationNotFoundError,
    InvalidInputError,
    MessageNotFoundError,
    NoOpenEscalationError,
    NotHeldError,
    UnseenMessageError,
)
from bot.conversation.model import Author, ContactDetails, Feedback, Outcome, State, Status
from bot.conversation.visitor import rate, save_contact
from tests.scripted_dialogue import START, Clinic, PlainTexts, red_line


@pytest.fixture
def escalated(clinic: Clinic) -> tuple[Clinic, str]:
    conversation = clinic.start()
    clinic.dialogue.script["what dose"] = red_line("dosing", "T2")
    clinic.conversations.post(conversation, "m1", "what dose")
    return clinic, conversation


def test_bot_is_silent_when_staff_hold_the_conversation(escalated: tuple[Clinic, str]) -> None:
    clinic, conversation = escalated
    clinic.desk.claim(conversation, clinic.staff())
    asked = len(clinic.dialogue.requests)
    exchange = clinic.conversations.post(conversation, "m2", "hello?")
    assert (exchange.replies, exchange.message.outcome) == ((), Outcome.HELD)
    assert exchange.conversation.state is State.STAFF
    assert len(clinic.dialogue.requests) == asked


def test_bots_answer_is_dropped_when_staff_claim_meanwhile(escalated: tuple[Clinic, str]) -> None:
    clinic, conversation = escalated
    sam = clinic.staff()
    clinic.dialogue.during = lambda _request: clinic.desk.claim(conversation, sam)
    exchange = clinic.conversations.post(conversation, "m2", "is it approved")
    assert (exchange.replies, exchange.message.outcome) == ((), Outcome.HELD)


def test_escalation_is_raised_when_a_held_visitor_writes_crisis_words(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    clinic.desk.claim(conversation, clinic.staff())
    exchange = clinic.conversations.post(conversation, "m2", "i want to die")
    assert exchange.replies == ()
    (escalation,) = clinic.rows(EscalationRow)
    assert (escalation.tier, escalation.category) == ("T1", "self_harm")


def test_second_claim_is_refused_with_the_name_when_another_holds_it(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    sam, kim = clinic.staff("Sam"), clinic.staff("Kim")
    clinic.desk.claim(conversation, sam)
    clinic.desk.claim(conversation, sam)
    with pytest.raises(AlreadyHeldError, match="Sam"):
        clinic.desk.claim(conversation, kim)
    with pytest.raises(AlreadyHeldError, match="Sam"):
        clinic.desk.resolve(conversation, kim, "done")


def test_staff_reply_reaches_the_conversation_once_when_sent_twice(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    sam = clinic.staff()
    clinic.desk.claim(conversation, sam)
    first = clinic.desk.staff_reply(conversation, sam, "s1", "Hello, this is Sam.")
    second = clinic.desk.staff_reply(conversation, sam, "s1", "Hello, this is Sam.")
    assert first.id == second.id
    assert (first.author, first.staff_name) == (Author.STAFF, "Sam")
    with pytest.raises(ClientMessageIdReusedError):
        clinic.desk.staff_reply(conversation, sam, "s1", "Another text")
    assert clinic.rows(EscalationRow)[0].status == "waiting"


def test_staff_reply_is_refused_when_the_conversation_is_not_theirs(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    sam, kim = clinic.staff("Sam"), clinic.staff("Kim")
    with pytest.raises(NotHeldError):
        clinic.desk.staff_reply(conversation, sam, "s1", "Hi")
    clinic.desk.claim(conversation, sam)
    with pytest.raises(NotHeldError):
        clinic.desk.staff_reply(conversation, kim, "s1", "Hi")
    with pytest.raises(NotHeldError):
        clinic.desk.hand_back(conversation, kim)
    with pytest.raises(InvalidInputError):
        clinic.desk.staff_reply(conversation, sam, "s1", " ")


def test_escalation_is_open_for_anyone_when_it_is_handed_back(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    sam = clinic.staff()
    clinic.desk.claim(conversation, sam)
    clinic.desk.hand_back(conversation, sam)
    (escalation,) = clinic.desk.list_open_escalations()
    assert (escalation.status, escalation.claimed_by) == (Status.OPEN, None)
    exchange = clinic.conversations.post(conversation, "m2", "is it approved")
    assert [r.kind for r in exchange.replies] == ["answer"]
    texts = [m.text for m in clinic.desk.get_conversation(conversation).messages]
    assert "The assistant is back." in texts


def test_every_step_is_logged_and_audited_when_staff_act(escalated: tuple[Clinic, str]) -> None:
    clinic, conversation = escalated
    sam = clinic.staff()
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "my private words")
    clinic.desk.resolve(conversation, sam, "Called back")
    events = clinic.rows(EscalationEventRow)
    assert [e.kind for e in events] == ["opened", "claimed", "waiting", "resolved"]
    audited = clinic.rows(AuditRow)
    actions = ["conversation.claim", "conversation.reply", "conversation.resolve"]
    assert [a.action for a in audited] == actions
    assert {a.actor_id for a in audited} == {sam.account_id}
    assert "private" not in str([vars(a) for a in audited])


def test_inbox_is_ordered_by_tier_and_age_when_there_are_several(clinic: Clinic) -> None:
    clinic.dialogue.script |= {
        "refund": red_line("complaint", "T3"),
        "breathing": red_line("medical_emergency", "T0"),
        "dose": red_line("dosing", "T2"),
    }
    for text in ("refund", "dose", "breathing", "dose"):
        clinic.conversations.post(clinic.start(), "m1", text)
        clinic.clock.turn(minutes=1)
    inbox = clinic.desk.list_open_escalations()
    assert [e.tier for e in inbox] == ["T0", "T2", "T2", "T3"]
    assert inbox[1].opened_at < inbox[2].opened_at
    assert [e.tier for e in clinic.desk.list_open_escalations(limit=1, offset=3)] == ["T3"]


def test_resolving_is_refused_when_nothing_is_open(clinic: Clinic) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    with pytest.raises(NoOpenEscalationError):
        clinic.desk.resolve(conversation, sam, "done")
    with pytest.raises(ConversationNotFoundError):
        clinic.desk.get_conversation("no-such-id")


def test_staff_can_take_over_when_nothing_was_escalated(clinic: Clinic) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    clinic.desk.claim(conversation, sam)
    exchange = clinic.conversations.post(conversation, "m1", "hello")
    assert exchange.message.outcome is Outcome.HELD
    assert clinic.rows(EscalationRow) == []


def test_contact_details_reach_staff_when_nothing_was_escalated(clinic: Clinic) -> None:
    conversation = clinic.start()
    contact = ContactDetails("email", "pat@example.org", None)
    save_contact(clinic.store, conversation, contact, START)
    assert clinic.desk.get_conversation(conversation).contact == contact
    assert [e.category for e in clinic.rows(EscalationRow)] == ["human_request"]


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (ContactDetails("pigeon", "roof"), "method"),
        (ContactDetails("phone", None), "value"),
        (ContactDetails("phone", "1\x00"), "value"),
        (ContactDetails("phone", "1" * 201), "value"),
        (ContactDetails("phone", "123", ""), "best_time"),
    ],
)
def test_contact_details_are_refused_when_one_is_wrong(
    clinic: Clinic, contact: ContactDetails, field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        save_contact(clinic.store, clinic.start(), contact, START)
    assert caught.value.field == field


def test_second_rating_replaces_the_first_when_both_are_for_one_answer(clinic: Clinic) -> None:
    conversation = clinic.start()
    answer = clinic.conversations.post(conversation, "m1", "hello").replies[0]
    rate(clinic.store, PlainTexts(), conversation, Feedback("up", answer.id), START)
    rate(clinic.store, PlainTexts(), conversation, Feedback("down", answer.id, "wrong"), START)
    ratings = clinic.desk.get_conversation(conversation).feedback
    assert ratings == (Feedback("down", answer.id, "wrong"),)


def test_rating_is_refused_when_its_message_is_not_a_reply_of_the_conversation(
    clinic: Clinic,
) -> None:
    conversation = clinic.start()
    exchange = clinic.conversations.post(clinic.start(), "m1", "hello")
    for message_id in ("nonsense", exchange.replies[0].id):
        with pytest.raises(MessageNotFoundError):
            rate(clinic.store, PlainTexts(), conversation, Feedback("up", message_id), START)
    with pytest.raises(InvalidInputError):
        rate(clinic.store, PlainTexts(), conversation, Feedback("sideways"), START)


def test_case_stays_open_when_the_patient_wrote_what_staff_have_not_seen(
    escalated: tuple[Clinic, str],
) -> None:
    clinic, conversation = escalated
    sam = clinic.staff()
    clinic.desk.claim(conversation, sam)
    seen = clinic.store.messages(conversation, 0, 100)[-1].seq
    message = clinic.conversations.post(conversation, "m2", "one more thing").message
    with pytest.raises(UnseenMessageError):
        clinic.desk.resolve(conversation, sam, "Done", seen=seen)
    with pytest.raises(UnseenMessageError):
        clinic.desk.hand_back(conversation, sam, seen=seen)
    assert clinic.store.conversation(conversation).state is State.STAFF
    clinic.desk.resolve(conversation, sam, "Done", seen=message.seq)
    assert clinic.rows(EscalationRow)[0].status == "resolved"


@pytest.mark.parametrize(("answered", "cases"), [(False, ["open"]), (True, [])])
def test_patient_is_in_front_of_staff_when_nobody_looked_before_handing_back(
    clinic: Clinic, answered: bool, cases: list[str]
) -> None:
    conversation, sam = clinic.start(), clinic.staff()
    clinic.desk.claim(conversation, sam)
    clinic.conversations.post(conversation, "m1", "hello?")
    if answered:
        clinic.desk.staff_reply(conversation, sam, "s1", "Hello.")
    clinic.desk.hand_back(conversation, sam)
    assert [row.status for row in clinic.rows(EscalationRow)] == cases
