"""The widget as a visitor uses it, for browser tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

#: The machine may be busy with other tests.
SOON = 20_000


class Widget:
    """A visitor's widget on a page, in verbs."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(SOON)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        self.launcher = page.locator("faqbot-chat .launcher")
        self.panel = page.get_by_role("dialog")
        self.log = page.locator("faqbot-chat .log")
        self.input = page.locator("faqbot-chat textarea")
        self.messages = page.locator("faqbot-chat .message")

    def _listen(self, message: Any) -> None:
        # A request that fails is told by the browser itself; tests of failures expect it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def visits(self, address: str) -> Widget:
        self.page.goto(address)
        self.launcher.wait_for()
        return self

    def opens(self) -> Widget:
        self.launcher.click()
        self.panel.wait_for()
        return self

    def consents(self) -> Widget:
        self.page.locator("faqbot-chat button.main").click()
        self.input.wait_for()
        return self

    def says(self, text: str) -> Widget:
        self.input.fill(text)
        self.input.press("Enter")
        return self

    def reads(self, text: str) -> Locator:
        found = self.log.get_by_text(text).first
        expect(found).to_be_visible(timeout=SOON)
        return found

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name)

    def saved(self) -> dict[str, Any]:
        """What the device remembers."""
        kept = self.page.evaluate(
            "() => [localStorage, sessionStorage].flatMap((kept) => Object.entries(kept))"
            ".filter(([key]) => key.startsWith('faqbot:')).map(([, value]) => value)"
        )
        return json.loads(kept[0]) if kept else {}

    def conversation_id(self) -> str:
        found = self.saved()["id"]
        assert isinstance(found, str)
        return found


@contextmanager
def visitor(browser: Browser, **context: Any) -> Iterator[Widget]:
    """Opens a browser context with a widget on its page; afterwards nothing may have complained."""
    opened = browser.new_context(**{"viewport": {"width": 1100, "height": 800}, **context})
    widget = Widget(opened.new_page())
    yield widget
    opened.close()
    assert widget.complaints == []
