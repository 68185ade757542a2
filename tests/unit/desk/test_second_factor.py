"""Codes of an app, recovery codes, and what happens to somebody who guesses."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa

from bot.adapters.database.models import AuditRow, RecoveryCodeRow
from bot.desk.accounts import Role
from bot.desk.authentication import MAX_TRIES
from tests.desk_visitor import PASSWORD, Browser, Desk, opened_desk

SAM = "sam@clinic.example"


def _code(desk: Desk, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(desk.clinic.clock().timestamp()) // 30 + steps)


def _set_up(desk: Desk, browser: Browser) -> tuple[str, list[str]]:
    """Switches the factor on as a person would; returns the secret and the recovery codes."""
    browser.submit("/me/", "/me/second-factor/begin")
    secret = re.findall(r"key into the app: <code>(\w+)</code>", browser.get("/me/").text)[0]
    page = browser.submit("/me/", "/me/second-factor/confirm", code=_code(desk, secret))
    return secret, re.findall(r"<li>([a-z0-9-]{19})</li>", page.text)


@pytest.fixture
def guarded(desk: Desk) -> tuple[Desk, str, list[str]]:
    secret, codes = _set_up(desk, desk.logged_in("Sam"))
    desk.clinic.clock.turn(minutes=1)
    return desk, secret, codes


def _asked(desk: Desk) -> Browser:
    browser = desk.browser()
    assert browser.log_in(SAM).location == "/login/code"
    assert browser.get("/").location.startswith("/login?")
    return browser


def _gives(browser: Browser, code: str) -> bool:
    return browser.submit("/login/code", "/login/code", code=code).status_code == 303


def test_login_asks_for_a_code_when_the_second_factor_is_on(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, secret, _ = guarded
    browser = _asked(desk)
    assert not _gives(browser, "000000")
    assert _gives(browser, _code(desk, secret))
    assert browser.get("/").status_code == 200


def test_code_is_refused_when_it_was_used_before(guarded: tuple[Desk, str, list[str]]) -> None:
    desk, secret, _ = guarded
    code = _code(desk, secret)
    assert _gives(_asked(desk), code)
    assert not _gives(_asked(desk), code)
    assert not _gives(_asked(desk), _code(desk, secret, -1))  # an earlier one neither
    assert _gives(_asked(desk), _code(desk, secret, 1))


def test_recovery_code_works_once_when_the_telephone_is_lost(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, _, codes = guarded
    assert len(set(codes)) == 10
    assert _gives(_asked(desk), codes[0].upper())
    assert not _gives(_asked(desk), codes[0])
    assert _gives(_asked(desk), codes[1])
    stored = str([vars(row) for row in desk.clinic.rows(RecoveryCodeRow)])
    assert codes[2] not in stored
    assert codes[2].replace("-", "") not in stored


def test_guessing_is_stopped_when_the_password_is_known(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, secret, _ = guarded
    for _ in range(MAX_TRIES):
        # A new log-in with the right password does not forget the wrong codes.
        assert not _gives(_asked(desk), "000000")
        desk.clinic.clock.turn(minutes=1)
    browser = desk.browser()
    if browser.log_in(SAM).status_code == 303:
        assert not _gives(browser, _code(desk, secret))
    desk.clinic.clock.turn(minutes=16)
    assert _gives(_asked(desk), _code(desk, secret))


def test_half_a_login_is_forgotten_when_it_takes_too_long(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, secret, _ = guarded
    browser = _asked(desk)
    page = browser.get("/login/code").text
    desk.clinic.clock.turn(minutes=6)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    body = {"csrf_token": token, "code": _code(desk, secret)}
    assert browser.client.post("/login/code", data=body).location == "/login"
    assert desk.browser().get("/login/code").location == "/login"


def test_new_password_does_not_go_round_the_second_factor(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, secret, _ = guarded
    token = desk.links.create(desk.accounts.by_email(SAM))
    browser = desk.browser()
    fields = {"name": "Sam", "password": PASSWORD + " more"}
    response = browser.submit(f"/welcome/{token}", f"/welcome/{token}", **fields)
    assert response.location == "/login/code"
    assert browser.get("/").status_code == 303
    assert _gives(browser, _code(desk, secret))


def test_secret_is_sealed_and_no_code_is_logged_when_it_is_stored(
    guarded: tuple[Desk, str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    desk, secret, codes = guarded
    with desk.clinic.database.read() as session:
        stored = str(session.execute(sa.text("SELECT * FROM accounts")).all())
    assert "s1." in stored
    assert secret not in stored
    told = caplog.text + str([vars(r) for r in desk.clinic.rows(AuditRow)])
    assert secret not in told
    assert all(code not in told for code in codes)


def test_first_code_must_be_right_when_the_factor_is_set_up(desk: Desk) -> None:
    sam = desk.logged_in("Sam")
    sam.submit("/me/", "/me/second-factor/begin")
    refused = sam.submit("/me/", "/me/second-factor/confirm", code="123456")
    assert refused.status_code == 422
    assert desk.browser().log_in(SAM).location == "/"


def test_second_factor_is_taken_away_only_with_the_password(
    guarded: tuple[Desk, str, list[str]],
) -> None:
    desk, secret, _ = guarded
    browser = _asked(desk)
    _gives(browser, _code(desk, secret))
    off = "/me/second-factor/off"
    assert browser.submit("/me/", off, password="wrong password").status_code == 403
    assert browser.submit("/me/", off, password=PASSWORD).status_code == 303
    assert desk.browser().log_in(SAM).location == "/"


def test_every_page_leads_to_the_set_up_when_the_clinic_requires_it(tmp_path: Path) -> None:
    with opened_desk(tmp_path, FAQBOT_DESK_SECOND_FACTOR="required") as desk:
        browser = desk.logged_in("Sam", Role.ADMIN)
        for path in ("/", "/resolved", "/people/", "/snippets"):
            assert browser.get(path).location == "/me/"
        _set_up(desk, browser)
        assert browser.get("/").status_code == 200
