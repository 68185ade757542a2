"""The chat page as a visitor uses it, for browser tests."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page


class Chat:
    """A visitor's page, in verbs."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self._address = page, address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        # A request that fails is told by the browser itself; tests of failures expect it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def opens(self) -> None:
        self.page.goto(self._address)

    def says(self, text: str) -> None:
        self.page.get_by_label("Your message").fill(text)
        self.page.keyboard.press("Enter")

    def reads(self, text: str) -> None:
        self.page.locator("#log").get_by_text(text).first.wait_for()

    def conversation_id(self) -> str:
        found = self.page.evaluate("JSON.parse(localStorage.getItem('faqbot.conversation')).id")
        assert isinstance(found, str)
        return found
