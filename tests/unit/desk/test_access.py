"""Who may see what, forged forms, and pages that leak nothing."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask

from bot.conversation.errors import StoreUnavailableError
from bot.desk.access import ANYONE, needs
from bot.desk.accounts import Role
from bot.desk.security import CONTENT_SECURITY_POLICY
from tests.desk_visitor import Desk

PUBLIC = {
    "static",
    "entry.login_form",
    "entry.login",
    "entry.forgotten_form",
    "entry.forgotten",
    "single_sign_on.begin",
    "single_sign_on.finish",
    "second_step.form",
    "second_step.check",
    "entry.welcome",
    "entry.redeem",
    "operation.healthz",
    "operation.readyz",
}
ACTIONS = ["claim", "assign", "acknowledge", "note", "reply", "hand-back", "resolve"]


def _access(app: Flask) -> dict[str, Any]:
    return {name: getattr(view, "access", None) for name, view in app.view_functions.items()}


def test_every_view_declares_the_role_it_needs(desk: Desk) -> None:
    undeclared = [n for n, a in _access(desk.app).items() if a != ANYONE and a not in Role]
    assert undeclared == []


def test_only_the_entrance_is_open_to_anyone(desk: Desk) -> None:
    assert {name for name, access in _access(desk.app).items() if access == ANYONE} == PUBLIC


def test_view_is_closed_to_everybody_when_it_declares_nothing(desk: Desk) -> None:
    desk.app.add_url_rule("/undeclared", "undeclared", lambda: "secret")
    response = desk.logged_in(role=Role.ADMIN).get("/undeclared")
    assert response.status_code == 403
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("role", "needed", "status"),
    [
        (Role.STAFF, Role.STAFF, 200),
        (Role.STAFF, Role.CLINICIAN, 403),
        (Role.STAFF, Role.ADMIN, 403),
        (Role.CLINICIAN, Role.STAFF, 200),
        (Role.CLINICIAN, Role.ADMIN, 403),
        (Role.ADMIN, Role.STAFF, 200),
        (Role.ADMIN, Role.ADMIN, 200),
    ],
)
def test_view_opens_when_the_role_covers_it(
    desk: Desk, role: Role, needed: Role, status: int
) -> None:
    desk.app.add_url_rule("/room", "room", needs(needed)(lambda: "inside"))
    assert desk.logged_in(role=role).get("/room").status_code == status


@pytest.mark.parametrize(
    "action", ["", "/claim", "/assign", "/acknowledge", "/note", "/reply", "/hand-back", "/resolve"]
)
def test_existing_and_guessed_conversations_look_alike_when_nobody_is_logged_in(
    desk: Desk, action: str
) -> None:
    answers = []
    for conversation in (desk.case(), str(uuid.uuid4())):
        path = f"/conversations/{conversation}{action}"
        response = desk.browser().client.open(path, method="POST" if action else "GET")
        answers.append((response.status_code, response.text.replace(conversation, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303


@pytest.mark.parametrize(
    "guess", ["0b6f7c1e-8a65-4d2b-9b0c-1f2e3d4c5b6a", "1", "..", "x' OR '1'='1", "%00"]
)
def test_page_is_plain_404_when_a_conversation_is_guessed(desk: Desk, guess: str) -> None:
    response = desk.logged_in().get(f"/conversations/{guess}")
    assert response.status_code == 404
    assert "Reference" in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("action", sorted({*ACTIONS} - {"assign"}))
def test_action_is_404_when_a_conversation_is_guessed(desk: Desk, action: str) -> None:
    path = f"/conversations/{uuid.uuid4()}/{action}"
    fields = {"text": "hi", "client_message_id": "s1", "outcome": "spoke"}
    assert desk.logged_in().submit("/", path, **fields).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_changes_when_a_form_is_forged(desk: Desk, action: str) -> None:
    conversation = desk.case()
    browser = desk.logged_in()
    before = desk.clinic.desk.get_conversation(conversation)
    for token in (None, "", "forged"):
        body = {"outcome": "spoke"} | ({} if token is None else {"csrf_token": token})
        path = f"/conversations/{conversation}/{action}"
        assert browser.client.post(path, data=body).status_code == 400
    assert desk.clinic.desk.get_conversation(conversation) == before


def test_login_and_links_are_refused_when_a_form_is_forged(desk: Desk) -> None:
    token = desk.links.create(desk.hire("Sam"))
    for path in ("/login", f"/welcome/{token}"):
        assert desk.browser().client.post(path, data={}).status_code == 400
    assert desk.logged_in("Kim").client.post("/logout").status_code == 400


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/healthz", "/static/desk.css", "/"])
def test_headers_keep_the_browser_in_when_any_page_is_sent(desk: Desk, path: str) -> None:
    with desk.browser().get(path) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(desk: Desk) -> None:
    conversation = desk.case("i want to die")
    browser = desk.logged_in()
    for path in ("/", "/resolved", f"/conversations/{conversation}"):
        page = browser.get(path).text
        assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", page) == []


def test_error_page_has_a_reference_and_no_detail_when_a_view_breaks(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, conversation = desk.logged_in(), desk.case()

    def fail(*_args: object) -> None:
        raise ZeroDivisionError("call 202-555-0123")

    monkeypatch.setattr("bot.desk.cases._state", fail)
    response = browser.get(f"/conversations/{conversation}")
    assert response.status_code == 500
    found = re.search(r"Reference: <code>(\w+)</code>", response.text)
    assert found is not None
    assert found[1] in caplog.text
    assert "202-555" not in caplog.text + response.text
    assert "ZeroDivisionError" in caplog.text


def test_page_asks_for_patience_when_the_database_is_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = desk.logged_in()

    def fail(*_args: object) -> None:
        raise StoreUnavailableError("down")

    monkeypatch.setattr(desk.clinic.database, "read", fail)
    assert browser.get("/").status_code == 503
    assert desk.browser().get("/readyz").status_code == 503
    assert desk.browser().get("/healthz").json == {"status": "ok"}


def test_desk_is_ready_when_the_database_is_up_to_date(desk: Desk) -> None:
    assert desk.browser().get("/readyz").json == {"status": "ready", "checks": {"database": "ok"}}


def test_form_is_refused_when_it_is_huge(desk: Desk) -> None:
    conversation = desk.case()
    response = desk.logged_in().act(conversation, "reply", text="x" * 100_000)
    assert response.status_code == 413
