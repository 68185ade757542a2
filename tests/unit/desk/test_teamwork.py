"""Assigning, acknowledging, notes, presence, search, and what the desk warns of."""

from __future__ import annotations

import threading

import pytest

from bot.adapters.database.models import AuditRow, EscalationRow, MessageRow, NotificationRow
from bot.conversation import ContactDetails
from bot.conversation.model import Author
from bot.conversation.visitor import save_contact
from bot.desk.filters import Filters
from bot.desk.live import INBOX, Changes
from tests.desk_visitor import Desk, hidden_fields


def _told(desk: Desk) -> list[str]:
    return [row.text for row in desk.clinic.rows(MessageRow) if row.kind == "handoff"]


def test_patient_and_holder_know_who_answers_when_a_case_is_taken_over(desk: Desk) -> None:
    conversation = desk.case()
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")
    sam.act(conversation, "claim")
    form = hidden_fields(sam.get(f"/conversations/{conversation}").text)
    to = str(desk.accounts.by_email("kim@clinic.example").id)
    assert kim.act(conversation, "assign", to=to).status_code == 303
    late = sam.client.post(f"/conversations/{conversation}/reply", data={**form, "text": "Hello."})
    assert late.status_code == 409
    assert "Hello." in late.text
    assert kim.act(conversation, "reply", text="Hi, I am Kim.").status_code == 303
    assert _told(desk) == ["Sam has joined.", "Kim has joined."]
    staff = [r.staff_name for r in desk.clinic.rows(MessageRow) if r.author == Author.STAFF.value]
    assert staff == ["Kim"]
    actions = [row.action for row in desk.clinic.rows(AuditRow) if "conversation" in row.action]
    assert actions == ["conversation.claim", "conversation.assign", "conversation.reply"]


@pytest.mark.parametrize("to", ["", "x", "999"])
def test_case_stays_when_it_is_assigned_to_nobody(desk: Desk, to: str) -> None:
    conversation = desk.case()
    assert desk.logged_in().act(conversation, "assign", to=to).status_code == 422
    assert desk.clinic.store.conversation(conversation).holder is None


def test_colleagues_see_it_when_somebody_is_on_it(desk: Desk) -> None:
    conversation = desk.case("i want to die")
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")
    assert 'data-alarming="1"' in kim.poll("/").text
    assert sam.act(conversation, "acknowledge").status_code == 303
    assert "Sam is on it, not claimed yet" in kim.poll("/").text
    assert 'data-alarming="0"' in kim.poll("/").text
    sam.act(conversation, "resolve", outcome="nothing")
    assert sam.act(conversation, "acknowledge").status_code == 409


def test_note_is_for_colleagues_only_when_it_is_saved(desk: Desk) -> None:
    conversation = desk.case()
    sam = desk.logged_in("Sam")
    assert sam.act(conversation, "note", text="Call <her> brother").status_code == 303
    page = desk.logged_in("Kim").get(f"/conversations/{conversation}").text
    assert "Call &lt;her&gt; brother" in page
    assert "brother" not in str([vars(row) for row in desk.clinic.rows(MessageRow)])
    assert sam.act(conversation, "note", text=" ").status_code == 422


def test_colleague_is_shown_while_they_look_and_type(desk: Desk) -> None:
    conversation = desk.case()
    path = f"/conversations/{conversation}"
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")
    sam.poll(path, "typing")
    assert "Sam is typing" in kim.poll(path).text
    desk.clinic.clock.turn(seconds=10)
    assert "Sam is looking at this" in kim.poll(path).text
    desk.clinic.clock.turn(seconds=40)
    assert "Sam" not in kim.poll(path).text.partition('id="present"')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["dose", "die", "refund"]),
        ("tier=T1", ["die"]),
        ("tier=T9", ["dose", "die", "refund"]),
        ("who=mine", ["refund"]),
        ("who=nobody", ["dose", "die"]),
        ("who=waiting", ["dose", "die"]),
        ("overdue=yes", ["die"]),
        ("channel=sms", []),
        ("q=what+dose", ["dose"]),
        ("q=555-0123", ["dose"]),
        ("q=BROTHER", ["die"]),
        ("q=100%25", []),
        ("q=%00", ["dose", "die", "refund"]),
        ("q=dose&tier=T1", []),
    ],
)
def test_inbox_is_narrowed_when_somebody_searches(desk: Desk, query: str, found: list[str]) -> None:
    cases = {"dose": desk.case("what dose"), "die": desk.case("i want to die")}
    cases["refund"] = desk.case("refund")
    sam = desk.logged_in("Sam")
    sam.act(cases["refund"], "claim")
    sam.act(cases["refund"], "reply", text="Hello.")
    sam.act(cases["die"], "note", text="Her brother called")
    contact = ContactDetails("phone", "202-555-0123", None)
    save_contact(desk.clinic.store, cases["dose"], contact, desk.clinic.clock())
    desk.clinic.clock.turn(minutes=20)
    for page in (sam.get(f"/?{query}").text, sam.poll(f"/?{query}").text):
        assert {n for n, c in cases.items() if c in page} == set(found)


def test_shared_list_is_never_old_when_something_happened(desk: Desk) -> None:
    sam, kim = desk.logged_in("Sam"), desk.logged_in("Kim")
    assert "Nothing is waiting" in sam.poll("/").text
    conversation = desk.case()
    assert conversation in kim.poll("/").text
    sam.act(conversation, "claim")
    assert "Sam has it" in kim.poll("/").text
    assert conversation in sam.poll("/?who=mine").text
    assert conversation not in kim.poll("/?who=mine").text


def test_desk_warns_when_nobody_was_told_of_a_case(desk: Desk) -> None:
    desk.case("i want to die")
    sam = desk.logged_in()
    assert "FAQBOT_PAGE_LADDER names no person" in sam.get("/").text
    assert "nobody has been told" not in sam.get("/").text
    desk.clinic.clock.turn(minutes=2)
    assert "nobody has been told" in sam.get("/").text
    (case,) = desk.clinic.rows(EscalationRow)
    row = NotificationRow(escalation_id=case.id, round=case.page_round, step=0, attempts=1)
    row.target, row.status, row.planned_at = "webhook", "failed", desk.clinic.clock()
    row.problem = "the webhook answered 500"
    with desk.clinic.database.write() as session:
        session.add(row)
    page = sam.get("/").text
    assert "Staff could not be told by webhook: the webhook answered 500" in page
    assert "It is not tried again" in page


def test_stream_tells_of_a_change_when_there_was_one(desk: Desk) -> None:
    changes = Changes(desk.clinic.database, desk.clinic.clock, 2, every=0.02)
    heard = changes.events(INBOX, lambda: True)
    assert next(heard).startswith("retry")
    conversation = desk.case()
    assert "changed" in next(heard)
    other = changes.events(conversation, lambda: True)
    next(other)
    desk.clinic.conversations.post(conversation, "m2", "hello")
    assert "changed" in next(other)
    heard.close()
    other.close()


def test_stream_ends_when_the_session_did(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.desk.live._HEARTBEAT", 0.05)
    changes = Changes(desk.clinic.database, desk.clinic.clock, 1, every=0.02)
    assert [*changes.events(INBOX, lambda: False)] == ["retry: 2000\n\n"]


def test_stream_tells_again_when_a_look_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = Changes(desk.clinic.database, desk.clinic.clock, most=1, every=0.02)
    look = changes._look
    failed: list[tuple[str, ...]] = []

    def fails_once(subjects: tuple[str, ...]) -> object:
        if len(subjects) == 1 and not failed and threading.current_thread().name == "desk-live":
            failed.append(subjects)
            raise ValueError("a row that cannot be read")
        return look(subjects)

    monkeypatch.setattr(changes, "_look", fails_once)
    events = changes.events(INBOX, lambda: True)
    assert "retry" in next(events)
    desk.case()
    assert "changed" in next(events)
    assert failed
    events.close()


def test_stream_is_refused_when_all_places_are_taken(desk: Desk) -> None:
    changes = desk.app.extensions["faqbot_desk"].changes
    taken = 0
    while changes.take_place():
        taken += 1
    assert taken == desk.settings.desk_streams
    assert desk.logged_in().get("/live").status_code == 503
    assert desk.browser().get("/live").status_code == 303


def test_filters_stand_in_addresses_as_they_were_chosen() -> None:
    assert Filters().query == ""
    assert Filters(words="a b", tier="T1", overdue=True).query == "q=a+b&tier=T1&overdue=yes&"


def test_texts_are_offered_to_staff_only(desk: Desk) -> None:
    assert desk.browser().get("/snippets").status_code == 303
    texts = desk.logged_in().get("/snippets").json
    assert texts is not None
    assert texts["snippets"]["How long does a visit take?"] == "answer visit-length"
    assert "How long does a visit take?" in texts["snippets"]
    assert "What does the withheld answer say?" not in texts["snippets"]
    assert "Anything else?" in texts["snippets"]
