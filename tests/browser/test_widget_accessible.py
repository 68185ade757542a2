"""WCAG 2.2 AA: axe in every state and both schemes, the keyboard, the accessibility tree, zoom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, Route, expect

from knowledge.reply import Button
from tests.scripted_dialogue import Clinic, red_line, reply
from tests.widget_site import Site
from tests.widget_visitor import SOON, Widget, visitor

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SIZES: dict[str, Any] = {
    "wide": {"width": 1100, "height": 800},
    "narrow": {"width": 320, "height": 640},
}
_SCHEMES: tuple[Any, ...] = ("light", "dark")
_AXE = """(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then((found) => {
    if (found.passes.length < 6) throw new Error('axe looked at nothing');
    return found.violations.map((v) => [v.id, v.nodes.map((node) => node.html)]);
})"""


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    script = clinic.dialogue.script
    script["i want to die"] = red_line("self_harm", "T1")
    choices = (Button("A visit?", "visit"), Button("The effects?", "effects"))
    script["how long"] = reply("clarify", "Did you mean one of these?", buttons=choices)
    made = Site(clinic, tmp_path)
    yield made
    made.stop()


def _looks(page: Page) -> dict[str, list[Any]]:
    """What axe finds in both schemes on both widths, by scheme and width."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = {}
    for width, size in _SIZES.items():
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        for scheme in _SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found[f"{scheme} {width}"] = page.evaluate(_AXE, _RULES)
    return found


def _no_widget(route: Route) -> None:
    route.abort()


def test_axe_finds_nothing_in_any_state_scheme_and_width(
    browser: Browser, site: Site, clinic: Clinic
) -> None:
    seen: dict[str, list[Any]] = {}
    with visitor(browser, reduced_motion="reduce") as widget:
        page = widget.page

        def look(state: str) -> None:
            seen.update({f"{state}, {how}": found for how, found in _looks(page).items()})

        page.route("**/api/v1/widget**", _no_widget)
        widget.visits(site.address)
        look("closed")
        widget.opens()
        look("error")
        page.unroute("**/api/v1/widget**")
        widget.button("Try again").click()
        widget.page.locator("faqbot-chat button.main", has_text="I understand").wait_for()
        look("consent")
        widget.consents()
        look("open")
        widget.says("is it approved?")
        widget.reads("See the label.")
        look("answer")
        widget.says("how long")
        widget.reads("Did you mean one of these?")
        look("choices")
        widget.button("More").click()
        look("menu")
        widget.button("Leave a number").click()
        look("form")
        widget.button("Save").click()
        look("form with an error")
        page.keyboard.press("Escape")
        widget.says("i want to die")
        expect(widget.panel.get_by_role("region", name="Help right now")).to_be_visible()
        look("crisis")
        sam = clinic.staff()
        clinic.desk.claim(widget.conversation_id(), sam)
        clinic.desk.staff_reply(widget.conversation_id(), sam, "s1", "Hello, I am Sam")
        widget.reads("Hello, I am Sam")
        look("hand-off")
        page.context.set_offline(True)
        widget.says("hello?")
        expect(widget.panel).to_contain_text("You are offline", timeout=SOON)
        look("offline")
        page.context.set_offline(False)
        page.goto(f"{site.address}/chat")
        widget.reads("Hello, I am Sam")
        look("page of its own")
    assert {state: found for state, found in seen.items() if found} == {}
    assert len(seen) == 13 * len(_SIZES) * len(_SCHEMES)


def _tabs_to(widget: Widget, name: str, key: str = "Tab") -> None:
    focused = "document.querySelector('faqbot-chat').shadowRoot.activeElement"
    for _ in range(30):
        found = widget.page.evaluate(f"({focused}?.ariaLabel ?? {focused}?.textContent ?? '')")
        if name in found:
            return
        widget.page.keyboard.press(key)
    pytest.fail(f"{name} cannot be reached with {key}")


def test_whole_conversation_works_with_the_keyboard_alone(
    browser: Browser, site: Site, clinic: Clinic
) -> None:
    with visitor(browser) as widget:
        keyboard = widget.visits(site.address).page.keyboard
        _tabs_to(widget, "Ask a question")
        keyboard.press("Enter")
        widget.page.locator("faqbot-chat button.main", has_text="I understand").wait_for()
        _tabs_to(widget, "I understand")
        keyboard.press("Enter")
        expect(widget.input).to_be_focused()
        keyboard.type("is it approved?")
        keyboard.press("Enter")
        widget.reads("See the label.")
        expect(widget.input).to_be_focused()
        _tabs_to(widget, "How long?", "Shift+Tab")
        keyboard.press("Enter")
        widget.reads("How long does a visit take?")
        _tabs_to(widget, "Talk to a person")
        keyboard.press("Space")
        widget.reads("I want to talk to a person")
        _tabs_to(widget, "More")
        keyboard.press("Enter")
        _tabs_to(widget, "Leave a number")
        keyboard.press("Escape")  # first the menu ...
        assert widget.panel.is_visible()
        keyboard.press("Escape")  # ... then the chat
        expect(widget.launcher).to_be_focused()
        assert not widget.panel.is_visible()


def test_notice_comes_before_the_button_that_accepts_it(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(site.address).opens()
        expect(widget.panel.get_by_role("heading", name="Before you start")).to_be_focused()


def test_chat_is_modal_only_while_it_covers_the_page(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(site.address).opens()
        for size, modal in ((_SIZES["narrow"], "true"), (_SIZES["wide"], None)):
            widget.page.set_viewport_size(size)
            widget.page.wait_for_function(
                "(modal) => document.querySelector('faqbot-chat').shadowRoot"
                ".querySelector('.panel').ariaModal === modal",
                arg=modal,
            )


def test_reply_is_announced_when_a_form_is_in_the_conversations_place(
    browser: Browser, site: Site, clinic: Clinic
) -> None:
    clinic.dialogue.delay = lambda _text: 1.5
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("is it approved?")
        widget.button("More").click()
        widget.button("Leave a number").click()
        spoken = widget.page.locator("faqbot-chat .sr[role=status]")
        expect(spoken).to_contain_text("See the label.", timeout=SOON)
        expect(widget.panel.get_by_label("Number or e-mail address")).to_be_visible()


def test_focus_stays_in_the_open_chat_and_is_always_seen(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("is it approved?")
        widget.reads("See the label.")
        root = "document.querySelector('faqbot-chat').shadowRoot"
        for key in ("Tab", "Shift+Tab"):
            for _ in range(20):
                widget.page.keyboard.press(key)
                inside = widget.page.evaluate(f"{root}.activeElement?.closest('.panel') !== null")
                assert inside
                outline = widget.page.evaluate(
                    f"getComputedStyle({root}.activeElement).outlineStyle"
                )
                assert outline != "none"
                box = widget.page.evaluate(f"{root}.activeElement.getBoundingClientRect().toJSON()")
                assert box["bottom"] > 0
                assert box["top"] < 800


def test_reply_is_announced_once_and_history_is_not_when_the_page_is_reloaded(
    browser: Browser, site: Site
) -> None:
    listen = """() => { window.heard = [];
        const root = document.querySelector('faqbot-chat').shadowRoot;
        new MutationObserver((list) => list.forEach((change) => {
            const live = change.target.closest?.('[role=status], [role=alert]');
            if (live) change.addedNodes.forEach((node) => window.heard.push(node.textContent));
        })).observe(root, {childList: true, subtree: true}); }"""
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents()
        widget.page.evaluate(listen)
        widget.says("is it approved?")
        widget.reads("See the label.")
        widget.page.wait_for_timeout(800)  # the stream brings the same reply again
        heard = widget.page.evaluate("window.heard.filter((text) => text.includes('label'))")
        assert heard == ["Assistant: No. See the label."]
        widget.says("i want to die")
        widget.panel.get_by_role("region", name="Help right now").wait_for()
        urgent = widget.page.locator("faqbot-chat .sr[role=alert]")
        expect(urgent).to_contain_text("Assistant: Call 988 or 911.")
        widget.page.reload()
        widget.launcher.wait_for()
        widget.page.evaluate(listen)
        widget.opens()
        widget.reads("See the label.")
        widget.page.wait_for_timeout(500)
        assert widget.page.evaluate("window.heard.filter((text) => /label|988/.test(text))") == []


def test_accessibility_tree_names_everything(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("is it approved?")
        widget.reads("See the label.")
        tree = widget.panel.aria_snapshot()
    for line in (
        'dialog "Test Clinic"',
        'heading "Test Clinic" [level=1]',
        'button "More"',
        'button "Close chat"',
        'group "Help in an emergency"',
        'link "Call 911"',
        'link "Text 988"',
        'button "Quick exit: leaves this page and clears the chat from this device"',
        'region "Conversation"',
        'group "Was this helpful?"',
        'group "You could also ask"',
        'textbox "Your message"',
        'button "Send"',
        'button "Talk to a person"',
    ):
        assert line in tree


@pytest.mark.parametrize(("width", "height"), [(320, 256), (320, 640), (360, 300)])
def test_everything_can_be_reached_on_a_small_screen_and_at_400_percent_zoom(
    browser: Browser, site: Site, width: int, height: int
) -> None:
    size: Any = {"width": width, "height": height}
    with visitor(browser, viewport=size) as widget:
        widget.visits(site.address).opens().consents().says("i want to die")
        widget.panel.get_by_role("region", name="Help right now").wait_for()
        for name in ("Call 988", "Text 988", "Call 911"):
            link = widget.panel.get_by_role("region", name="Help right now").get_by_role("link")
            box = link.filter(has_text=name).bounding_box()
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        words = widget.page.locator("faqbot-chat .urgent .words")
        expect(words).to_be_in_viewport()  # by itself, as it came
        for name in ("Talk to a person", "Send", "Quick exit", "Close chat"):
            button = widget.button(name)
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport(ratio=0.9)
        wide = "(e) => e.scrollWidth <= e.clientWidth"
        assert widget.panel.evaluate(wide)
        assert widget.log.evaluate(wide)
        words.scroll_into_view_if_needed()
        expect(words).to_be_in_viewport()


def test_targets_are_large_enough_to_touch(browser: Browser, site: Site) -> None:
    with visitor(browser) as widget:
        widget.visits(site.address).opens().consents().says("is it approved?")
        widget.reads("See the label.")
        for button in widget.panel.get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, button.inner_text()


def test_chat_keeps_still_and_keeps_its_borders_when_the_visitor_asks_for_it(
    browser: Browser, site: Site
) -> None:
    with visitor(browser, reduced_motion="reduce", forced_colors="active") as widget:
        widget.visits(site.address).opens().consents()
        moving = widget.panel.evaluate("(e) => getComputedStyle(e).animationName")
        assert moving == "none"
        send = widget.page.locator("faqbot-chat .send")
        assert send.evaluate("(e) => getComputedStyle(e).borderTopWidth") == "2px"
        widget.says("i want to die")
        urgent = widget.page.locator("faqbot-chat .message.urgent")
        urgent.wait_for()
        assert urgent.evaluate("(e) => getComputedStyle(e).borderTopWidth") == "4px"
