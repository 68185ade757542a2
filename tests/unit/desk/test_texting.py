from __future__ import annotations

from bot.conversation.texting.model import TextState
from tests.desk_visitor import Desk
from tests.scripted_texting import PHONE, TextingClinic


def test_page_shows_number_consent_and_what_did_not_arrive_when_a_phone_texted(
    desk: Desk,
) -> None:
    texting = TextingClinic(desk.clinic)
    texting.text("is it approved?")
    conversation = texting.conversations()[0]
    sam = desk.logged_in()
    page = sam.get(f"/conversations/{conversation}").text
    assert f'href="tel:{PHONE}"' in page
    assert "May be texted" in page
    assert "Not delivered" not in page
    texting.report(texting.gateway.sent[-1], TextState.UNDELIVERED, "30003")
    texting.text("STOP")
    page = sam.get(f"/conversations/{conversation}").text
    assert "Opted out" in page
    assert "30003" in page


def test_page_shows_nothing_of_texting_when_a_visitor_chats(desk: Desk) -> None:
    page = desk.logged_in().get(f"/conversations/{desk.case()}").text
    assert 'id="texting"' not in page
