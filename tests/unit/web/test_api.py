"""The chat API as a well-behaved client meets it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from bot.adapters.database.models import EscalationRow
from bot.conversation.errors import DialogueError, StoreUnavailableError
from tests.scripted_dialogue import Clinic, red_line, reply
from tests.web_visitor import API, Visitor


def test_conversation_is_started_with_token_and_notice_when_asked(client: FlaskClient) -> None:
    for body in ({}, {"language": "es"}):
        response = client.post(API, json=body)
        assert response.status_code == 201
        assert response.json is not None
        assert set(response.json) == {"id", "token", "notice", "state"}
        assert response.json["notice"]["kind"] == "notice"
        assert 'href="tel:988"' in response.json["notice"]["html"]
    assert client.post(API).status_code == 201


def test_answer_has_text_html_sources_and_choices_when_a_question_is_asked(
    visitor: Visitor,
) -> None:
    body = visitor.say("is it approved?").json
    assert body is not None
    assert set(body) == {"message", "replies", "state", "staff_name"}
    (answer,) = body["replies"]
    assert answer["html"] == "<p><strong>No.</strong> See the label.</p>"
    assert answer["sources"][0]["title"] == "Label"
    assert answer["buttons"] == [{"title": "How long?", "text": "How long does a visit take?"}]
    assert answer["draft"] is True
    assert body["message"]["client_message_id"] == "m1"


def test_staffs_matters_are_hidden_when_a_message_is_escalated(
    clinic: Clinic, visitor: Visitor
) -> None:
    clinic.dialogue.script["dose"] = red_line("dosing", "T2")
    response = visitor.say("dose")
    assert response.json is not None
    assert response.json["replies"][0]["escalated"] is True
    assert "T2" not in response.text
    assert "script: dosing" not in response.text


def test_same_replies_come_back_when_the_same_id_is_sent_again(visitor: Visitor) -> None:
    assert visitor.say("hello").json == visitor.say("hello").json


def test_crisis_numbers_are_links_when_the_text_has_none(clinic: Clinic, visitor: Visitor) -> None:
    clinic.dialogue.script["die"] = reply("crisis", "Call or text 988 now, or 1-800-222-1222.")
    body = visitor.say("die").json
    assert body is not None
    html = body["replies"][0]["html"]
    assert 'href="tel:988"' in html
    assert 'href="tel:1-800-222-1222"' in html


def test_holding_reply_comes_with_200_when_the_dialogue_is_down(
    clinic: Clinic, visitor: Visitor
) -> None:
    clinic.dialogue.script["hello"] = DialogueError("unreachable")
    response = visitor.say("hello")
    assert response.status_code == 200
    assert response.json is not None
    assert response.json["replies"][0]["kind"] == "holding"
    assert len(clinic.rows(EscalationRow)) == 1


def test_history_is_paged_when_after_is_given(visitor: Visitor) -> None:
    for number in range(3):
        visitor.say("hello", f"m{number}")
    everything = visitor.get("messages").json
    later = visitor.get("messages?after=5").json
    assert everything is not None
    assert later is not None
    assert [m["seq"] for m in everything["messages"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [m["seq"] for m in later["messages"]] == [6, 7]
    assert everything["has_more"] is False


def test_more_is_announced_when_the_history_is_long(visitor: Visitor) -> None:
    for number in range(101):
        visitor.say("hello", f"m{number}")
    page = visitor.get("messages").json
    assert page is not None
    assert (len(page["messages"]), page["has_more"]) == (200, True)


def test_state_names_staff_when_they_hold_the_conversation(
    clinic: Clinic, visitor: Visitor
) -> None:
    sam = clinic.staff()
    clinic.desk.claim(visitor.id, sam)
    clinic.desk.staff_reply(visitor.id, sam, "s1", "Hi,\nthis is <b>Sam</b>.")
    body = visitor.say("hello").json
    history = visitor.get("messages?after=1").json
    assert body is not None
    assert history is not None
    assert (body["state"], body["staff_name"], body["replies"]) == ("staff", "Sam", [])
    joined, words = history["messages"][:2]
    assert (joined["author"], joined["kind"], joined["text"]) == (
        "bot",
        "handoff",
        "Sam has joined.",
    )
    assert words["staff_name"] == "Sam"
    assert words["html"] == "<p>Hi,<br>this is &lt;b&gt;Sam&lt;/b&gt;.</p>"


def test_feedback_and_contact_are_kept_when_they_are_sent(clinic: Clinic, visitor: Visitor) -> None:
    body = visitor.say("hello").json
    assert body is not None
    answer = body["replies"][0]["id"]
    assert visitor.post("feedback", {"message_id": answer, "rating": "up"}).status_code == 204
    contact = {"method": "phone", "value": "202-555-0123", "best_time": "mornings"}
    assert visitor.post("contact", contact).status_code == 204
    case = clinic.desk.get_conversation(visitor.id)
    assert case.feedback[0].rating == "up"
    assert case.contact is not None
    assert case.contact.value == "202-555-0123"


def test_danger_in_a_rating_s_comment_gets_help_and_a_case(
    clinic: Clinic, visitor: Visitor
) -> None:
    body = visitor.say("hello").json
    assert body is not None
    rating = {"message_id": body["replies"][0]["id"], "rating": "down"}
    assert visitor.post("feedback", {**rating, "comment": "useless"}).status_code == 204
    assert clinic.desk.get_conversation(visitor.id).escalation is None

    rating["comment"] = "useless. i want to die"
    assert visitor.post("feedback", rating).status_code == 204

    case = clinic.desk.get_conversation(visitor.id)
    assert case.escalation is not None
    assert (case.escalation.category, case.escalation.tier) == ("self_harm", "T1")
    assert case.escalation.reason.startswith("In the comment of a rating")
    assert case.messages[-1].kind == "crisis"
    assert case.conversation.locked_at is not None


def test_busy_database_is_a_503_when_it_cannot_be_reached(
    clinic: Clinic, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_conversation_id: str) -> None:
        raise StoreUnavailableError("OperationalError")

    monkeypatch.setattr(clinic.store, "locked", down)
    response = visitor.say("hello")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert response.mimetype == "application/problem+json"


def test_token_no_longer_opens_when_the_conversation_was_idle_for_long(
    clinic: Clinic, visitor: Visitor
) -> None:
    clinic.clock.turn(days=29)
    assert visitor.get("messages").status_code == 200
    clinic.clock.turn(days=2)
    assert visitor.get("messages").status_code == 401
