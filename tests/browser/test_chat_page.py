"""The widget as a page of its own at `/chat`, to link to where no script can be embedded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.scripted_dialogue import Clinic
from tests.widget_site import Site
from tests.widget_visitor import SOON, Widget, visitor

_PHONE: Any = {"width": 320, "height": 640}


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    made = Site(clinic, tmp_path)
    yield made
    made.stop()


@pytest.mark.parametrize("size", [_PHONE, {"width": 1100, "height": 800}])
def test_chat_fills_the_page_and_stays_open(browser: Browser, site: Site, size: Any) -> None:
    with visitor(browser, viewport=size) as widget:
        widget.page.goto(f"{site.address}/chat")
        chat = widget.page.get_by_role("main", name="Test Clinic")
        expect(chat).to_be_visible(timeout=SOON)
        assert chat.bounding_box() == {"x": 0, "y": 0, **size}
        expect(widget.launcher).to_be_hidden()
        expect(chat.get_by_role("button", name="Close chat")).to_have_count(0)
        widget.consents().says("is it approved?")
        widget.reads("See the label.")
        widget.page.keyboard.press("Escape")
        expect(chat).to_be_visible()
        assert widget.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_conversation_goes_on_when_the_page_is_reloaded(chat: Widget) -> None:
    chat.says("is it approved?")
    chat.reads("See the label.")
    before = chat.conversation_id()
    chat.page.reload()
    chat.reads("See the label.")
    expect(chat.messages.filter(has_text="is it approved?")).to_have_count(1)
    assert chat.conversation_id() == before


def test_page_speaks_spanish_when_its_address_does(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.page.goto(f"{site.address}/es/chat")
        expect(widget.page.get_by_role("main")).to_contain_text("Antes de empezar", timeout=SOON)


def test_page_says_whom_to_call_when_no_script_runs(browser: Browser, site: Site) -> None:
    with visitor(browser, java_script_enabled=False) as widget:
        widget.page.goto(f"{site.address}/chat")
        expect(widget.page.get_by_text("If the chat does not appear")).to_be_visible()
        for number in ("202-555-0100", "911", "988"):
            assert widget.page.locator(f'a[href="tel:{number}"]').is_visible()
