"""axe finds nothing on any page of the desk, light or dark, wide or narrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.conversation import ContactDetails
from bot.conversation.visitor import save_contact
from bot.desk.accounts import Role
from bot.desk.site import EXTENSION
from tests.desk_visitor import PASSWORD, Desk, opened_desk
from tests.served_desk import served

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_Scheme = Literal["light", "dark"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with served(desk.app) as address:
        yield address


def _violations(page: Page) -> list[Any]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}})
    violations = found.response["violations"]
    assert len(found.response["passes"]) > 5, "axe looked at nothing"
    return [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_axe_finds_nothing_on_any_page(
    browser: Browser, desk: Desk, address: str, width: int, scheme: _Scheme, tmp_path: Path
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address
    )
    page = context.new_page()
    seen: dict[str, list[Any]] = {}

    def look(path: str) -> None:
        page.goto(path)
        page.screenshot(path=tmp_path / f"{len(seen)}.png", full_page=True)
        seen[path] = _violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    account = desk.hire("Sam", Role.ADMIN)
    look("/login")
    look(f"/welcome/{desk.links.create(desk.accounts.add('new@b.example', 'New', Role.STAFF))}")
    look("/welcome/gone")
    look("/forgotten")
    page.goto("/login")
    page.get_by_label("E-mail address").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible(timeout=20_000)
    look("/?q=nothing")
    talk, free, done = _busy(desk)
    for path in PAGES:
        look(path.format(talk=talk, free=free, done=done))
    page.goto(f"/conversations/{talk}")
    for summary in page.locator("details > summary").all():
        summary.click()
    seen["opened details"] = _violations(page)
    page.get_by_role("button", name="Keys").click()
    seen["keys"] = _violations(page)
    context.close()
    assert {path: found for path, found in seen.items() if found} == {}


PAGES = [
    "/",
    "/resolved",
    "/conversations/{talk}",
    "/conversations/{free}",
    "/nowhere",
    "/me/",
    "/people/",
    "/questions",
    "/review",
    "/answers",
    "/answers/telehealth",
    "/conversations/{done}/faq",
]


def _busy(desk: Desk) -> tuple[str, str, str]:
    talk, free, done = desk.case("what dose"), desk.case("i want to die"), desk.case("refund")
    sam = desk.accounts.by_email("sam@clinic.example").staff
    desk.clinic.conversations.post(talk, "m2", "is it approved")
    contact = ContactDetails("phone", "202-555-0123", "after 5 pm")
    save_contact(desk.clinic.store, talk, contact, desk.clinic.clock())
    desk.clinic.desk.claim(talk, sam)
    desk.clinic.desk.staff_reply(talk, sam, "s1", "Hello.")
    desk.clinic.desk.add_note(talk, sam, "Ask the clinician.")
    desk.clinic.desk.resolve(done, sam, "Answered here")
    desk.app.extensions[EXTENSION].reviews.all()  # read once, before pages wait for it
    return talk, free, done
