"""What waits, in which order, and for how long."""

from __future__ import annotations

import re

from bot.conversation import Channel
from bot.desk import words
from bot.desk.inbox import PAGE_SIZE
from knowledge.decision import CATEGORIES, ROUTES, TIERS
from tests.desk_visitor import Browser, Desk


def _cases(page: str) -> list[str]:
    """Returns the page's cases as plain text, in order."""
    items = re.findall(r'<li id="case-\d+".*?</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items]


def _title(browser: Browser) -> str:
    page = browser.get("/").text
    return page.partition("<title>")[2].partition("</title>")[0]


def test_every_code_has_plain_words() -> None:
    assert set(words.CATEGORIES) == set(CATEGORIES)
    assert set(words.TIERS) == set(TIERS)
    assert set(words.ROUTES) == set(ROUTES)
    assert set(words.CHANNELS) == set(Channel)


def test_cases_are_ordered_by_tier_and_age_when_there_are_several(desk: Desk) -> None:
    for text in ("refund", "what dose", "not breathing", "what dose", "i want to die"):
        desk.case(text)
        desk.clinic.clock.turn(minutes=2)
    listed = _cases(desk.logged_in().get("/").text)
    assert [item[:2] for item in listed] == ["T0", "T1", "T2", "T2", "T3"]
    assert "8 min" in listed[2]
    assert "4 min" in listed[3]


def test_case_tells_what_one_needs_when_it_is_listed(desk: Desk) -> None:
    desk.case("i want to die")
    (item,) = _cases(desk.logged_in().get("/").text)
    for shown in (
        "T1 Safety crisis",
        "Suicide or self-harm",
        "script: self_harm",
        "Assistant paused",
        "Website chat",
        "under 1 min",
        "Nobody has it yet",
    ):
        assert shown in item, shown


def test_case_is_overdue_when_it_waits_longer_than_the_clinic_promises(desk: Desk) -> None:
    desk.case("i want to die")
    desk.case("what dose")
    browser = desk.logged_in()
    desk.clinic.clock.turn(minutes=15)
    assert "Overdue" not in browser.get("/").text
    desk.clinic.clock.turn(seconds=1)
    first, second = _cases(browser.get("/").text)
    assert "Overdue" in first
    assert "Overdue" not in second


def test_waiting_begins_anew_when_the_patient_writes_back(desk: Desk) -> None:
    conversation = desk.case("i want to die")
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    sam.act(conversation, "reply", text="How are you now?")
    desk.clinic.clock.turn(minutes=20)
    (item,) = _cases(sam.get("/").text)
    assert "Sam has it, waiting for the patient" in item
    assert "Overdue" not in item
    desk.clinic.conversations.post(conversation, "m2", "not good")
    desk.clinic.clock.turn(minutes=4)
    desk.clinic.conversations.post(conversation, "m3", "hello?")
    (item,) = _cases(sam.get("/").text)
    assert "the patient wrote back" in item
    assert "4 min" in item


def test_draft_is_marked_when_the_patient_was_shown_one(desk: Desk) -> None:
    shown, other = desk.case("what dose"), desk.case("what dose")
    desk.clinic.conversations.post(shown, "m2", "is it approved")
    first, second = _cases(desk.logged_in().get("/").text)
    assert "Draft answer shown" in first
    assert "Draft answer shown" not in second
    assert other != shown


def test_title_counts_urgent_cases_when_there_are_some(desk: Desk) -> None:
    browser = desk.logged_in()
    assert _title(browser) == "Inbox · Staff desk"
    desk.case("refund")
    desk.case("i want to die")
    second = desk.case("not breathing")
    assert _title(browser) == "(2 urgent) Inbox · Staff desk"
    assert 'data-urgent="2"' in browser.poll("/").text
    browser.act(second, "resolve", outcome="nothing")
    assert _title(browser) == "(1 urgent) Inbox · Staff desk"


def test_held_conversation_is_listed_when_it_has_no_case(desk: Desk) -> None:
    conversation = desk.clinic.start()
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    page = sam.get("/").text
    assert "without an open case" in page
    assert conversation in page
    sam.act(conversation, "hand-back")
    assert conversation not in sam.get("/").text


def test_further_pages_are_offered_when_there_are_many_cases(desk: Desk) -> None:
    for _ in range(PAGE_SIZE + 1):
        desk.case("what dose")
    browser = desk.logged_in()
    first = browser.get("/").text
    assert "Page 1" in first
    assert "page=2" in first
    assert len(_cases(first)) == PAGE_SIZE
    assert len(_cases(browser.get("/?page=2").text)) == 1
    for odd in ("0", "-1", "x", "99999999999999999999"):
        assert browser.get(f"/?page={odd}").status_code == 200


def test_inbox_says_so_when_nothing_waits(desk: Desk) -> None:
    browser = desk.logged_in()
    assert "Nothing is waiting" in browser.get("/").text
    assert "No case has been resolved yet" in browser.get("/resolved").text
