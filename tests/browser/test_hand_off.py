"""A patient and a member of staff, each in a real browser of their own, talk with each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk_visitor import PASSWORD, Desk, desk_over
from tests.scripted_dialogue import Clinic
from tests.served_desk import served
from tests.widget_visitor import Widget

_SOON = 15_000


@pytest.fixture
def desk(clinic: Clinic, tmp_path: Path) -> Desk:
    return desk_over(clinic, tmp_path)


@pytest.fixture
def sam(browser: Browser, desk: Desk) -> Iterator[Page]:
    with served(desk.app) as address:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, base_url=address, color_scheme="light"
        )
        page = context.new_page()
        page.goto("/login")
        page.get_by_label("E-mail address").fill(desk.hire("Sam").email)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Inbox")).to_be_visible(timeout=20_000)
        yield page
        context.close()


def test_patient_and_staff_talk_both_ways_until_the_bot_answers_again(
    chat: Widget, sam: Page, desk: Desk
) -> None:
    chat.says("what dose")
    case = sam.get_by_role("link", name="Asks about a dose")
    expect(case).to_be_visible(timeout=_SOON)  # by itself
    case.click()
    sam.get_by_role("button", name="Claim").click()
    log = chat.log
    expect(log).to_contain_text("Sam has joined.", timeout=_SOON)

    chat.says("is somebody there?")
    expect(sam.get_by_text("is somebody there?")).to_be_visible(timeout=_SOON)
    sam.get_by_label("Your reply").fill("Yes, I am Sam.")
    started = time.monotonic()
    sam.keyboard.press("Control+Enter")
    expect(log).to_contain_text("Yes, I am Sam.", timeout=_SOON)
    print(f"a reply reached the patient after {time.monotonic() - started:.2f} s")
    chat.says("thank you Sam")
    started = time.monotonic()
    expect(sam.get_by_text("thank you Sam")).to_be_visible(timeout=_SOON)
    print(f"a message reached the desk after {time.monotonic() - started:.2f} s")

    sam.get_by_text("Hand back to the assistant").click()
    sam.get_by_role("button", name="Hand back").click()
    expect(log).to_contain_text("The assistant is back.", timeout=_SOON)
    chat.says("is it approved")
    expect(log).to_contain_text("See the label.", timeout=_SOON)
    expect(chat.messages.last).to_contain_text("Assistant")


def test_colleague_sees_who_is_writing_when_both_look_at_a_conversation(
    browser: Browser, sam: Page, desk: Desk
) -> None:
    conversation = desk.case()
    sam.goto(f"/conversations/{conversation}")
    sam.get_by_role("button", name="Claim").click()
    kim = browser.new_context(base_url=sam.url.partition("/conversations")[0]).new_page()
    kim.goto("/login")
    kim.get_by_label("E-mail address").fill(desk.hire("Kim").email)
    kim.get_by_label("Password").fill(PASSWORD)
    kim.keyboard.press("Enter")
    expect(kim.get_by_role("heading", name="Inbox")).to_be_visible(timeout=20_000)
    kim.goto(f"/conversations/{conversation}")
    # The scripted clock stands still, so that nobody's presence runs out.
    expect(kim.locator("#present")).to_contain_text("Sam is looking at this", timeout=_SOON)
    sam.get_by_label("Your reply").press_sequentially("Hello")
    expect(kim.locator("#present")).to_contain_text("Sam is typing", timeout=_SOON)
    kim.context.close()


def test_page_rings_and_counts_when_an_urgent_case_comes_in(sam: Page, desk: Desk) -> None:
    sam.get_by_role("button", name="Sound off").click()
    expect(sam.get_by_role("button", name="Sound on")).to_be_visible()
    conversation = desk.case("i want to die")
    expect(sam).to_have_title("(1 urgent) Inbox · Staff desk", timeout=_SOON)
    expect(sam.locator("html")).to_have_attribute("data-rang", "1", timeout=_SOON)
    sam.goto(f"/conversations/{conversation}")
    sam.get_by_role("button", name="I am on it").click()
    expect(sam.locator("#live")).to_have_attribute("data-alarming", "0", timeout=_SOON)


def test_text_is_inserted_when_staff_choose_an_answer(sam: Page, desk: Desk) -> None:
    conversation = desk.case()
    sam.goto(f"/conversations/{conversation}")
    sam.get_by_role("button", name="Claim").click()
    sam.get_by_label("Your reply").fill("Hello.")
    chosen = sam.get_by_label("Insert a text")
    chosen.focus()
    expect(sam.locator("#snippet-titles option").first).to_be_attached()
    chosen.fill("How long does a visit take?")
    sam.get_by_role("button", name="Insert").click()
    expect(sam.get_by_label("Your reply")).to_have_value("Hello.\n\nanswer visit-length")
