"""A clinician reads, compares and signs answers on the desk and in the terminal."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.adapters.database.models import AuditRow
from bot.desk.accounts import Role
from bot.desk.review.commands import review
from knowledge.library import load_library
from knowledge.library.ledger import ledger_path, read_ledger
from tests.desk_visitor import PASSWORD, Browser, Desk, desk_over, hidden_fields
from tests.knowledge_copy import approve, copy_few, faq_path
from tests.scripted_dialogue import sqlite_clinic
from tests.sealed_database import KEY

FAQ = "what-is-ketamine"
PAGE = f"/answers/{FAQ}"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    return copy_few(folder, FAQ, "telehealth")  # read quickly


@pytest.fixture
def desk(tmp_path: Path, base: Path) -> Iterator[Desk]:
    with sqlite_clinic(tmp_path) as clinic:
        yield desk_over(clinic, tmp_path, FAQBOT_KNOWLEDGE_DIR=str(base))


@pytest.fixture
def kim(desk: Desk) -> Browser:
    desk.clinic.clock.now = dt.datetime.now(dt.UTC)
    return desk.logged_in("Kim", Role.CLINICIAN)


def _until(days: int = 90) -> str:
    return (dt.date.today() + dt.timedelta(days=days)).isoformat()  # noqa: DTZ011


def _served(base: Path) -> bool:
    return load_library(base, mode="production").faqs[FAQ].servable


def _edit(base: Path, old: str = "anesthetic medicine", new: str = "anesthetic drug") -> None:
    path = faq_path(base, FAQ)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_answer_is_served_when_a_clinician_approved_it(
    desk: Desk, kim: Browser, base: Path
) -> None:
    assert not _served(base)

    assert kim.submit(PAGE, f"{PAGE}/approved", until=_until()).status_code == 303

    assert _served(base)
    entry = read_ledger(ledger_path(base / "approvals", FAQ)).entries[0]
    assert (entry.by, entry.account, entry.until) == (
        "Kim",
        "kim@clinic.example",
        dt.date.fromisoformat(_until()),
    )
    audited = [row for row in desk.clinic.rows(AuditRow) if row.action == "faq.approved"]
    assert [(row.subject_id, row.detail["sha256"]) for row in audited] == [(FAQ, entry.sha256)]


def test_page_shows_what_changed_when_one_word_is_edited_after_approval(
    kim: Browser, base: Path
) -> None:
    kim.submit(PAGE, f"{PAGE}/approved", until=_until())
    _edit(base)

    page = kim.get(PAGE).text

    assert "Not approved: changed since it was approved." in page
    assert re.search(r"<del>\s*medicine", page)
    assert re.search(r"<ins>\s*drug", page)
    assert not _served(base)
    assert FAQ in kim.get("/answers?status=changed").text


def test_page_shows_facts_sources_and_findings_when_it_is_opened(kim: Browser, base: Path) -> None:
    _edit(base, "anesthetic medicine", "miracle medicine")

    page = kim.get(PAGE).text

    assert "Check these facts before you sign" in page
    assert "<strong>banned-phrase</strong> (error)" in page
    assert "DailyMed" in page or "US Food and Drug Administration" in page
    assert "GSM-7 units" in page


def test_approval_is_refused_when_the_words_changed_after_they_were_shown(
    kim: Browser, base: Path
) -> None:
    shown = hidden_fields(kim.get(PAGE).text)
    _edit(base)

    refused = kim.client.post(f"{PAGE}/approved", data={**shown, "until": _until()})

    assert refused.status_code == 409
    assert "the words changed while they were read" in refused.text
    assert not read_ledger(ledger_path(base / "approvals", FAQ)).entries


@pytest.mark.parametrize("until", ["", "2020-01-01", _until(400), "soon"])
def test_approval_is_refused_when_its_last_day_cannot_be_used(
    kim: Browser, base: Path, until: str
) -> None:
    assert kim.submit(PAGE, f"{PAGE}/approved", until=until).status_code == 409
    assert not _served(base)


def test_approval_is_refused_when_the_linter_found_an_error(kim: Browser, base: Path) -> None:
    _edit(base, "anesthetic medicine", "miracle medicine")

    refused = kim.submit(PAGE, f"{PAGE}/approved", until=_until())

    assert refused.status_code == 409
    assert "banned-phrase" in refused.text


@pytest.mark.parametrize(("role", "status"), [(Role.STAFF, 403), (Role.ADMIN, 409)])
def test_approval_is_refused_when_the_account_is_no_clinician(
    desk: Desk, kim: Browser, base: Path, role: Role, status: int
) -> None:
    shown = hidden_fields(kim.get(PAGE).text)
    other = desk.logged_in("Sam", role)
    token = hidden_fields(other.get("/").text)["csrf_token"]

    fields = {**shown, "csrf_token": token, "until": _until()}
    refused = other.client.post(f"{PAGE}/approved", data=fields)

    assert refused.status_code == status
    assert not _served(base)


def test_answer_is_served_no_more_when_a_clinician_rejects_it(kim: Browser, base: Path) -> None:
    kim.submit(PAGE, f"{PAGE}/approved", until=_until())

    assert kim.submit(PAGE, f"{PAGE}/rejected", note="the date is wrong").status_code == 303

    assert not _served(base)
    assert "the date is wrong" in kim.get(PAGE).text


def test_earlier_words_are_withdrawn_when_newer_ones_wait(kim: Browser, base: Path) -> None:
    text = faq_path(base, FAQ).read_text(encoding="utf-8")
    approved = approve(base, FAQ, dt.date.today(), dt.date.fromisoformat(_until()))  # noqa: DTZ011
    _edit(base)
    shown = hidden_fields(kim.get(PAGE).text)
    fields = {**shown, "seen": approved.sha256, "note": "recalled"}

    assert kim.client.post(f"{PAGE}/rejected", data=fields).status_code == 303

    faq_path(base, FAQ).write_text(text, encoding="utf-8")
    assert not _served(base)


def test_unknown_answer_is_not_found_when_it_is_opened(kim: Browser) -> None:
    assert kim.get("/answers/nothing").status_code == 404


def test_list_announces_approvals_when_they_end_soon(kim: Browser) -> None:
    kim.submit(PAGE, f"{PAGE}/approved", until=_until(10))

    page = kim.get("/answers").text

    assert "1 approval ends within 30 days" in page
    assert "1 of 2 are approved" in page


@pytest.fixture
def _environment(desk: Desk, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQBOT_VAR", str(desk.settings.var))
    monkeypatch.setenv("FAQBOT_DATABASE_URL", desk.settings.database_url)
    monkeypatch.setenv("FAQBOT_DATA_KEYS", KEY)
    monkeypatch.setenv("FAQBOT_KNOWLEDGE_DIR", str(base))
    desk.hire("Kim", Role.CLINICIAN)
    desk.hire("Ada", Role.ADMIN)


def _run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(review, words, input=typed)


@pytest.mark.usefixtures("_environment")
def test_commands_list_show_approve_and_compare_when_a_clinician_uses_them(base: Path) -> None:
    assert f"what-it-is/{FAQ}" in _run("list").output
    shown = _run("show", FAQ).output
    assert "CHECK THESE FACTS" in shown
    assert "sha256: " in shown

    done = _run("approve", FAQ, "--as", "kim@clinic.example", typed=f"y\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert _served(base)
    assert "approved by Kim" in done.output

    _edit(base)
    changed = _run("diff", FAQ).output
    assert "-Ketamine is an anesthetic medicine" in changed
    assert "+Ketamine is an anesthetic drug" in changed
    assert "2 of 2 answers" in _run("list", "--all").output
    assert "changed " in _run("list").output
    assert _run("verify").output == "1 decisions, unbroken and audited\n"


@pytest.mark.usefixtures("_environment")
@pytest.mark.parametrize(
    ("email", "password", "problem"),
    [
        ("kim@clinic.example", "wrong", "not logged in"),
        ("ada@clinic.example", PASSWORD, "role clinician"),
        ("nobody@clinic.example", PASSWORD, "not logged in"),
    ],
)
def test_approve_is_refused_when_no_clinician_logs_in(
    base: Path, email: str, password: str, problem: str
) -> None:
    done = _run("approve", FAQ, "--as", email, typed=f"y\n{password}\n")

    assert done.exit_code == 1
    assert problem in done.output
    assert not _served(base)


@pytest.mark.usefixtures("_environment")
def test_verify_fails_when_the_audit_log_does_not_know_a_decision(base: Path) -> None:
    approve(base, FAQ, dt.date(2026, 11, 1), dt.date(2027, 5, 1))

    done = _run("verify")

    assert done.exit_code == 1
    assert "does not know it" in done.output


@pytest.mark.usefixtures("_environment")
def test_reject_withdraws_when_it_names_a_reason(base: Path) -> None:
    _run("approve", FAQ, "--as", "kim@clinic.example", typed=f"y\n{PASSWORD}\n")
    words = ("reject", FAQ, "--as", "kim@clinic.example", "--note", "recalled")

    done = _run(*words, typed=f"{PASSWORD}\n")

    assert (done.exit_code, _served(base)) == (0, False)
