"""Rates of visitors and addresses; danger is taken in at any rate."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.adapters.database.models import EscalationRow, MessageRow
from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.channels.web.limits import Limiter
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts, red_line
from tests.web_visitor import API, Visitor

Build = Callable[..., Flask]


@pytest.fixture
def build(clinic: Clinic, tmp_path: Path) -> Build:
    """Builds a site with these settings; triage says danger for "hopeless" only."""

    def made(**settings: str) -> Flask:
        found = load_settings({"FAQBOT_VAR": str(tmp_path), **settings})
        core = Core(found)
        parts = {"database": clinic.database, "store": clinic.store, "desk": clinic.desk}
        parts |= {"texts": cast(Any, PlainTexts()), "conversations": clinic.conversations}
        vars(core).update(parts)
        app = create_app(found, core)
        danger = app.extensions["faqbot_site"].danger
        danger._triage_says = lambda text, _previous: "hopeless" in text
        return app

    return made


def _visit(app: Flask) -> Visitor:
    client = app.test_client()
    started = client.post(API, json={}).json
    assert started is not None
    return Visitor(client, started["id"], started["token"])


def _limited(response: TestResponse) -> None:
    assert response.status_code == 429
    assert response.mimetype == "application/problem+json"
    assert int(response.headers["Retry-After"]) >= 1


def _texts(clinic: Clinic) -> list[str]:
    return [row.text for row in clinic.rows(MessageRow) if row.author == "visitor"]


def test_message_waits_when_the_visitor_was_too_quick(build: Build, clinic: Clinic) -> None:
    visitor = _visit(build(FAQBOT_LIMIT_VISITOR="2/minute"))
    assert visitor.say("one", "m1").status_code == 200
    assert visitor.say("two", "m2").status_code == 200
    _limited(visitor.say("three", "m3"))
    assert _texts(clinic) == ["one", "two"]


@pytest.mark.parametrize("words", ["i want to die", "it is all hopeless"])
def test_danger_is_taken_in_and_escalated_when_the_visitor_is_over_every_limit(
    build: Build, clinic: Clinic, words: str
) -> None:
    clinic.dialogue.script[words] = red_line("self_harm", "T1")
    app = build(FAQBOT_LIMIT_VISITOR="1/minute", FAQBOT_LIMIT_ADDRESS="1/minute")
    visitor = _visit(app)
    visitor.say("one", "m1")
    _limited(visitor.say("two", "m2"))
    response = visitor.say(words, "m3")
    assert response.status_code == 200
    assert (response.json or {})["replies"][0]["kind"] == "crisis"
    assert [row.category for row in clinic.rows(EscalationRow)] == ["self_harm"]


def test_wording_of_danger_is_still_looked_for_when_triage_is_over_its_own_limit(
    build: Build, clinic: Clinic
) -> None:
    app = build(FAQBOT_LIMIT_VISITOR="1/minute", FAQBOT_LIMIT_TRIAGE="1/minute")
    visitor = _visit(app)
    visitor.say("one", "m1")
    _limited(visitor.say("two", "m2"))
    _limited(visitor.say("hopeless", "m3"))  # only the model would see it
    assert visitor.say("i want to die", "m4").status_code == 200


def test_person_in_danger_gets_a_conversation_when_their_address_started_too_many(
    build: Build,
) -> None:
    client = build(FAQBOT_LIMIT_STARTS="1/minute").test_client()
    assert client.post(API, json={}).status_code == 201
    _limited(client.post(API, json={}))
    _limited(client.post(API, json={"first_text": "hello"}))
    assert client.post(API, json={"first_text": "i want to die"}).status_code == 201


def test_addresses_do_not_share_a_limit_when_a_proxy_tells_them_apart(build: Build) -> None:
    app = build(FAQBOT_LIMIT_STARTS="1/minute", FAQBOT_TRUSTED_PROXIES="1")
    client = app.test_client()

    def start(address: str) -> int:
        return client.post(API, json={}, headers={"X-Forwarded-For": address}).status_code

    assert [start("192.0.2.1"), start("192.0.2.1"), start("192.0.2.2")] == [201, 429, 201]
    # A household's addresses of the sixth version are one.
    assert [start("2001:db8::1"), start("2001:db8::2"), start("2001:db8:1::1")] == [201, 429, 201]


def test_forwarded_address_is_not_believed_when_no_proxy_is_trusted(build: Build) -> None:
    client = build(FAQBOT_LIMIT_STARTS="1/minute").test_client()
    first = client.post(API, json={}, headers={"X-Forwarded-For": "192.0.2.1"})
    second = client.post(API, json={}, headers={"X-Forwarded-For": "192.0.2.2"})
    assert (first.status_code, second.status_code) == (201, 429)


def test_reads_ratings_and_contacts_wait_when_they_come_too_often(build: Build) -> None:
    app = build(FAQBOT_LIMIT_READS="1/minute", FAQBOT_LIMIT_ADDRESS="1/minute")
    visitor = _visit(app)
    assert visitor.get("messages").status_code == 200
    _limited(visitor.get("messages"))
    _limited(visitor.get("events"))
    assert visitor.post("contact", {"value": "202-555-0123"}).status_code == 204
    _limited(visitor.post("contact", {"value": "202-555-0123"}))
    _limited(visitor.post("feedback", {"message_id": "x", "rating": "up"}))


def test_visitors_are_served_when_the_limits_cannot_be_counted(
    build: Build, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    app = build(FAQBOT_LIMIT_VISITOR="1/minute")
    visitor = _visit(app)

    def broken(*_arguments: object) -> bool:
        raise ConnectionError("127.0.0.1 202-555-0123")

    app.extensions["faqbot_site"].limiter._limiter.hit = broken
    assert visitor.say("one", "m1").status_code == 200
    assert visitor.say("two", "m2").status_code == 200
    assert "limits are not counted" in caplog.text
    assert "555" not in caplog.text


def test_visitors_are_served_at_once_when_the_store_of_limits_hangs(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "redis"))
        silent.listen(8)  # takes calls, and never answers
        limiter = Limiter(load_settings({"FAQBOT_REDIS_URL": f"unix://{tmp_path}/redis"}))
        started = time.monotonic()
        assert limiter.wait("visitor", "one") == 0
        assert time.monotonic() - started < 3
        started = time.monotonic()
        assert limiter.wait("address", "two") == 0  # the next one does not wait at all
        assert time.monotonic() - started < 0.1


def test_address_is_kept_as_a_keyed_hash_only(build: Build) -> None:
    app = build()
    limiter = app.extensions["faqbot_site"].limiter
    client: FlaskClient = app.test_client()
    client.post(API, json={}, headers={})
    kept = " ".join(map(str, limiter._storage.events))
    assert kept
    assert "127.0.0.1" not in kept
