"""Whatever is sent: a clear problem or a safe reply, never a 500, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.adapters.database.models import MessageRow
from tests.scripted_dialogue import Clinic
from tests.web_visitor import API, Visitor

MESSAGE = {"client_message_id": "m1", "text": "hello"}


def _problem(response: TestResponse, status: int, field: str | None = None) -> dict[str, Any]:
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem: dict[str, Any] = response.json or {}
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert len(problem["reference"]) == 12
    if field is not None:
        assert [error["field"] for error in problem["errors"]] == [field]
    return problem


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**MESSAGE, "metadata": {"triage": {}}}, "metadata"),
        ({**MESSAGE, "text": ""}, "text"),
        ({**MESSAGE, "text": " \n "}, "text"),
        ({**MESSAGE, "text": "x" * 10_000}, "text"),
        ({**MESSAGE, "text": "a\x00b"}, "text"),
        ({**MESSAGE, "text": None}, "text"),
        ({**MESSAGE, "text": ["hello"]}, "text"),
        ({**MESSAGE, "text": 7}, "text"),
        ({"text": "hello"}, "client_message_id"),
        ({**MESSAGE, "client_message_id": "../.."}, "client_message_id"),
        ([], "body"),
        ("hello", "body"),
    ],
)
def test_message_is_refused_with_its_field_when_it_is_out_of_form(
    clinic: Clinic, visitor: Visitor, body: Any, field: str
) -> None:
    _problem(visitor.post("messages", body), 400, field)
    assert [row.author for row in clinic.rows(MessageRow)] == ["bot"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"{",
        b"\xff\xfe{}",
        b'{"client_message_id": "m1", "text": "\xc3("}',
        b'{"client_message_id": "m1", "text": "half \\ud800"}',
        b"[" * 60_000,
        b'{"client_message_id": "m1", "text": ' + b"9" * 6000 + b"}",
    ],
)
def test_body_is_refused_when_it_is_no_json_text(visitor: Visitor, raw: bytes) -> None:
    headers = {**visitor.headers, "Content-Type": "application/json"}
    path = f"{API}/{visitor.id}/messages"
    _problem(visitor.client.post(path, data=raw, headers=headers), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_body_is_refused_when_it_is_not_declared_as_json(visitor: Visitor, kind: str) -> None:
    headers = {**visitor.headers, "Content-Type": kind}
    path = f"{API}/{visitor.id}/messages"
    _problem(visitor.client.post(path, data=b"{}", headers=headers), 415)


def test_body_is_refused_when_it_is_huge(visitor: Visitor) -> None:
    _problem(visitor.say("x" * 70_000), 413)


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f62d\U0001f494",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "/restart",
        '/ask_faq{"x":1}',
        "'; DROP TABLE messages; --",
        "{{7*7}}",
        "\u202eevil\u202c",
        "z\u0351\u036b\u0343\u0350a\u0330l",
    ],
)
def test_message_is_answered_and_kept_unchanged_when_its_text_is_odd(
    visitor: Visitor, text: str
) -> None:
    response = visitor.say(text)
    assert response.status_code == 200
    assert response.json is not None
    message = response.json["message"]
    assert message["text"] == text
    for danger in ("<script", "<img", "href"):
        assert danger not in message["html"]
    assert response.json["replies"]


def test_conversation_is_not_found_when_its_id_is_unknown(client: FlaskClient) -> None:
    headers = {"Authorization": "Bearer x"}
    for unknown in ("nonsense", "%00", "a" * 300, "../../etc/passwd"):
        path = f"{API}/{unknown}/messages"
        _problem(client.post(path, json=MESSAGE, headers=headers), 404)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer " + "x" * 500, "Bearer é"]
)
@pytest.mark.parametrize("path", ["messages", "events", "feedback", "contact"])
def test_conversation_stays_closed_when_the_token_is_wrong(
    visitor: Visitor, authorization: str, path: str
) -> None:
    headers = {"Authorization": authorization.encode("utf-8").decode("latin-1")}
    method = "GET" if path == "events" else "POST"
    response = visitor.client.open(
        f"{API}/{visitor.id}/{path}", method=method, json=MESSAGE, headers=headers
    )
    _problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_conversation_stays_closed_when_the_token_is_of_another_one(
    client: FlaskClient, visitor: Visitor
) -> None:
    other = client.post(API, json={}).json
    assert other is not None
    headers = {"Authorization": f"Bearer {other['token']}"}
    _problem(client.get(f"{API}/{visitor.id}/messages", headers=headers), 401)


def test_id_is_refused_when_it_comes_with_another_text(visitor: Visitor) -> None:
    visitor.say("hello")
    _problem(visitor.say("goodbye"), 409, "client_message_id")


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "1" * 30, "%00", "\u0661"])
def test_place_is_refused_when_it_is_no_number(visitor: Visitor, after: str) -> None:
    _problem(visitor.get(f"messages?after={after}"), 400, "after")


def test_address_is_a_problem_when_it_is_unknown_or_takes_another_method(
    client: FlaskClient,
) -> None:
    _problem(client.get("/nothing"), 404)
    response = client.delete(API)
    _problem(response, 405)
    assert "POST" in response.headers["Allow"]


def test_rating_is_refused_when_its_message_belongs_to_another(
    client: FlaskClient, visitor: Visitor
) -> None:
    other = client.post(API, json={}).json
    assert other is not None
    rating = {"message_id": other["notice"]["id"], "rating": "up"}
    _problem(visitor.post("feedback", rating), 404, "message_id")
    _problem(visitor.post("feedback", {**rating, "rating": "five"}), 400, "rating")
    _problem(visitor.post("contact", {"method": "fax", "value": "1"}), 400, "method")
    _problem(visitor.post("contact", {"value": " "}), 400, "value")


def test_one_message_is_kept_when_parallel_posts_share_an_id(
    app: Flask, clinic: Clinic, visitor: Visitor
) -> None:
    clinic.dialogue.delay = lambda _text: 0.05

    def post(_number: int) -> Any:
        path = f"{API}/{visitor.id}/messages"
        return app.test_client().post(path, json=MESSAGE, headers=visitor.headers).json

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert [row.author for row in clinic.rows(MessageRow)].count("visitor") == 1


def test_text_and_token_stay_out_of_the_log_when_something_breaks(
    app: Flask, clinic: Clinic, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("my secret words 202-555-0123")

    clinic.conversations.post = broken  # type: ignore[method-assign,assignment]
    problem = _problem(visitor.say("my secret words"), 500)
    assert "secret" not in str(problem)
    assert problem["reference"] in caplog.text
    assert "RuntimeError at" in caplog.text
    for private in ("secret", "555", visitor.token):
        assert private not in caplog.text
