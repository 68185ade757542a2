"""Logging in with an identity provider that tells the truth, and with one that lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from bot.desk.authentication import MAX_TRIES
from tests.desk_visitor import Browser, Desk, opened_desk
from tests.identity_provider import CLIENT, Provider, identity_provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def desk(provider: Provider, tmp_path: Path) -> Iterator[Desk]:
    environ = {
        "FAQBOT_OIDC_ISSUER": provider.issuer,
        "FAQBOT_OIDC_CLIENT_ID": CLIENT,
        "FAQBOT_OIDC_CLIENT_SECRET": "secret",
    }
    with opened_desk(tmp_path, **environ) as opened:
        opened.hire("Sam")
        yield opened


def _log_in(browser: Browser, provider: Provider, **changed: str) -> TestResponse:
    asked = parse_qs(urlsplit(browser.get("/oidc/login").location).query)
    provider.nonce = asked["nonce"][0]
    assert asked["code_challenge_method"] == ["S256"]
    state = changed.get("state", asked["state"][0])
    return browser.get(f"/oidc/callback?code=abc&state={state}")


def test_staff_are_in_when_the_provider_vouches_for_them(desk: Desk, provider: Provider) -> None:
    browser = desk.browser()
    assert "Log in with your clinic" in browser.get("/login").text
    assert _log_in(browser, provider).location == "/"
    assert "Inbox" in browser.get("/").text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@clinic.example"},
        {"email_verified": False},
        {"email": None},
        {"aud": "another-service"},
        {"iss": "https://another.example"},
        {"nonce": "of another log-in"},
        {"exp": 1},
    ],
)
def test_login_is_refused_when_a_claim_does_not_fit(
    desk: Desk, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = dict(claims)
    browser = desk.browser()
    assert _log_in(browser, provider).location == "/login"
    assert browser.get("/").status_code == 303


def test_login_is_refused_when_somebody_else_signed(desk: Desk, provider: Provider) -> None:
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "a"})
    browser = desk.browser()
    assert _log_in(browser, provider).location == "/login"


def test_login_is_refused_when_it_was_begun_elsewhere(desk: Desk, provider: Provider) -> None:
    browser = desk.browser()
    assert _log_in(browser, provider, state="forged").location == "/login"
    assert desk.browser().get("/oidc/callback?code=abc&state=x").location == "/login"


def test_login_is_refused_when_the_account_is_disabled(desk: Desk, provider: Provider) -> None:
    desk.logged_in("Boss")
    desk.accounts.disable("sam@clinic.example")
    assert _log_in(desk.browser(), provider).location == "/login"


def test_provider_is_not_offered_when_none_is_set(tmp_path: Path) -> None:
    with opened_desk(tmp_path) as desk:
        assert desk.browser().get("/oidc/login").status_code == 404
        assert "clinic's account" not in desk.browser().get("/login").text


def test_wrong_codes_are_counted_when_the_provider_vouches_again_and_again(
    desk: Desk, provider: Provider
) -> None:
    account = desk.accounts.by_email("sam@clinic.example")
    factor = desk.app.extensions["faqbot_desk"].second_factor
    secret = factor.begin(account)
    assert factor.confirm(account, pyotp.TOTP(secret).at(desk.clinic.clock()))
    for _ in range(MAX_TRIES):
        browser = desk.browser()
        assert _log_in(browser, provider).location == "/login/code"
        assert browser.submit("/login/code", "/login/code", code="000000").status_code == 403
    desk.clinic.clock.turn(seconds=60)
    browser, right = desk.browser(), pyotp.TOTP(secret).at(desk.clinic.clock())
    assert _log_in(browser, provider).location == "/login/code"
    assert browser.submit("/login/code", "/login/code", code=right).status_code == 403
