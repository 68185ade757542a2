"""Claim, reply, hand back, resolve; and who is told when it was somebody else."""

from __future__ import annotations

import pytest

from bot.adapters.database.models import EscalationRow, MessageRow
from bot.conversation import Channel, ContactDetails
from bot.conversation.model import Author, Outcome, State
from bot.conversation.visitor import save_contact
from tests.desk_visitor import Desk, hidden_fields


def _staff_texts(desk: Desk) -> list[str]:
    rows = desk.clinic.rows(MessageRow)
    return [row.text for row in rows if row.author == Author.STAFF.value]


def test_case_goes_its_way_when_staff_claim_reply_and_resolve(desk: Desk) -> None:
    conversation = desk.case("i want to die")
    sam = desk.logged_in("Sam")
    assert sam.act(conversation, "claim").status_code == 303
    silent = desk.clinic.conversations.post(conversation, "m2", "hello?")
    assert (silent.replies, silent.message.outcome) == ((), Outcome.HELD)

    sent = sam.act(conversation, "reply", text="Hello, this is Sam.\r\nI am here.\r\n")
    assert sent.status_code == 303
    assert _staff_texts(desk) == ["Hello, this is Sam.\nI am here."]

    done = sam.act(conversation, "resolve", outcome="spoke", note="Safe,  with her sister")
    assert done.location == "/"
    (case,) = desk.clinic.rows(EscalationRow)
    assert (case.status, case.resolution) == (
        "resolved",
        "Spoke with the patient: Safe, with her sister",
    )
    assert desk.clinic.store.conversation(conversation).state is State.BOT
    assert "Safe, with her sister" in sam.get("/resolved").text
    assert conversation not in sam.get("/").text
    page = sam.get(f"/conversations/{conversation}").text
    for step in ("Case opened", "Claimed", "Staff replied", "Resolved"):
        assert step in page


def test_second_claim_says_who_was_first_when_two_claim(desk: Desk) -> None:
    conversation = desk.case()
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")
    stale = kim.get(f"/conversations/{conversation}").text
    assert sam.act(conversation, "claim").status_code == 303
    late = kim.client.post(f"/conversations/{conversation}/claim", data=hidden_fields(stale))
    assert late.status_code == 409
    assert "Already claimed by Sam" in late.text
    assert "Claim this conversation" not in late.text


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("reply", "you do not have this conversation"),
        ("hand-back", "you do not have this conversation"),
        ("resolve", "Sam has this conversation"),
    ],
)
def test_action_is_refused_with_the_reason_when_another_holds_it(
    desk: Desk, action: str, told: str
) -> None:
    conversation = desk.case()
    desk.logged_in("Sam").act(conversation, "claim")
    fields = {"text": "my long answer", "client_message_id": "k1", "outcome": "spoke"}
    response = desk.logged_in("Kim").act(conversation, action, **fields)
    assert response.status_code == 409
    assert told in response.text
    assert ("my long answer" in response.text) == (action == "reply")
    assert _staff_texts(desk) == []


def test_reply_is_sent_once_when_the_form_is_sent_twice(desk: Desk) -> None:
    conversation = desk.case()
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    form = hidden_fields(sam.get(f"/conversations/{conversation}").text) | {"text": "Hello."}
    for _ in range(2):
        response = sam.client.post(f"/conversations/{conversation}/reply", data=form)
        assert response.status_code == 303
    assert _staff_texts(desk) == ["Hello."]
    form["text"] = "Something else."
    response = sam.client.post(f"/conversations/{conversation}/reply", data=form)
    assert response.status_code == 409
    assert "Something else." in response.text


@pytest.mark.parametrize("text", ["", "  \r\n ", "\u200b", "a\x00b", "x" * 4001])
def test_reply_is_kept_in_the_form_when_it_cannot_be_sent(desk: Desk, text: str) -> None:
    conversation = desk.case()
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    response = sam.act(conversation, "reply", text=text)
    assert response.status_code == 422
    assert "Not sent." in response.text
    assert text.strip()[:50] in response.text
    assert _staff_texts(desk) == []


@pytest.mark.parametrize(
    ("tick", "state"), [({}, State.LOCKED), ({"clear_lock": "yes"}, State.BOT)]
)
def test_pause_ends_with_handing_back_only_when_staff_say_so(
    desk: Desk, tick: dict[str, str], state: State
) -> None:
    conversation = desk.case("i want to die")
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    assert sam.act(conversation, "hand-back", **tick).status_code == 303
    assert desk.clinic.store.conversation(conversation).state is state
    assert conversation in sam.get("/").text


@pytest.mark.parametrize("outcome", ["", "invented"])
def test_case_stays_open_when_the_outcome_is_missing(desk: Desk, outcome: str) -> None:
    conversation = desk.case()
    response = desk.logged_in().act(conversation, "resolve", outcome=outcome)
    assert response.status_code == 422
    assert "Choose how it ended" in response.text
    assert desk.clinic.rows(EscalationRow)[0].status == "open"


def test_resolving_says_so_when_it_was_done_already(desk: Desk) -> None:
    conversation = desk.case()
    sam = desk.logged_in()
    assert sam.act(conversation, "resolve", outcome="nothing").status_code == 303
    response = sam.act(conversation, "resolve", outcome="nothing")
    assert response.status_code == 409
    assert "resolved already" in response.text


def test_conversation_shows_everything_when_it_is_opened(desk: Desk) -> None:
    conversation = desk.case()
    desk.clinic.conversations.post(conversation, "m2", "is it approved")
    contact = ContactDetails("phone", "202-555-0123", "after 5 pm")
    save_contact(desk.clinic.store, conversation, contact, desk.clinic.clock())
    page = desk.logged_in().get(f"/conversations/{conversation}").text
    for shown in (
        "Asks about a dose",
        "script: dosing",
        "what dose",
        "is it approved",
        "<strong>No.</strong> See the label.",
        "Agency, Label (2024)",
        "Draft answer",
        '<a href="tel:2025550123">202-555-0123</a>',
        "after 5 pm",
        "Nobody has it yet",
        "Nov 23, 7:00 AM",
    ):
        assert shown in page, shown


def test_sms_conversation_shows_the_text_that_was_sent(desk: Desk) -> None:
    desk.clinic.start = lambda: _sms(desk)  # type: ignore[method-assign]
    conversation = desk.case("is it approved")
    page = desk.logged_in().get(f"/conversations/{conversation}").text
    assert "Text message" in page
    assert "**No.** See the label." in page


def _sms(desk: Desk) -> str:
    return desk.clinic.conversations.start(Channel.SMS).conversation.id


def test_live_part_has_the_new_message_when_the_page_asks(desk: Desk) -> None:
    conversation = desk.case()
    sam = desk.logged_in()
    desk.clinic.conversations.post(conversation, "m2", "are you there?")
    part = sam.poll(f"/conversations/{conversation}").text
    assert part.lstrip().startswith('<div id="live"')
    assert "are you there?" in part
    assert "<html" not in part


def test_forms_are_left_alone_only_while_one_can_do_the_same(desk: Desk) -> None:
    conversation = desk.case("i want to die")
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")

    def kept() -> tuple[str, ...]:
        path = f"/conversations/{conversation}"
        pages = (sam.poll(path).text, kim.poll(path).text)
        return tuple(p.partition('data-keep="')[2].partition('"')[0] for p in pages)

    assert kept() == ("nobody-open-paused", "nobody-open-paused")
    sam.act(conversation, "claim")
    assert kept() == ("me-open-paused", "another-open-paused")
    sam.act(conversation, "resolve", outcome="spoke")
    assert kept() == ("nobody-closed-answering", "nobody-closed-answering")


@pytest.mark.parametrize(
    ("action", "fields"), [("resolve", {"outcome": "answered"}), ("hand-back", {})]
)
def test_conversation_is_kept_when_the_patient_wrote_after_the_page_was_made(
    desk: Desk, action: str, fields: dict[str, str]
) -> None:
    conversation = desk.case()
    sam = desk.logged_in("Sam")
    sam.act(conversation, "claim")
    page = f"/conversations/{conversation}"
    form = hidden_fields(sam.get(page).text)
    desk.clinic.conversations.post(conversation, "m2", "wait, one more thing")
    late = sam.client.post(f"{page}/{action}", data={**form, **fields})
    assert late.status_code == 409
    assert "the patient wrote meanwhile" in late.text
    assert "wait, one more thing" in late.text
    assert sam.act(conversation, action, **fields).status_code == 303
