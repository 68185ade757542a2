"""The widget on hostile pages, bad networks, in two tabs, and for people who must leave at once."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from playwright.sync_api import Browser, Route, expect

from bot.adapters.database.models import MessageRow
from bot.channels.web import widget_files
from bot.conversation.visits import sign
from tests.scripted_dialogue import Clinic
from tests.widget_site import Site, clinic_page, serving
from tests.widget_visitor import SOON, Widget, visitor

KEY = "k" * 40


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    made = Site(clinic, tmp_path, FAQBOT_IDENTITY_KEYS=KEY)
    yield made
    made.stop()


@pytest.fixture
def widget(browser: Browser, site: Site) -> Iterator[Widget]:
    with visitor(browser) as made:
        made.visits(site.address).opens().consents()
        yield made


def _said(clinic: Clinic) -> list[str]:
    return [row.text for row in clinic.rows(MessageRow) if row.author == "visitor"]


def _integrity() -> str:
    loader = Path(widget_files.__file__).parent / "static" / "widget" / "loader.js"
    return "sha384-" + base64.b64encode(hashlib.sha384(loader.read_bytes()).digest()).decode()


@pytest.mark.parametrize("trust", ["nonce", "hash", "trusted-types"])
def test_widget_works_when_the_page_has_a_strict_policy(
    browser: Browser, site: Site, trust: str
) -> None:
    scripts = {"nonce": "'nonce-abc'", "trusted-types": "'nonce-abc'"}
    loader = {"nonce": "abc"}
    if trust == "hash":
        app = Path(widget_files.__file__).parent / "static" / "widget" / "app.js"
        digest = base64.b64encode(hashlib.sha384(app.read_bytes()).digest()).decode()
        scripts["hash"] = f"'{_integrity()}' 'sha384-{digest}'"
        loader = {"integrity": _integrity(), "crossorigin": "anonymous"}
    policy = f"default-src 'none'; script-src {scripts[trust]}; connect-src {site.address}"
    if trust == "trusted-types":
        policy += "; require-trusted-types-for 'script'; trusted-types faqbot"
    page = clinic_page(site.address, **loader)
    headers = {"Content-Security-Policy": policy}
    with serving({"": page}, headers) as address, visitor(browser) as widget:
        widget.visits(address).opens().consents().says("is it approved?")
        widget.reads("See the label.")
        font = widget.panel.evaluate("(e) => getComputedStyle(e).borderRadius")
        assert font != "0px"  # its styles were not stopped either


def test_page_of_another_site_is_refused_when_it_is_not_on_the_list(
    browser: Browser, clinic: Clinic, tmp_path: Path
) -> None:
    site = Site(clinic, tmp_path, FAQBOT_WEB_ORIGINS="https://www.clinic.example")
    page = clinic_page(site.address, phone="202-555-0100")
    with serving({"": page}) as address, visitor(browser) as widget:
        widget.visits(address).opens()
        expect(widget.panel).to_contain_text("The chat cannot be reached right now", timeout=SOON)
        expect(widget.panel).to_contain_text("202-555-0100")
        assert widget.panel.get_by_role("link", name="Call 911").is_visible()
        assert all("CORS policy" in complaint for complaint in widget.complaints)
        widget.complaints.clear()
    site.stop()
    assert clinic.rows(MessageRow) == []


def test_styles_of_a_hostile_page_do_not_reach_in(browser: Browser, site: Site) -> None:
    style = (
        "<style>* { display: none !important; color: red !important; font-size: 99px !important }"
        "html, head ~ body, main, h1 { display: block !important }"
        "faqbot-chat { opacity: 0 !important; visibility: hidden !important }"
        "body { transform: scale(0.1); overflow: hidden } div { position: static !important }"
        "button { all: unset !important }</style>"
    )
    page = clinic_page(site.address, head=style)
    with serving({"": page}) as address, visitor(browser) as widget:
        widget.visits(address).opens().consents().says("is it approved?")
        words = widget.reads("See the label.")
        shown = words.evaluate("(e) => [getComputedStyle(e).color, getComputedStyle(e).fontSize]")
        assert shown == ["rgb(28, 42, 48)", "16px"]
        box = widget.panel.bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(400, abs=2)  # the page's transform has no effect
        outside = widget.page.locator("a", has_text="A link")
        assert outside.evaluate("(e) => getComputedStyle(e).color") == "rgb(255, 0, 0)"


def test_message_arrives_once_when_the_network_was_down(widget: Widget, clinic: Clinic) -> None:
    widget.page.context.set_offline(True)
    widget.says("are you there?")
    expect(widget.panel).to_contain_text("You are offline", timeout=SOON)
    widget.page.context.set_offline(False)
    widget.reads("See the label.")
    assert _said(clinic) == ["are you there?"]
    assert widget.page.locator("faqbot-chat .waiting").count() == 0


def test_message_is_sent_when_the_page_was_closed_before_it_could_be(
    widget: Widget, clinic: Clinic
) -> None:
    widget.page.route("**/api/v1/conversations**", lambda route: route.abort())
    widget.says("do not lose me")
    widget.reads("do not lose me")
    widget.page.unroute("**/api/v1/conversations**")
    widget.page.reload()
    widget.launcher.wait_for()
    widget.opens()
    widget.reads("See the label.")
    assert _said(clinic) == ["do not lose me"]


def test_answer_is_not_doubled_when_only_the_response_was_lost(
    widget: Widget, clinic: Clinic
) -> None:
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    widget.page.route("**/messages", lose_first)
    widget.says("is it approved?")
    widget.reads("See the label.")
    expect(widget.page.locator("faqbot-chat .waiting")).to_have_count(0, timeout=SOON)
    assert lost == [200]
    assert _said(clinic) == ["is it approved?"]
    assert widget.messages.filter(has_text="See the label.").count() == 1


def test_conversation_goes_on_when_the_server_was_restarted(
    widget: Widget, site: Site, clinic: Clinic
) -> None:
    widget.says("before")
    widget.reads("See the label.")
    site.stop()
    widget.says("during")
    time.sleep(1)
    site.start()
    expect(widget.messages.filter(has_text="See the label.")).to_have_count(2, timeout=SOON)
    sam = clinic.staff()
    clinic.desk.claim(widget.conversation_id(), sam)
    clinic.desk.staff_reply(widget.conversation_id(), sam, "s1", "I am here")
    widget.reads("I am here")
    assert _said(clinic) == ["before", "during"]
    expect(widget.page.locator("faqbot-chat .trouble")).to_be_empty()


def test_second_tab_shows_and_goes_on_with_the_same_conversation(
    widget: Widget, site: Site, clinic: Clinic
) -> None:
    widget.says("from the first tab")
    widget.reads("See the label.")
    other = Widget(widget.page.context.new_page())
    other.visits(site.address).opens()
    other.reads("from the first tab")
    other.says("from the second tab")
    expect(other.page.locator("faqbot-chat .waiting")).to_have_count(0, timeout=SOON)
    widget.page.bring_to_front()
    widget.reads("from the second tab")
    assert widget.conversation_id() == other.conversation_id()
    assert _said(clinic) == ["from the first tab", "from the second tab"]
    assert other.complaints == []


def test_nothing_is_left_on_the_device_when_the_visitor_leaves_in_a_hurry(
    browser: Browser, site: Site
) -> None:
    pages = {"": clinic_page(site.address), "weather": "<title>Weather</title>"}
    with serving(pages) as address, visitor(browser) as widget:
        pages[""] = clinic_page(site.address, exit=f"{address}/weather")
        widget.visits(address).opens().consents().says("he checks my phone")
        widget.reads("See the label.")
        widget.button("Quick exit").click()
        widget.page.wait_for_url("**/weather")
        assert widget.saved() == {}
        widget.page.go_back()
        assert "/weather" in widget.page.url or widget.page.url == "about:blank"
        widget.visits(address).opens()
        expect(widget.panel).to_contain_text("Before you start")


def test_verified_visitor_goes_on_with_their_conversation_on_another_device(
    browser: Browser, site: Site, clinic: Clinic
) -> None:
    expires = int(time.time()) + 3600
    clinic.clock.now = clinic.clock.now.fromtimestamp(time.time(), clinic.clock.now.tzinfo)
    signed = {
        "user": "42",
        "user_expires": str(expires),
        "user_signature": sign(KEY, "42", expires),
    }
    pages = {
        "": clinic_page(site.address, **signed),
        "forged": clinic_page(site.address, **{**signed, "user": "43"}),
    }
    with serving(pages) as address:
        with visitor(browser) as phone:
            phone.visits(address).opens().consents().says("is it approved?")
            phone.reads("See the label.")
        with visitor(browser) as laptop:
            laptop.visits(address).opens().consents()
            laptop.reads("is it approved?")
            laptop.says("and now here")
            laptop.reads("and now here")
            expect(laptop.page.locator("faqbot-chat .waiting")).to_have_count(0, timeout=SOON)
        with visitor(browser) as thief:
            thief.visits(f"{address}/forged").opens().consents().says("show me")
            expect(thief.panel.locator("#error")).to_contain_text(
                "The signature does not fit", timeout=SOON
            )
            assert thief.messages.count() == 0
    assert _said(clinic) == ["is it approved?", "and now here"]


def test_other_conversation_stays_closed_when_its_id_is_put_into_the_device(
    browser: Browser, site: Site, clinic: Clinic
) -> None:
    theirs = clinic.start()
    clinic.conversations.post(theirs, "m1", "a private sentence")
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("hello")
        widget.reads("See the label.")
        script = """(id) => { for (const [key, value] of Object.entries(localStorage))
            localStorage[key] = JSON.stringify({...JSON.parse(value), id}); }"""
        widget.page.evaluate(script, theirs)
        widget.page.reload()
        widget.launcher.wait_for()
        widget.opens()
        widget.says("mine")
        widget.reads("See the label.")
        assert widget.log.get_by_text("a private sentence").count() == 0
        assert widget.conversation_id() != theirs
    answer = urllib3.request("GET", f"{site.address}/api/v1/conversations/{theirs}/messages")
    assert answer.status == 401
