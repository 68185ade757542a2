"""A real Chromium, and a visitor's chat on a real server with a scripted dialogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright

from bot.setup import chromium
from tests.scripted_dialogue import Clinic, sqlite_clinic
from tests.widget_site import Site
from tests.widget_visitor import Widget, visitor


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    # Real argon2, at its lowest cost: what is looked at here are pages.
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("bot.desk.passwords._HASHER", hasher)
    monkeypatch.setattr("bot.desk.passwords._NOBODYS", hasher.hash("nobody's"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail("the browser tests need Chromium: apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        # Without its sandbox, because containers and root cannot use it; it sees only our page.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with sqlite_clinic(tmp_path) as made:
        yield made


@pytest.fixture
def chat(browser: Browser, clinic: Clinic, tmp_path: Path) -> Iterator[Widget]:
    """The chat as a page of its own, on a small phone in dark mode."""
    site = Site(clinic, tmp_path)
    with visitor(browser, viewport={"width": 320, "height": 640}, color_scheme="dark") as widget:
        widget.page.goto(f"{site.address}/chat")
        yield widget.consents()
    site.stop()
