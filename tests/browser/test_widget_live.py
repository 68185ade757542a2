"""News from staff when server-sent events are refused, cut or held back, and once they are back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Response, Route, expect

from bot.adapters.database.models import PresenceRow
from tests.scripted_dialogue import Clinic
from tests.widget_site import Site
from tests.widget_visitor import SOON, Widget, visitor

_EVENTS = "**/events"


@pytest.fixture
def site(clinic: Clinic, tmp_path: Path) -> Iterator[Site]:
    made = Site(clinic, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def widget(browser: Browser, site: Site) -> Iterator[Widget]:
    with visitor(browser) as made:
        made.page.clock.install()  # it runs on, and can be put forward
        yield made.visits(site.address).opens().consents()


def _refuse(route: Route) -> None:
    route.abort()


def _cut(route: Route) -> None:
    route.fulfill(status=200, content_type="text/event-stream", body="retry: 3000\n\n")


def _hold_back(route: Route) -> None:
    """What a proxy does that wants to see the whole answer first."""


def _is_stream(response: Response) -> bool:
    return response.url.endswith("/events") and response.status == 200


@pytest.mark.parametrize("fault", [_refuse, _cut, _hold_back])
def test_staff_reply_arrives_and_events_come_back_when_the_stream_fails(
    widget: Widget, clinic: Clinic, fault: object
) -> None:
    page = widget.page
    page.route(_EVENTS, fault)  # type: ignore[arg-type]  # any of the three above
    with page.expect_request(_EVENTS):
        widget.says("hello")
    widget.reads("See the label.")
    sam, conversation = clinic.staff(), widget.conversation_id()
    clinic.desk.claim(conversation, sam)
    clinic.desk.staff_reply(conversation, sam, "s1", "While it was away")
    page.clock.fast_forward(9_000)  # past the wait for the first word
    widget.reads("While it was away")
    page.unroute(_EVENTS)
    with page.expect_response(_is_stream, timeout=SOON):
        page.clock.fast_forward(61_000)  # past the longest wait between two tries
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/messages") or "/messages?" in request.url:
            asked.append(request.url)

    page.on("request", note)
    clinic.desk.staff_reply(conversation, sam, "s2", "Live again")
    widget.reads("Live again")
    assert asked == []  # it came by itself
    for words in ("hello", "See the label.", "Sam has joined.", "While it was away", "Live again"):
        assert widget.messages.filter(has_text=words).count() == 1, words


def test_warning_goes_when_the_network_is_back_and_nothing_was_said(widget: Widget) -> None:
    widget.says("hello")
    widget.reads("See the label.")
    trouble = widget.page.locator("faqbot-chat .trouble")
    widget.page.context.set_offline(True)
    expect(trouble).to_contain_text("You are offline", timeout=SOON)
    widget.page.context.set_offline(False)
    expect(trouble).to_be_empty(timeout=SOON)


def test_staff_are_shown_as_writing_when_they_step_in(widget: Widget, clinic: Clinic) -> None:
    widget.says("hello")
    widget.reads("See the label.")
    conversation, sam = widget.conversation_id(), clinic.staff()
    clinic.dialogue.delay = lambda _text: 3.0
    widget.says("and now?")
    typing = widget.page.locator("faqbot-chat .typing")
    expect(typing).to_contain_text("Assistant is writing")
    clinic.desk.claim(conversation, sam)
    row = PresenceRow(conversation_id=conversation, account_id=sam.account_id, name=sam.name)
    row.seen_at = row.typing_at = clinic.clock.now
    with clinic.database.write() as session:
        session.add(row)
    expect(typing).to_contain_text("Sam is writing", timeout=SOON)
