"""A desk that tests can open, and browsers of staff that speak in verbs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.desk.accounts import Account, Accounts, Role
from bot.desk.app import create_app
from bot.desk.links import OneTimeLinks
from bot.settings import Settings, load_settings
from knowledge.library.models import Library, Wording
from tests.scripted_clinic import scripted_library
from tests.scripted_dialogue import Clinic, PlainTexts, red_line, sqlite_clinic
from tests.sealed_database import KEY

PASSWORD = "four unrelated words"
_WEEK = "monday tuesday wednesday thursday friday saturday sunday".split()
SCRIPT = {
    "i want to die": red_line("self_harm", "T1"),
    "not breathing": red_line("medical_emergency", "T0"),
    "what dose": red_line("dosing", "T2"),
    "refund": red_line("complaint", "T3"),
}


@dataclass
class Browser:
    """A member of staff's browser."""

    client: FlaskClient

    def get(self, path: str, **further: Any) -> TestResponse:
        return self.client.get(path, **further)

    def poll(self, path: str, activity: str = "idle") -> TestResponse:
        """Asks for the live part, as the page's script does."""
        return self.client.get(path, headers={"X-Desk-Fragment": activity})

    def submit(self, page: str, path: str, **fields: str) -> TestResponse:
        """Opens a page and sends a form of it, with the page's own hidden fields."""
        opened = self.client.get(page)
        assert opened.status_code == 200, opened.status
        return self.client.post(path, data={**hidden_fields(opened.text), **fields})

    def log_in(self, email: str, password: str = PASSWORD, path: str = "/login") -> TestResponse:
        return self.submit(path, "/login", email=email, password=password)

    def act(self, conversation: str, action: str, **fields: str) -> TestResponse:
        """Sends a form of a conversation's page."""
        page = f"/conversations/{conversation}"
        return self.submit(page, f"{page}/{action}", **fields)


@dataclass
class Desk:
    """The app, the clinic behind it, and its accounts."""

    app: Flask
    clinic: Clinic
    settings: Settings
    accounts: Accounts
    links: OneTimeLinks

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def hire(self, name: str, role: Role = Role.STAFF) -> Account:
        """Creates an account with a password."""
        account = self.accounts.add(f"{name.lower()}@clinic.example", name, role)
        token = self.links.create(account)
        return self.links.redeem(token, email="", name=name, password=PASSWORD)

    def logged_in(self, name: str = "Sam", role: Role = Role.STAFF) -> Browser:
        """Creates an account and logs it in."""
        browser = self.browser()
        assert browser.log_in(self.hire(name, role).email).status_code == 303
        return browser

    def case(self, text: str = "what dose") -> str:
        """Has a visitor write something that goes to staff; returns the conversation."""
        conversation = self.clinic.start()
        self.clinic.conversations.post(conversation, "m1", text)
        return conversation


def hidden_fields(page: str) -> dict[str, str]:
    """Returns the hidden fields of a page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def desk_library() -> Library:
    """Returns the scripted library with what the desk needs of the clinic."""
    return replace(
        scripted_library(),
        facts={"CLINIC_NAME": Wording("Test Clinic", "Test Clinic")},
        clinic={
            "timezone": "America/New_York",
            "hours": {key: ["00:00", "23:59"] for key in _WEEK},
            "response_times": {"T0": 5, "T1": 15, "T2": 480, "T3": 1440},
        },
    )


@contextmanager
def opened_desk(folder: Path, **environ: str) -> Iterator[Desk]:
    """Opens a desk on a SQLite database of its own."""
    with sqlite_clinic(folder) as clinic:
        yield desk_over(clinic, folder, **environ)


def desk_over(clinic: Clinic, folder: Path, **environ: str) -> Desk:
    """Opens a desk over a clinic."""
    settings = load_settings(
        {
            "FAQBOT_VAR": str(folder),
            "FAQBOT_DATABASE_URL": clinic.database.url.render_as_string(hide_password=False),
            "FAQBOT_SECRET_KEY": "k" * 40,
            "FAQBOT_DATA_KEYS": KEY,
            **environ,
        }
    )
    clinic.dialogue.script |= SCRIPT
    app = create_app(settings, clinic.database, desk_library(), PlainTexts(), clinic.clock)
    accounts = Accounts(clinic.database, clinic.clock)
    links = OneTimeLinks(clinic.database, clinic.clock)
    return Desk(app, clinic, settings, accounts, links)
