"""Words that cannot be sent at once: behind a limit, without storage, against a wrong answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.adapters.database.models import MessageRow
from tests.scripted_dialogue import Clinic, red_line
from tests.widget_site import Site, clinic_page, serving
from tests.widget_visitor import SOON, Widget, visitor

_FULL = """Storage.prototype.setItem = function () {
    throw new DOMException('full', 'QuotaExceededError'); };"""


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    made = Site(clinic, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def widget(browser: Browser, site: Site) -> Iterator[Widget]:
    with visitor(browser) as made:
        yield made.visits(site.address).opens().consents()


def _said(clinic: Clinic) -> list[str]:
    return [row.text for row in clinic.rows(MessageRow) if row.author == "visitor"]


def test_words_of_danger_pass_those_that_wait_for_a_limit(
    browser: Browser, clinic: Clinic, tmp_path: Path
) -> None:
    clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    site = Site(clinic, tmp_path, FAQBOT_LIMIT_VISITOR="1/9 seconds")
    danger = site.app.extensions["faqbot_site"].danger
    danger._triage_says = lambda _text, _previous: False  # what the wording shows counts
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("one")
        widget.reads("See the label.")
        widget.says("two")
        expect(widget.panel).to_contain_text("That was a lot at once", timeout=SOON)
        widget.says("i want to die")
        pinned = widget.panel.get_by_role("region", name="Help right now")
        expect(pinned).to_be_visible(timeout=4000)
        assert _said(clinic) == ["one", "i want to die"]
        expect(widget.page.locator("faqbot-chat .waiting")).to_have_count(0, timeout=SOON)
        expect(widget.page.locator("faqbot-chat .trouble")).to_be_empty()
    site.stop()
    assert _said(clinic) == ["one", "i want to die", "two"]


@pytest.mark.parametrize("storage", ["full", "closed"])
def test_conversation_lives_as_long_as_the_page_when_nothing_can_be_stored(
    browser: Browser, site: Site, clinic: Clinic, storage: str
) -> None:
    # A sandboxed page has an origin of its own, which may neither store nor lock anything.
    policy = {"Content-Security-Policy": "sandbox allow-scripts"} if storage == "closed" else {}
    pages = {"": clinic_page(site.address)}
    with serving(pages, policy) as address, visitor(browser) as widget:
        if storage == "full":
            widget.page.add_init_script(_FULL)
        widget.visits(address).opens().consents().says("is it approved?")
        widget.reads("See the label.")
        widget.says("and again")
        expect(widget.messages.filter(has_text="See the label.")).to_have_count(2, timeout=SOON)
    assert _said(clinic) == ["is it approved?", "and again"]


def test_conversation_goes_on_when_something_on_the_way_says_that_it_is_not_there(
    widget: Widget, clinic: Clinic
) -> None:
    def not_found(route: Route) -> None:
        route.fulfill(status=404, content_type="text/html", body="<h1>Not Found</h1>")

    widget.says("before")
    widget.reads("See the label.")
    before = widget.conversation_id()
    widget.page.route("**/messages", not_found)
    widget.says("during")
    expect(widget.panel).to_contain_text("Nothing is lost", timeout=SOON)
    widget.page.unroute("**/messages")
    expect(widget.messages.filter(has_text="See the label.")).to_have_count(2, timeout=SOON)
    assert widget.conversation_id() == before
    assert _said(clinic) == ["before", "during"]


def test_refused_words_join_what_is_being_written(widget: Widget) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    widget.page.route("**/messages", hold)
    with widget.page.expect_request("**/messages"):
        widget.says("x" * 5000)
    widget.input.fill("and more")
    held[0].continue_()
    expect(widget.input).to_have_value("x" * 5000 + "\nand more", timeout=SOON)


@pytest.mark.parametrize("policy", ["", "trusted-types faqbot; require-trusted-types-for 'script'"])
def test_button_says_whom_to_call_and_tries_again_when_the_chat_cannot_be_loaded(
    browser: Browser, site: Site, policy: str
) -> None:
    page = clinic_page(site.address, phone="202-555-0100")
    headers = {"Content-Security-Policy": policy} if policy else {}
    with serving({"": page}, headers) as address, visitor(browser) as widget:
        widget.page.route("**/widget/app.js**", lambda route: route.abort())
        widget.visits(address).launcher.click()
        expect(widget.launcher).to_have_text("No connection. Tap to try again, 202-555-0100")
        widget.page.unroute("**/widget/app.js**")
        widget.opens()
        expect(widget.panel).to_contain_text("Before you start")
