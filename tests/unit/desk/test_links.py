"""One-time links: once, in time, and only for their account."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from bot.adapters.database.models import AccountRow, OneTimeLinkRow
from bot.desk.accounts import Role
from bot.desk.links import create_first_login_link
from tests.desk_visitor import PASSWORD, Browser, Desk, hidden_fields


def _path(desk: Desk, link: str) -> str:
    assert link.startswith(desk.settings.desk_url + "/")
    return link.removeprefix(desk.settings.desk_url)


def _redeem(browser: Browser, path: str, **fields: str) -> TestResponse:
    given = {"name": "Ada Admin", "email": "Ada@clinic.example", "password": PASSWORD} | fields
    return browser.submit(path, path, **given)


@pytest.fixture
def path(desk: Desk) -> str:
    """A one-time link of an ordinary account."""
    return f"/welcome/{desk.links.create(desk.accounts.add('kim@x.example', 'Kim', Role.STAFF))}"


def test_first_admin_is_in_when_the_first_link_is_used(desk: Desk) -> None:
    path = _path(desk, create_first_login_link(desk.settings))
    browser = desk.browser()
    assert _redeem(browser, path).location == "/"
    assert "Ada Admin" in browser.get("/").text
    (account,) = desk.accounts.all()
    assert (account.email, account.role) == ("ada@clinic.example", Role.ADMIN)
    assert desk.browser().log_in("ada@clinic.example").status_code == 303


def test_first_link_is_the_login_page_when_an_admin_has_a_password(desk: Desk) -> None:
    desk.hire("Ada", Role.ADMIN)
    assert _path(desk, create_first_login_link(desk.settings)) == "/login"
    assert desk.clinic.rows(OneTimeLinkRow)[-1].used_at is not None


def test_first_link_replaces_the_one_before_when_nobody_used_it(desk: Desk) -> None:
    first = _path(desk, create_first_login_link(desk.settings))
    second = _path(desk, create_first_login_link(desk.settings))
    assert len(desk.clinic.rows(AccountRow)) == 1
    assert desk.browser().get(first).status_code == 404
    assert desk.browser().get(second).status_code == 200


def test_token_is_not_in_the_database_when_a_link_was_made(desk: Desk, path: str) -> None:
    token = path.rpartition("/")[2]
    assert len(token) > 40
    assert token not in str([vars(row) for row in desk.clinic.rows(OneTimeLinkRow)])


def test_link_works_once_when_it_was_used(desk: Desk, path: str) -> None:
    late = desk.browser()
    form = late.get(path)
    assert form.status_code == 200
    assert _redeem(desk.browser(), path).status_code == 303
    assert desk.browser().get(path).status_code == 404
    token = form.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = {"csrf_token": token, "name": "Eve", "password": "another long password"}
    response = late.client.post(path, data=body)
    assert response.status_code == 404
    assert desk.browser().log_in("kim@x.example").status_code == 303


def test_link_still_works_when_it_was_only_looked_at(desk: Desk, path: str) -> None:
    for _ in range(3):
        assert desk.browser().get(path).status_code == 200
    assert _redeem(desk.browser(), path).status_code == 303


def test_link_works_no_more_when_a_day_has_passed(desk: Desk, path: str) -> None:
    browser = desk.browser()
    desk.clinic.clock.turn(hours=23, minutes=59)
    assert browser.get(path).status_code == 200
    desk.clinic.clock.turn(minutes=1)
    assert browser.get(path).status_code == 404


def test_link_works_no_more_when_its_account_is_disabled(desk: Desk, path: str) -> None:
    desk.accounts.disable("kim@x.example")
    assert desk.browser().get(path).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "short"),
        ("password", "eleven char"),
        ("password", "a" * 30),
        ("password", "x" * 201),
        ("password", "kim@x.example"),
        ("name", "  "),
        ("name", "a\x07b"),
        ("name", "n" * 81),
    ],
)
def test_link_still_works_when_a_field_was_refused(
    desk: Desk, path: str, field: str, value: str
) -> None:
    browser = desk.browser()
    response = _redeem(browser, path, **{field: value})
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert "aria-invalid" in response.text
    assert _redeem(browser, path).status_code == 303


def test_address_stays_when_the_account_has_one(desk: Desk, path: str) -> None:
    _redeem(desk.browser(), path, email="eve@evil.example")
    assert [a.email for a in desk.accounts.all()] == ["kim@x.example"]


def test_first_admin_cannot_take_an_address_when_it_is_taken(desk: Desk) -> None:
    path = _path(desk, create_first_login_link(desk.settings))
    desk.hire("Kim")
    response = _redeem(desk.browser(), path, email="kim@clinic.example")
    assert response.status_code == 422
    assert "already" in response.text


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..%2f", "'"])
def test_page_says_that_the_link_is_gone_when_a_token_is_guessed(desk: Desk, token: str) -> None:
    assert desk.browser().get(f"/welcome/{token}").status_code == 404


def test_page_says_that_the_link_is_gone_when_it_comes_with_a_wrong_field(
    desk: Desk, path: str
) -> None:
    browser = desk.browser()
    form = {**hidden_fields(browser.get(path).text), "name": "", "password": "x"}
    gone = browser.client.post("/welcome/guessed", data=form)
    assert gone.status_code == 404
