"""What a visitor meets in the widget, in a real Chromium, on the demo site and on others' pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.adapters.database.models import MessageRow
from knowledge.reply import Button
from tests.scripted_dialogue import Clinic, red_line, reply
from tests.widget_site import Site, clinic_page, serving
from tests.widget_visitor import SOON, Widget, visitor


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    made = Site(clinic, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def widget(browser: Browser, site: Site) -> Iterator[Widget]:
    with visitor(browser) as made:
        yield made.visits(site.address)


def test_visitor_consents_asks_and_reads_answer_with_source(widget: Widget, clinic: Clinic) -> None:
    widget.opens()
    expect(widget.panel).to_contain_text("Not for emergencies")
    assert clinic.rows(MessageRow) == []  # nothing is stored before they agree
    widget.consents()
    widget.button("Is it approved?").click()
    widget.reads("See the label.")
    widget.reads("Agency, Label, 2024")
    widget.reads("Draft, not yet approved by a clinician")
    widget.button("How long?").click()
    widget.reads("How long does a visit take?")
    widget.button("Yes").first.click()
    widget.reads("Thank you.")
    assert clinic.desk.get_conversation(widget.conversation_id()).feedback[0].rating == "up"


def test_numbers_stay_pinned_until_staff_close_the_case_when_it_is_a_crisis(
    widget: Widget, clinic: Clinic
) -> None:
    widget.opens().consents().says("i want to die")
    pinned = widget.panel.get_by_role("region", name="Help right now")
    for label, href in (("Call 988", "tel:988"), ("Text 988", "sms:988"), ("Call 911", "tel:911")):
        link = pinned.get_by_role("link", name=label)
        expect(link).to_be_in_viewport(timeout=SOON)
        assert link.get_attribute("href") == href
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    for number in range(6):
        widget.says(f"more {number}")
        widget.reads(f"more {number}")
    expect(pinned).to_be_in_viewport()
    expect(widget.panel).to_contain_text("Automated answers are paused")
    clinic.desk.resolve(widget.conversation_id(), clinic.staff(), "Called")
    expect(pinned).to_be_hidden(timeout=SOON)
    expect(widget.panel.get_by_role("link", name="Call 988")).to_be_visible()


def test_staffs_name_words_and_typing_arrive_by_themselves(widget: Widget, clinic: Clinic) -> None:
    widget.opens().consents().says("hello")
    widget.reads("See the label.")
    sam, conversation = clinic.staff(), widget.conversation_id()
    clinic.desk.claim(conversation, sam)
    expect(widget.panel).to_contain_text("You are talking with Sam", timeout=SOON)
    clinic.desk.staff_reply(conversation, sam, "s1", "Hello from Sam")
    said = widget.reads("Hello from Sam")
    expect(said.locator("xpath=ancestor::li")).to_contain_text("Sam (clinic)")


def test_person_is_one_tap_away_and_contact_details_are_kept(
    widget: Widget, clinic: Clinic
) -> None:
    widget.opens().consents()
    widget.button("Talk to a person").click()
    widget.reads("I want to talk to a person")
    widget.button("More").click()
    widget.button("Leave a number").click()
    widget.button("Save").click()
    expect(widget.panel.get_by_role("alert").first).to_contain_text("Please give a number")
    value = widget.panel.get_by_label("Number or e-mail address")
    for method, kind in (("E-mail", "email"), ("Phone call", "tel")):  # what a phone fills in
        widget.panel.get_by_label("How should staff reach you?").select_option(method)
        expect(value).to_have_attribute("autocomplete", kind)
    value.fill("202-555-0123")
    widget.button("Save").click()
    expect(widget.panel).to_contain_text("Saved. Staff can see how to reach you.", timeout=SOON)
    contact = clinic.desk.get_conversation(widget.conversation_id()).contact
    assert contact is not None
    assert (contact.method, contact.value) == ("phone", "202-555-0123")


def test_badge_counts_what_came_while_the_chat_was_closed(widget: Widget, clinic: Clinic) -> None:
    widget.opens().consents().says("hello")
    widget.reads("See the label.")
    widget.page.keyboard.press("Escape")
    sam, conversation = clinic.staff(), widget.conversation_id()
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "Are you there?")
    expect(widget.launcher).to_have_accessible_name(
        "Ask a question. 2 unread messages", timeout=SOON
    )
    widget.page.reload()
    expect(widget.launcher).to_have_accessible_name(
        "Ask a question. 2 unread messages", timeout=SOON
    )
    widget.opens()
    widget.reads("Are you there?")
    widget.page.keyboard.press("Escape")
    expect(widget.launcher).to_have_accessible_name("Ask a question")


def test_copy_holds_the_conversation_when_it_is_saved(widget: Widget) -> None:
    widget.opens().consents().says("is it approved?")
    widget.reads("See the label.")
    widget.button("More").click()
    with widget.page.expect_download() as download:
        widget.button("Save a copy").click()
    words = download.value.path().read_text(encoding="utf-8")
    assert "Chat with Test Clinic" in words
    assert "is it approved?" in words
    assert "No. See the label." in words
    assert "Agency Label 2024" in words


def test_print_shows_the_conversation_alone(widget: Widget) -> None:
    # What is printed is kept from being removed, so that the test can read it.
    widget.page.evaluate("""() => {
        const add = ShadowRoot.prototype.append;
        ShadowRoot.prototype.append = function (...made) {
            add.apply(this, made);
            for (const frame of made) if (frame.localName === 'iframe') {
                frame.contentWindow.print = () => { window.printed = true; };
            }
        };
    }""")
    widget.opens().consents().says("is it approved?")
    widget.reads("See the label.")
    widget.button("More").click()
    widget.button("Print").click()
    widget.page.wait_for_function("window.printed")
    text = widget.page.frames[-1].evaluate("document.body.innerText")
    assert "is it approved?" in text
    assert "See the label." in text


def test_words_come_back_with_the_reason_when_they_are_too_long(widget: Widget) -> None:
    widget.opens().consents().says("x" * 5000)
    expect(widget.panel.locator("#error")).to_contain_text("at most 4,000 characters", timeout=SOON)
    assert len(widget.input.input_value()) == 5000
    assert widget.messages.filter(has_text="xxx").count() == 0


def test_nothing_is_left_when_the_visitor_starts_over(widget: Widget) -> None:
    widget.opens().consents().says("hello")
    widget.reads("See the label.")
    before = widget.conversation_id()
    widget.button("More").click()
    widget.button("Start over").click()
    widget.button("Start over").click()
    expect(widget.messages).to_have_count(0)
    widget.says("hello again")
    widget.reads("See the label.")
    assert widget.conversation_id() != before


def test_interface_is_spanish_when_the_page_is(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(f"{site.address}/es/").opens()
        expect(widget.panel).to_contain_text("Antes de empezar")
        widget.consents()
        widget.button("Hablar con una persona").click()
        widget.reads("Hablar con un representante")
        assert widget.panel.get_attribute("lang") == "es"
        assert widget.panel.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        expect(widget.button("Salida rápida")).to_be_in_viewport(ratio=1)


def test_page_shows_its_own_colours_side_and_words_when_it_sets_them(
    browser: Browser, site: Site
) -> None:
    page = clinic_page(
        site.address, color="#ffcc00", side="left", greeting="Welcome!", clinic="Blue Door",
        launcher="Talk to us", suggestions="One?|Two?",
    )  # fmt: skip
    with serving({"": page}) as address, visitor(browser) as widget:
        widget.visits(address)
        expect(widget.launcher).to_have_text("Talk to us")
        box = widget.launcher.bounding_box()
        assert box is not None
        assert box["x"] < 100
        widget.opens().consents()
        expect(widget.panel.get_by_role("heading", name="Blue Door")).to_be_visible()
        widget.reads("Welcome!")
        assert widget.button("Two?").is_visible()
        header = widget.page.locator("faqbot-chat .header")
        colors = header.evaluate(
            "(e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
        )
        assert colors == ["rgb(255, 204, 0)", "rgb(0, 0, 0)"]  # black is what can be read on it


def test_chat_opens_by_itself_in_colours_that_can_be_read_when_the_page_asks_for_it(
    browser: Browser, site: Site
) -> None:
    own = '<faqbot-chat data-open data-color="oklch(0.7 0.1 200)"></faqbot-chat>'
    with serving({"": clinic_page(site.address, body=own)}) as address, visitor(browser) as widget:
        widget.page.goto(address)
        expect(widget.panel).to_be_visible(timeout=SOON)
        shown = widget.page.locator("faqbot-chat .header").evaluate(
            "(e) => getComputedStyle(e).backgroundColor"
        )
        assert shown == "rgb(11, 100, 112)"  # one that cannot be judged leaves the usual one


@pytest.mark.parametrize("field", ["answer", "footer", "button", "source", "staff", "name"])
def test_markup_stays_words_when_it_is_hostile(widget: Widget, clinic: Clinic, field: str) -> None:
    bad = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    bad += " [x](javascript:alert(1)) &lt;b&gt; end"
    further: dict[str, Any] = {"footer": bad} if field == "footer" else {}
    if field == "source":
        further = {"sources": ({"key": "s", "title": bad, "url": "javascript:alert(1)"},)}
    if field == "button":
        further = {"buttons": (Button(bad, "hello"),)}
    text = bad if field == "answer" else "fine"
    clinic.dialogue.script["go"] = reply("answer", text, **further)
    widget.opens().consents().says("go")
    if field in ("staff", "name"):
        widget.reads("fine")
        sam = clinic.staff(bad if field == "name" else "Sam")
        clinic.desk.claim(widget.conversation_id(), sam)
        clinic.desk.staff_reply(widget.conversation_id(), sam, "s1", bad)
    widget.reads("end")
    hostile = (
        "faqbot-chat :is(.message, .header) :is(img, script, [onerror], a[href^='javascript'])"
    )
    assert widget.page.locator(hostile).count() == 0
    assert widget.page.title() != "owned"


def test_markup_is_rebuilt_from_safe_parts_when_the_server_is_wrong(widget: Widget) -> None:
    def poison(route: Route) -> None:
        body = route.fetch().json()
        body["replies"][0]["html"] = (
            "<p onclick=alert(1)>safe <script>document.title='owned'</script>"
            "<a href='javascript:alert(1)'>link</a><img src=x onerror=alert(1)></p>"
        )
        route.fulfill(json=body)

    widget.page.route("**/events", lambda route: route.abort())
    widget.page.route("**/messages", poison)
    widget.opens().consents().says("hello")
    said = widget.reads("safe").locator("xpath=ancestor::li")
    assert said.locator("img, script, [onclick], a[href^='javascript']").count() == 0
    assert widget.page.title() != "owned"


def test_nothing_on_the_page_moves_when_the_widget_loads_and_opens(widget: Widget) -> None:
    watch = """() => new Promise((done) => { let moved = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((e) => { moved += e.value; }))
            .observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(moved), 300); })"""
    widget.opens()
    assert widget.page.evaluate(watch) == 0
