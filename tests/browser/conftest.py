"""The chat page in a real Chromium, on a real server, with a scripted dialogue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from bot.adapters.database.visits import SqlVisits
from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.channels.web.streams import EventStreams, Pace
from bot.settings import load_settings
from bot.setup import chromium
from tests.chat_page import Chat
from tests.scripted_dialogue import Clinic, PlainTexts, sqlite_clinic


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
def address(clinic: Clinic, tmp_path: Path) -> Iterator[str]:
    settings = load_settings({"FAQBOT_VAR": str(tmp_path)})
    core = Core(settings)
    parts = {"database": clinic.database, "store": clinic.store, "desk": clinic.desk}
    parts |= {"texts": cast(Any, PlainTexts()), "conversations": clinic.conversations}
    parts["web_visits"] = SqlVisits(clinic.database, clinic.clock)
    vars(core).update(parts)
    streams = EventStreams(8, Pace(look=0.05))
    server = make_server("127.0.0.1", 0, create_app(settings, core, streams=streams), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    streams.stop()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chat(browser: Browser, address: str) -> Iterator[Chat]:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="dark")
    chat = Chat(context.new_page(), f"{address}chat")
    chat.opens()
    yield chat
    context.close()
    assert chat.complaints == []
