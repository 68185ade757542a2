"""What a visitor meets on the chat page, on a 320 px phone in dark mode."""

from __future__ import annotations

import json

from playwright.sync_api import Route

from bot.adapters.database.models import MessageRow
from tests.chat_page import Chat
from tests.scripted_dialogue import ANSWER, Clinic, red_line, reply


def test_visitor_reads_answer_source_and_draft_label_when_they_ask(chat: Chat) -> None:
    chat.says("is it approved?")
    chat.reads("See the label.")
    chat.reads("Agency, Label, 2024")
    chat.reads("Draft, not yet approved by a clinician")
    assert chat.page.evaluate("document.activeElement.id") == "text"


def test_conversation_goes_on_when_the_page_is_reloaded(chat: Chat) -> None:
    chat.says("is it approved?")
    chat.reads("See the label.")
    before = chat.conversation_id()
    chat.page.reload()
    chat.reads("See the label.")
    assert chat.page.locator("article").count() == 2
    assert chat.conversation_id() == before
    assert chat.page.locator("#log").get_attribute("aria-live") == "polite"


def test_message_arrives_once_when_the_network_was_down(chat: Chat, clinic: Clinic) -> None:
    chat.page.context.set_offline(True)
    chat.says("are you there?")
    chat.reads("Not sent yet. Trying again.")
    chat.page.context.set_offline(False)
    chat.reads("See the label.")
    stored = [row.text for row in clinic.rows(MessageRow) if row.author == "visitor"]
    assert stored == ["are you there?"]
    assert chat.page.locator(".delivery").count() == 0


def test_answer_is_not_doubled_when_only_the_response_was_lost(chat: Chat, clinic: Clinic) -> None:
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/messages", lose_first)
    chat.says("is it approved?")
    chat.reads("See the label.")
    answer = json.loads(lost[0])["replies"][0]["id"]
    assert [row.id for row in clinic.rows(MessageRow) if row.kind == "answer"] == [answer]
    assert chat.page.locator("article.bot").count() == 1


def test_numbers_can_be_tapped_and_nothing_overflows_when_it_is_a_crisis(
    chat: Chat, clinic: Clinic
) -> None:
    clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    chat.says("i want to die")
    for label, href in (("Call 988", "tel:988"), ("Text 988", "sms:988"), ("Call 911", "tel:911")):
        link = chat.page.locator(".urgent").get_by_role("link", name=label)
        assert link.get_attribute("href") == href
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert 0 <= box["y"] < 640
    assert chat.page.evaluate("document.documentElement.scrollWidth") == 320
    assert chat.page.get_by_role("button", name="Talk to a person").is_visible()
    chat.page.locator("#status").get_by_text("This is in front of staff").wait_for()


def test_staffs_words_arrive_by_themselves_when_they_take_over(chat: Chat, clinic: Clinic) -> None:
    chat.says("hello")
    chat.reads("See the label.")
    sam = clinic.staff()
    clinic.desk.claim(chat.conversation_id(), sam)
    chat.page.locator("#status").get_by_text("You are talking with Sam").wait_for()
    clinic.desk.staff_reply(chat.conversation_id(), sam, "s1", "<b>Hello</b> from Sam")
    chat.reads("<b>Hello</b> from Sam")


def test_choice_is_sent_as_a_message_when_it_is_tapped(chat: Chat) -> None:
    chat.says("hello")
    chat.page.get_by_role("button", name="How long?").click()
    chat.page.locator("article.visitor").get_by_text("How long does a visit take?").wait_for()


def test_rating_and_contact_are_kept_when_they_are_given(chat: Chat, clinic: Clinic) -> None:
    chat.says("hello")
    chat.page.get_by_role("button", name="Yes").click()
    chat.reads("Thank you.")
    chat.page.get_by_text("Leave a number").click()
    chat.page.get_by_label("Number or e-mail").fill("202-555-0123")
    chat.page.get_by_role("button", name="Save").click()
    chat.page.get_by_text("Saved. Staff can see it.").wait_for()
    case = clinic.desk.get_conversation(chat.conversation_id())
    assert case.feedback[0].rating == "up"
    assert case.contact is not None
    assert case.contact.value == "202-555-0123"


def test_words_come_back_with_the_reason_when_they_are_too_long(chat: Chat) -> None:
    chat.says("x" * 10_000)
    chat.page.get_by_role("alert").get_by_text("at most 4,000 characters").wait_for()
    assert len(chat.page.get_by_label("Your message").input_value()) == 10_000
    assert chat.page.locator("article").count() == 0


def test_markup_stays_words_when_it_is_hostile(chat: Chat, clinic: Clinic) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"> [x](javascript:alert(1)) **bold**"
    clinic.dialogue.script[hostile] = reply("answer", hostile, footer=hostile)
    chat.says(hostile)
    chat.page.locator("article.bot strong").first.wait_for()
    assert chat.page.locator("article img, article a").count() == 0
    assert chat.page.title() != "owned"


def test_markup_is_rebuilt_from_safe_parts_when_the_server_is_wrong(chat: Chat) -> None:
    def poison(route: Route) -> None:
        body = route.fetch().json()
        body["replies"][0]["html"] = (
            "<p onclick=alert(1)>safe <script>document.title='owned'</script>"
            "<a href='javascript:alert(1)'>link</a><img src=x onerror=alert(1)></p>"
        )
        route.fulfill(json=body)

    chat.page.route("**/events", lambda route: route.abort())
    chat.page.route("**/messages", poison)
    chat.says("hello")
    chat.reads("safe")
    assert chat.page.title() != "owned"
    assert chat.page.locator("article img, article script, article [onclick]").count() == 0
    assert chat.page.locator("article a[href^='javascript']").count() == 0
    # Had the script let a handler through, the policy would have stopped it: it says so.
    assert all("Content Security Policy" in complaint for complaint in chat.complaints)
    chat.complaints.clear()


def test_conversation_starts_anew_when_the_visitor_starts_over(chat: Chat) -> None:
    chat.says("hello")
    chat.reads("See the label.")
    before = chat.conversation_id()
    chat.page.once("dialog", lambda dialog: dialog.accept())
    chat.page.get_by_role("button", name="Start over").click()
    assert chat.page.locator("article").count() == 0
    chat.says("hello again")
    chat.reads(ANSWER.text.split(" ", 1)[1])
    assert chat.conversation_id() != before
