"""`faqbot users`, on a real database."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result

from bot.adapters.database.models import AuditRow
from bot.conversation.service import utc_now
from bot.desk.accounts import Role
from bot.desk.commands import users
from tests.desk_visitor import PASSWORD, Desk
from tests.sealed_database import KEY


@pytest.fixture
def _environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_VAR", str(desk.settings.var))
    monkeypatch.setenv("FAQBOT_DATABASE_URL", desk.settings.database_url)
    monkeypatch.setenv("FAQBOT_DATA_KEYS", KEY)


pytestmark = pytest.mark.usefixtures("_environment")


def _run(*words: str) -> Result:
    return CliRunner().invoke(users, words)


def _link(result: Result) -> str:
    found = re.search(r"http://127\.0\.0\.1:8081(/welcome/\S+)", result.output)
    assert found is not None, result.output
    return found[1]


def test_colleague_is_in_when_added_on_the_command_line(desk: Desk) -> None:
    desk.clinic.clock.now = utc_now()  # commands have the real clock
    result = _run("add", "Kim@clinic.example", "--name", "Kim Lee", "--role", "clinician")
    path = _link(result)
    fields = {"name": "Kim Lee", "password": PASSWORD}
    assert desk.browser().submit(path, path, **fields).status_code == 303
    assert desk.accounts.by_email("kim@clinic.example").role is Role.CLINICIAN
    assert re.search(r"kim@clinic.example +clinician +active +Kim Lee", _run("list").output)


def test_new_link_sets_a_new_password_when_one_was_forgotten(desk: Desk) -> None:
    desk.hire("Kim")
    assert _run("link", "KIM@clinic.example").exit_code == 0
    assert [a.action for a in desk.clinic.rows(AuditRow)][-1] == "link.create"


def test_conversations_are_free_when_their_holder_is_disabled(desk: Desk) -> None:
    desk.hire("Ada", Role.ADMIN)
    conversation = desk.case()
    kim, sam = desk.logged_in("Kim"), desk.logged_in("Sam")
    kim.act(conversation, "claim")
    result = _run("disable", "kim@clinic.example")
    assert "1 conversation(s) freed" in result.output
    assert kim.get("/").status_code == 303
    assert sam.act(conversation, "claim").status_code == 303
    assert "disabled" in _run("list").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "no address", "--name", "X"), "name@clinic.example"),
        (("add", "ada@clinic.example", "--name", "X"), "already"),
        (("add", "x@clinic.example", "--name", " "), "Give a name"),
        (("disable", "nobody@clinic.example"), "faqbot users list"),
        (("disable", "ada@clinic.example"), "last administrator"),
        (("link", "gone@clinic.example"), "is disabled"),
    ],
)
def test_one_line_says_what_to_do_when_a_command_cannot(
    desk: Desk, words: tuple[str, ...], told: str
) -> None:
    desk.hire("Ada", Role.ADMIN)
    desk.hire("Gone")
    desk.accounts.disable("gone@clinic.example")
    result = _run(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert len(result.output.splitlines()) == 1


def test_one_line_says_migrate_when_the_database_is_empty(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQBOT_DATABASE_URL", f"sqlite:///{desk.settings.var}/empty.db")
    result = _run("list")
    assert result.exit_code == 1
    assert "faqbot migrate" in result.output
