"""What holds for the whole site: access, headers, page, health, figures, document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from bot.channels.web.auth import ANYONE, VISITOR
from bot.channels.web.openapi import document
from tests.scripted_dialogue import Clinic
from tests.web_visitor import API, Visitor


def test_every_route_declares_its_access_when_the_site_is_built(app: Flask) -> None:
    access = {name: getattr(view, "access", None) for name, view in app.view_functions.items()}
    assert set(access.values()) == {ANYONE, VISITOR}
    for rule in app.url_map.iter_rules():
        needs_token = "conversation_id" in rule.arguments
        assert access[rule.endpoint] == (VISITOR if needs_token else ANYONE)


def test_every_api_route_is_in_the_document_when_the_site_is_built(app: Flask) -> None:
    routed = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, item in document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    pages = ("/", "/<any(es):language>/", "/chat", "/<any(es):language>/chat")
    no_api = {(path, "get") for path in (*pages, "/widget.js", "/widget/<path:name>", "/metrics")}
    no_api |= {("/api/v1/openapi.json", "get"), ("/static/<path:filename>", "get")}
    assert routed - no_api == described


def test_document_is_valid_when_it_is_fetched(client: FlaskClient) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.json == document()
    validate(document())


def _conforms(response: TestResponse, path: str, method: str) -> None:
    """Checks a real response against the document."""
    described = document()["paths"][path][method]["responses"][str(response.status_code)]
    if "content" not in described:
        assert response.data == b""
        return
    schema = described["content"][response.mimetype]["schema"]
    whole = {**document(), **schema}
    jsonschema.Draft202012Validator(whole).validate(response.json)


def test_responses_conform_to_the_document_when_they_are_real(
    clinic: Clinic, client: FlaskClient, visitor: Visitor
) -> None:
    one = f"{API}/{{conversation_id}}"
    _conforms(client.post(API, json={}), API, "post")
    _conforms(client.post(API, json={"x": 1}), API, "post")
    answered = visitor.say("hello")
    _conforms(answered, f"{one}/messages", "post")
    for bad in ({}, {"client_message_id": "m1", "text": "other"}, "x" * 70_000):
        _conforms(visitor.post("messages", bad), f"{one}/messages", "post")
    sam = clinic.staff()
    clinic.desk.claim(visitor.id, sam)
    clinic.desk.staff_reply(visitor.id, sam, "s1", "Hi")
    _conforms(visitor.say("held", "m2"), f"{one}/messages", "post")
    _conforms(visitor.get("messages"), f"{one}/messages", "get")
    _conforms(visitor.get("messages?after=x"), f"{one}/messages", "get")
    _conforms(client.get(f"{API}/nothing/messages"), f"{one}/messages", "get")
    rating: dict[str, Any] = {"message_id": "nothing", "rating": "up"}
    _conforms(visitor.post("feedback", rating), f"{one}/feedback", "post")
    rating["message_id"] = (answered.json or {})["replies"][0]["id"]
    _conforms(visitor.post("feedback", rating), f"{one}/feedback", "post")
    _conforms(visitor.post("contact", {"value": "202-555-0123"}), f"{one}/contact", "post")
    _conforms(client.get("/healthz"), "/healthz", "get")
    _conforms(client.get("/readyz"), "/readyz", "get")


@pytest.mark.parametrize(
    "path", ["/", "/es/", "/chat", "/es/chat", "/nothing", "/healthz", "/api/v1/openapi.json"]
)
def test_response_has_security_headers_when_anything_is_asked(
    client: FlaskClient, path: str
) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/es/", "/chat", "/es/chat"])
def test_page_says_whom_to_call_and_has_no_inline_code_when_no_script_runs(
    client: FlaskClient, path: str
) -> None:
    page = client.get(path).text
    assert f'lang="{"es" if "es" in path else "en"}"' in page
    assert "Test Clinic" in page
    for number in ("202-555-0100", "911", "988"):
        assert f'href="tel:{number}"' in page
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page)


def test_assets_are_kept_for_long_when_their_address_is_versioned(client: FlaskClient) -> None:
    page = client.get("/").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with client.get(address) as response:
            assert response.status_code == 200
            assert "immutable" in response.headers["Cache-Control"]


def test_script_parses_nothing_into_the_page_when_it_shows_words(app: Flask) -> None:
    for name in ("loader", "app"):
        words = Path(f"{app.static_folder}/widget/{name}.js").read_text(encoding="utf-8")
        for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert sink not in words


def test_readyz_says_what_fails_when_something_is_down(
    client: FlaskClient, checks: dict[str, bool]
) -> None:
    assert client.get("/readyz").json == {
        "status": "ready",
        "checks": {"database": "ok", "rasa": "ok"},
    }
    checks["rasa"] = False
    response = client.get("/readyz")
    assert response.status_code == 503
    assert (response.json or {})["checks"]["rasa"] == "failing"
    assert client.get("/healthz").status_code == 200


def test_figures_count_outcomes_and_hold_no_text_when_messages_came(
    client: FlaskClient, visitor: Visitor
) -> None:
    visitor.say("my secret words")
    figures = client.get("/metrics").text
    assert 'faqbot_web_messages_total{outcome="replied"} 1.0' in figures
    assert 'faqbot_web_replies_total{kind="answer"} 1.0' in figures
    assert 'endpoint="api.post_message",status="200"' in figures
    assert "secret" not in figures
    assert visitor.id not in figures
