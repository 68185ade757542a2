"""Administrators look after accounts; nobody else can."""

from __future__ import annotations

import html
import re

import pytest

from bot.desk.accounts import Account, Role
from bot.desk.reset import mail_link
from tests.desk_visitor import Desk, opened_desk


@pytest.fixture
def staffed(desk: Desk) -> tuple[Desk, Account]:
    return desk, desk.hire("Kim")


ACTIONS = ["link", "role", "log-off", "second-factor/off", "disable"]


@pytest.mark.parametrize("role", [Role.STAFF, Role.CLINICIAN])
def test_people_are_closed_when_one_is_no_administrator(
    staffed: tuple[Desk, Account], role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    desk, kim = staffed
    browser = desk.logged_in("Sam", role)
    assert browser.get("/people/").status_code == 403
    assert "refused: account" in caplog.text
    for action in ACTIONS:
        path = f"/people/{kim.id}/{action}"
        assert browser.submit("/", path, role="admin").status_code == 403
    assert browser.submit("/", "/people/add", role="admin").status_code == 403
    assert desk.accounts.by_email(kim.email) == kim


def test_new_colleague_gets_in_when_an_administrator_adds_them(desk: Desk) -> None:
    boss = desk.logged_in("Boss", Role.ADMIN)
    page = boss.submit("/people/", "/people/add", email="a@b.example", name="Ana", role="staff")
    link = html.unescape(re.findall(r"<code>(http[^<]+)</code>", page.text)[0])
    path = "/welcome/" + link.rpartition("/")[2]
    ana = desk.browser()
    fields = {"name": "Ana", "password": "a long password of hers"}
    assert ana.submit(path, path, **fields).status_code == 303
    assert ana.get("/").status_code == 200
    assert ana.get("/people/").status_code == 403
    again = boss.submit("/people/", "/people/add", email="a@b.example", name="Ana", role="staff")
    assert again.status_code == 422


@pytest.mark.parametrize("action", ["log-off", "disable", "role"])
def test_sessions_end_when_an_administrator_says_so(
    staffed: tuple[Desk, Account], action: str
) -> None:
    desk, kim = staffed
    browser = desk.browser()
    browser.log_in(kim.email)
    assert browser.get("/").status_code == 200
    boss = desk.logged_in("Boss", Role.ADMIN)
    path = f"/people/{kim.id}/{action}"
    assert boss.submit("/people/", path, role="clinician").status_code == 303
    assert browser.get("/").status_code == 303


def test_conversations_become_free_when_their_holder_is_disabled(
    staffed: tuple[Desk, Account],
) -> None:
    desk, kim = staffed
    conversation = desk.case()
    desk.clinic.desk.claim(conversation, kim.staff)
    desk.logged_in("Boss", Role.ADMIN).submit("/people/", f"/people/{kim.id}/disable")
    assert desk.clinic.store.conversation(conversation).holder is None


def test_last_administrator_stays_when_they_are_to_be_changed(desk: Desk) -> None:
    boss = desk.logged_in("Boss", Role.ADMIN)
    account = desk.accounts.by_email("boss@clinic.example")
    path = f"/people/{account.id}"
    assert boss.submit("/people/", f"{path}/role", role="staff").status_code == 409
    assert boss.submit("/people/", f"{path}/disable").status_code == 409
    assert boss.submit("/people/", f"{path}/role", role="owner").status_code == 422
    assert boss.submit("/people/", "/people/999/log-off").status_code == 404


def test_own_sessions_end_everywhere_when_one_asks_for_it(desk: Desk) -> None:
    first, second = desk.logged_in("Sam"), desk.browser()
    second.log_in("sam@clinic.example")
    first.submit("/me/", "/me/log-off-everywhere")
    assert second.get("/").status_code == first.get("/").status_code == 303


def test_link_is_mailed_at_most_three_times_when_somebody_forgets_their_password(
    staffed: tuple[Desk, Account],
) -> None:
    desk, kim = staffed
    desk.clinic.clock.turn(minutes=61)  # the link of the first day is old
    mails: list[tuple[str, ...]] = []
    send = [
        mail_link(
            desk.settings, desk.clinic.database, lambda *m: mails.append(m), kim.id,
            desk.clinic.clock,
        )
        for _ in range(5)
    ]  # fmt: skip
    assert send == [True] * 3 + [False] * 2
    assert {mail[0] for mail in mails} == {kim.email}
    link = re.findall(r"http\S+/welcome/(\S+)", mails[-1][2])[0]
    assert desk.browser().get(f"/welcome/{link}").status_code == 200
    desk.clinic.clock.turn(hours=25)
    assert desk.browser().get(f"/welcome/{link}").status_code == 404


def test_desk_says_the_same_when_an_unknown_address_forgot_its_password(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("mailing")
    with opened_desk(folder, FAQBOT_SMTP_URL="smtp://127.0.0.1:9") as desk:
        kim = desk.hire("Kim")
        answers = []
        for email in (kim.email, "nobody@clinic.example", "' OR 1=1"):
            browser = desk.browser()
            response = browser.submit("/forgotten", "/forgotten", email=email)
            answers.append((response.status_code, response.location, browser.get("/login").text))
        assert len({(status, location) for status, location, _ in answers}) == 1
        assert all("If there is such an account" in page for _, _, page in answers)
        queue = desk.app.extensions["faqbot_desk"].mail_link.huey
        assert len(queue.pending()) == 1
