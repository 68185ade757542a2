"""Logging in and off, lock-out, sessions that end."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from bot.adapters.database.models import AuditRow
from bot.desk.accounts import Role
from bot.desk.authentication import MAX_TRIES
from tests.desk_visitor import PASSWORD, Browser, Desk, opened_desk

SAM = "sam@clinic.example"


def _is_in(browser: Browser) -> bool:
    return browser.get("/").status_code == 200


def _refused(response: TestResponse) -> bool:
    return response.status_code == 403 and "do not match" in response.text


def test_inbox_opens_when_address_and_password_are_right(desk: Desk) -> None:
    desk.hire("Sam")
    browser = desk.browser()
    response = browser.log_in(" SAM@clinic.example ")
    assert (response.status_code, response.location) == (303, "/")
    assert _is_in(browser)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (SAM, "wrong password here"),
        (SAM, ""),
        (SAM, "x" * 5000),
        (SAM, "\ud83d"),
        ("nobody@clinic.example", PASSWORD),
        ("new@clinic.example", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("a\x00b@clinic.example", PASSWORD),
        ("", ""),
    ],
)
def test_login_is_refused_in_the_same_words_when_anything_is_wrong(
    desk: Desk, email: str, password: str
) -> None:
    desk.hire("Sam")
    desk.accounts.add("new@clinic.example", "New", Role.STAFF)
    browser = desk.browser()
    page = browser.get("/login").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = {"csrf_token": token, "email": email, "password": password.encode("utf-8", "replace")}
    response = browser.client.post("/login", data=body)
    assert _refused(response)
    assert not _is_in(browser)


def test_right_password_is_refused_when_too_many_were_wrong(desk: Desk) -> None:
    desk.hire("Sam")
    browser = desk.browser()
    for _ in range(MAX_TRIES):
        assert _refused(browser.log_in(SAM, "not the password"))
    assert _refused(browser.log_in(SAM))
    desk.clinic.clock.turn(minutes=14)
    assert _refused(browser.log_in(SAM))
    desk.clinic.clock.turn(minutes=2)
    assert browser.log_in(SAM).status_code == 303


def test_lock_out_stays_with_one_account_when_another_logs_in(desk: Desk) -> None:
    desk.hire("Sam")
    desk.hire("Kim")
    browser = desk.browser()
    for _ in range(MAX_TRIES):
        browser.log_in(SAM, "not the password")
    assert browser.log_in("kim@clinic.example").status_code == 303


def test_wrong_tries_are_forgotten_when_a_login_works(desk: Desk) -> None:
    desk.hire("Sam")
    for _ in range(3):
        browser = desk.browser()
        for _ in range(MAX_TRIES - 1):
            browser.log_in(SAM, "not the password")
        assert browser.log_in(SAM).status_code == 303


def test_every_login_is_audited_without_the_password(desk: Desk) -> None:
    desk.hire("Sam")
    browser = desk.browser()
    browser.log_in(SAM, "my mistyped secret")
    browser.log_in(SAM)
    audited = desk.clinic.rows(AuditRow)
    assert [a.action for a in audited][-3:] == ["login.try", "login.try", "login"]
    assert "mistyped" not in str([vars(a) for a in audited])


def test_session_ends_when_staff_log_off(desk: Desk) -> None:
    browser = desk.logged_in()
    assert browser.submit("/", "/logout").location == "/login"
    assert not _is_in(browser)


def test_session_ends_when_the_account_is_disabled(desk: Desk) -> None:
    browser = desk.logged_in()
    assert _is_in(browser)
    desk.accounts.disable(SAM)
    assert not _is_in(browser)
    assert browser.poll("/").status_code == 401
    assert _refused(browser.log_in(SAM))


def test_session_ends_when_a_new_password_is_set(desk: Desk) -> None:
    browser = desk.logged_in()
    token = desk.links.create(desk.accounts.by_email(SAM))
    desk.links.redeem(token, email="", name="Sam", password="another long password")
    assert not _is_in(browser)
    assert _refused(browser.log_in(SAM))


def test_session_ends_when_idle(desk: Desk) -> None:
    browser = desk.logged_in()
    desk.clinic.clock.turn(minutes=29)
    assert _is_in(browser)
    desk.clinic.clock.turn(minutes=29)
    assert _is_in(browser)
    desk.clinic.clock.turn(minutes=31)
    assert not _is_in(browser)
    assert "after 30 minutes without activity" in browser.get("/login").text


def test_polling_keeps_no_session_open_when_nobody_is_there(desk: Desk) -> None:
    browser = desk.logged_in()
    desk.clinic.clock.turn(minutes=20)
    assert browser.poll("/").status_code == 200
    desk.clinic.clock.turn(minutes=11)
    assert browser.poll("/").status_code == 401


def test_polling_keeps_the_session_open_when_somebody_types(desk: Desk) -> None:
    browser = desk.logged_in()
    for _ in range(4):
        desk.clinic.clock.turn(minutes=20)
        assert browser.poll("/", "active").status_code == 200


def test_session_ends_when_the_day_is_over(desk: Desk) -> None:
    browser = desk.logged_in()
    for _ in range(26):
        desk.clinic.clock.turn(minutes=29)
        last = _is_in(browser)
    assert not last


def test_login_leads_on_only_when_the_address_is_one_of_ours(desk: Desk) -> None:
    desk.hire("Sam")
    conversation = f"/conversations/{desk.case()}"
    sent = desk.browser().get(conversation)
    assert sent.status_code == 303
    assert desk.browser().log_in(SAM, path=sent.location).location == conversation
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example", "/logout"):
        response = desk.browser().log_in(SAM, path=f"/login?next={foreign}")
        assert response.location == "/"


def test_cookie_is_closed_to_scripts_and_other_sites_when_it_is_set(
    desk: Desk, tmp_path: Path
) -> None:
    cookie = desk.browser().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    with opened_desk(tmp_path / "https", FAQBOT_DESK_URL="https://desk.example") as secure:
        response = secure.app.test_client().get("/login", base_url="https://desk.example")
        assert response.headers["Set-Cookie"].startswith("__Host-faqbot_desk=")
        assert "Secure" in response.headers["Set-Cookie"]
        assert "Strict-Transport-Security" in response.headers


def test_cookie_of_another_part_opens_nothing_when_signed_with_the_same_key(desk: Desk) -> None:
    sam = desk.hire("Sam")
    desk.app.secret_key, own = desk.settings.secret_key, desk.app.secret_key
    browser = desk.browser()
    with browser.client.session_transaction() as session:
        session["_user_id"] = sam.get_id()
        session["seen_at"] = session["began_at"] = int(desk.clinic.clock().timestamp())
    desk.app.secret_key = own
    assert not _is_in(browser)
