"""Which websites may call the API from their pages, and who a visitor is to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.adapters.database.models import VerifiedVisitorRow, WebConsentRow
from bot.assembly import Core
from bot.channels.web.app import create_app
from bot.conversation.visits import sign
from bot.settings import load_settings
from tests.scripted_dialogue import Clinic, PlainTexts
from tests.web_visitor import API

CLINIC, OTHER, KEY = "https://www.clinic.example", "https://evil.example", "k" * 40
Build = Callable[..., FlaskClient]


@pytest.fixture
def build(clinic: Clinic, tmp_path: Path) -> Build:
    def made(**settings: str) -> FlaskClient:
        found = load_settings({"FAQBOT_VAR": str(tmp_path), **settings})
        core = Core(found)
        parts = {"database": clinic.database, "store": clinic.store, "desk": clinic.desk}
        parts |= {"texts": cast(Any, PlainTexts()), "conversations": clinic.conversations}
        vars(core).update(parts)
        app: Flask = create_app(found, core)
        return app.test_client()

    return made


def _start(client: FlaskClient, origin: str, **body: Any) -> Any:
    return client.post(API, json=body, headers={"Origin": origin})


def test_page_may_call_when_its_site_is_on_the_list(build: Build) -> None:
    client = build(FAQBOT_WEB_ORIGINS=f"{CLINIC} https://other.clinic.example")
    response = _start(client, CLINIC)
    assert response.status_code == 201
    assert response.headers["Access-Control-Allow-Origin"] == CLINIC
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{CLINIC}.evil.example", "http://www.clinic.example"]
)
def test_page_is_refused_before_anything_is_done_when_its_site_is_not_on_the_list(
    build: Build, clinic: Clinic, origin: str
) -> None:
    client = build(FAQBOT_WEB_ORIGINS=CLINIC)
    response = _start(client, origin)
    assert response.status_code == 403
    assert response.mimetype == "application/problem+json"
    assert "Access-Control-Allow-Origin" not in response.headers
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert client.options(API, headers=preflight).status_code == 403


def test_browser_is_told_what_it_may_send_when_it_asks_beforehand(build: Build) -> None:
    client = build(FAQBOT_WEB_ORIGINS=CLINIC)
    asked = {"Origin": CLINIC, "Access-Control-Request-Method": "POST"}
    response = client.options(f"{API}/some-id/messages", headers=asked)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == CLINIC
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]


def test_own_pages_and_programs_may_always_call(build: Build) -> None:
    client = build(FAQBOT_PUBLIC_URL="https://chat.clinic.example")
    assert _start(client, "http://localhost").status_code == 201  # the test client's own host
    assert _start(client, "https://chat.clinic.example").status_code == 201
    assert client.post(API, json={}).status_code == 201


def test_refusal_can_be_read_by_the_page_when_its_site_is_on_the_list(build: Build) -> None:
    client = build(FAQBOT_WEB_ORIGINS=CLINIC)
    response = client.get(
        f"{API}/x/messages", headers={"Origin": CLINIC, "Authorization": "Bearer x"}
    )
    assert response.status_code == 404
    assert response.headers["Access-Control-Allow-Origin"] == CLINIC


@pytest.mark.parametrize("path", ["/widget.js", "/widget/app.js", "/widget/texts/es.json"])
def test_widgets_files_may_be_loaded_by_any_page(build: Build, path: str) -> None:
    with build().get(path, headers={"Origin": OTHER}) as response:
        assert response.status_code == 200
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age" in response.headers["Cache-Control"]
    assert build().get("/widget/../../../settings.py").status_code == 404


def test_widget_gets_name_notice_and_suggestions_before_a_conversation(
    build: Build, clinic: Clinic
) -> None:
    body = build().get("/api/v1/widget?language=es").json
    assert body is not None
    assert body["clinic"] == "Test Clinic"
    assert 'href="tel:988"' in body["notice_html"]
    assert body["suggestions"] == [{"title": "Is it approved?", "text": "is it approved?"}]
    assert build().get("/api/v1/widget?language=fr").status_code == 400


def _identity(user: str = "42", key: str = KEY, ahead: int = 60) -> dict[str, Any]:
    expires = int(time.time()) + ahead
    return {"user": user, "expires": expires, "signature": sign(key, user, expires)}


def test_verified_visitor_gets_their_conversation_with_a_token_of_its_own(
    build: Build, clinic: Clinic
) -> None:
    clinic.clock.now = clinic.clock.now.fromtimestamp(time.time(), clinic.clock.now.tzinfo)
    client = build(FAQBOT_IDENTITY_KEYS=KEY)
    first = client.post(API, json={"identity": _identity(), "consent": True}).json
    second = client.post(API, json={"identity": _identity()}).json
    other = client.post(API, json={"identity": _identity("43")}).json
    assert first is not None
    assert second is not None
    assert other is not None
    assert first["id"] == second["id"] != other["id"]
    for token in (first["token"], second["token"]):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{API}/{first['id']}/messages", headers=headers).status_code == 200
        assert client.get(f"{API}/{other['id']}/messages", headers=headers).status_code == 401
    assert len(clinic.rows(WebConsentRow)) == 1
    assert "42" not in {row.visitor_key for row in clinic.rows(VerifiedVisitorRow)}


def test_verified_visitor_gets_a_new_conversation_when_theirs_was_silent_for_long(
    build: Build, clinic: Clinic
) -> None:
    client = build(FAQBOT_IDENTITY_KEYS=KEY)
    first = client.post(API, json={"identity": _identity()}).json
    clinic.clock.turn(days=31)
    second = client.post(API, json={"identity": _identity()}).json
    assert first is not None
    assert second is not None
    assert first["id"] != second["id"]
    headers = {"Authorization": f"Bearer {first['token']}"}
    assert client.get(f"{API}/{first['id']}/messages", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "identity",
    [
        _identity(key="x" * 40),
        {**_identity(), "user": "43"},
        {**_identity(), "expires": int(time.time()) + 90},
        _identity(ahead=-10),
        _identity(ahead=3 * 24 * 3600),
        {**_identity(), "signature": "0" * 64},
        {**_identity(), "signature": "short"},
    ],
)
def test_identity_is_refused_when_it_is_forged_old_or_for_too_long(
    build: Build, clinic: Clinic, identity: dict[str, Any]
) -> None:
    response = build(FAQBOT_IDENTITY_KEYS=KEY).post(API, json={"identity": identity})
    assert response.status_code == 400
    assert clinic.rows(VerifiedVisitorRow) == []
    assert build().post(API, json={"identity": _identity()}).status_code == 400


def test_identity_counts_under_the_old_key_too_when_the_key_was_changed(build: Build) -> None:
    old = build(FAQBOT_IDENTITY_KEYS=KEY).post(API, json={"identity": _identity()}).json
    both = build(FAQBOT_IDENTITY_KEYS=f"{'n' * 40} {KEY}")
    assert old is not None
    for key in (KEY, "n" * 40):
        again = both.post(API, json={"identity": _identity(key=key)}).json
        assert again is not None
        assert again["id"] == old["id"]
