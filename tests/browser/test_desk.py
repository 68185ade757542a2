"""Two members of staff at the desk, in a real Chromium, on a phone in dark mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk_visitor import PASSWORD, Desk, opened_desk
from tests.served_desk import served

_SOON = 15_000
Opener = Callable[[str], Page]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk_address(desk: Desk) -> Iterator[str]:
    with served(desk.app) as address:
        yield address


@pytest.fixture
def opened(browser: Browser, desk: Desk, desk_address: str) -> Iterator[Opener]:
    """Logs a new member of staff in, in a browser of their own."""
    contexts, complaints = [], []

    def listen(message: Any) -> None:
        # A request that fails is told by the browser itself; tests of failures expect it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_for(name: str) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme="dark", base_url=desk_address
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", listen)
        page.goto("/login")
        page.get_by_label("E-mail address").fill(desk.hire(name).email)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Inbox")).to_be_visible(timeout=20_000)
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert complaints == []


def _tab_to(page: Page, text: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    pytest.fail(f"{text!r} cannot be reached with the keyboard")


def test_case_is_claimed_answered_and_resolved_when_there_is_only_a_keyboard(
    desk: Desk, opened: Opener
) -> None:
    conversation = desk.case("i want to die")
    sam = opened("Sam")
    _tab_to(sam, "Suicide or self-harm")
    sam.keyboard.press("Enter")
    expect(sam.get_by_role("button", name="Claim")).to_be_visible()
    _tab_to(sam, "Claim this conversation")
    sam.keyboard.press("Enter")
    expect(sam.get_by_label("Your reply")).to_be_visible()
    sam.keyboard.press("Tab")  # the page is opened at the reply
    sam.keyboard.type("Hello, I am here.")
    sam.keyboard.press("Tab")
    sam.keyboard.press("Enter")
    expect(sam.locator("li.staff")).to_contain_text("Hello, I am here.")
    _tab_to(sam, "Resolve the case")
    for key in ("Enter", "Tab", "Space", "Tab", "Tab", "Enter"):
        sam.keyboard.press(key)
    expect(sam.get_by_text("Nothing is waiting")).to_be_visible()
    case = desk.clinic.desk.get_conversation(conversation).escalation
    assert case is not None
    assert case.resolution == "Answered here"


def test_inbox_shows_a_new_case_by_itself_when_it_comes_in(desk: Desk, opened: Opener) -> None:
    desk.case("what dose")
    sam = opened("Sam")
    sam.get_by_role("link", name="Asks about a dose").focus()
    desk.case("i want to die")
    expect(sam).to_have_title("(1 urgent) Inbox · Staff desk", timeout=_SOON)
    expect(sam.locator("#announcer")).to_have_text("1 urgent case is open")
    assert sam.locator(".cases h2").all_text_contents()[0] == "Suicide or self-harm"
    assert sam.evaluate("document.activeElement.textContent") == "Asks about a dose"


def test_half_written_reply_stays_when_the_patient_writes_meanwhile(
    desk: Desk, opened: Opener
) -> None:
    conversation = desk.case("what dose")
    sam, kim = opened("Sam"), opened("Kim")
    for page in (sam, kim):
        page.goto(f"/conversations/{conversation}")
    sam.get_by_role("button", name="Claim").click()
    expect(kim.get_by_text("Sam has this conversation")).to_be_visible(timeout=_SOON)
    sam.get_by_label("Your reply").focus()
    sam.keyboard.type("I am writ")
    desk.clinic.conversations.post(conversation, "m2", "<img src=x onerror=alert(1)> i want to die")
    expect(sam.get_by_text("Safety crisis").first).to_be_visible(timeout=_SOON)
    sam.keyboard.type("ing")
    assert sam.get_by_label("Your reply").input_value() == "I am writing"
    assert sam.locator("#live img").count() == 0
    assert sam.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_says_that_it_is_out_of_date_when_it_cannot_ask(desk: Desk, opened: Opener) -> None:
    sam = opened("Sam")
    told = sam.get_by_role("alert")
    sam.context.set_offline(True)
    expect(told).to_contain_text("No connection to the desk", timeout=_SOON)
    sam.context.set_offline(False)
    expect(told).to_be_hidden(timeout=_SOON)
    desk.accounts.disable("sam@clinic.example")
    expect(told).to_contain_text("You are logged off", timeout=_SOON)
