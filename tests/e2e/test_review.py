"""Production says only what was signed: one changed word is withheld, signed again it is said."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from bot.setup import chromium
from tests.e2e.http_visitor import HttpVisitor
from tests.e2e.running_service import RunningService
from tests.knowledge_copy import copy_base, faq_path

FAQ = "what-is-ketamine"
QUESTION = "What is ketamine?"
PASSWORD = "four unrelated words"
_PATIENCE = 60.0


@pytest.fixture
def base(tmp_path: Path) -> Path:
    root = tmp_path / "texts"
    root.mkdir()
    return copy_base(root)


@pytest.fixture
def service(base: Path, tmp_path: Path) -> Iterator[RunningService]:
    settings = {
        "FAQBOT_MODE": "production",
        "FAQBOT_SECRET_KEY": "s" * 40,
        "FAQBOT_DATA_KEYS": "d" * 40,
        "FAQBOT_KNOWLEDGE_DIR": str(base),
    }
    with RunningService.started(tmp_path / "var", **settings) as running:
        yield running


@pytest.fixture
def clinician(service: RunningService) -> Iterator[Page]:
    """A clinician's browser, logged in."""
    words = ("users", "add", "kim@clinic.example", "--name", "Kim", "--role", "clinician")
    added = service.command(*words, check=True).stdout
    path = chromium.find()
    assert path is not None, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE * 1000)
        link = re.search(r"http\S+", added)
        assert link
        page.goto(link.group(0))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Set password and log in").click()
        page.get_by_role("link", name="Answers").wait_for()
        yield page
        browser.close()


def _approve(page: Page, service: RunningService) -> None:
    page.goto(f"{service.desk}/answers/{FAQ}")
    page.get_by_role("button", name="Approve").click()
    page.get_by_text(f"{QUESTION}: approved until").wait_for()


def _asks(service: RunningService, until: str) -> dict[str, object]:
    """Asks the question, each time as somebody new, until the reply is of the kind."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        visitor = HttpVisitor(service.web)
        reply = visitor.say(QUESTION)
        visitor.close()
        if reply["kind"] == until or time.monotonic() > deadline:
            return reply
        time.sleep(3)  # the site limits how often one address begins anew


@pytest.mark.timeout(600)  # a service, a browser and four rounds: a busy machine needs long
def test_answer_is_withheld_when_one_word_changed_and_said_when_it_is_signed_again(
    service: RunningService, clinician: Page, base: Path
) -> None:
    assert _asks(service, "escalation")["kind"] == "escalation"  # nobody has signed anything

    _approve(clinician, service)
    said = _asks(service, "answer")
    assert "anesthetic medicine" in str(said["html"] if "html" in said else said["text"])

    path = faq_path(base, FAQ)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("anesthetic medicine", "anesthetic drug"), encoding="utf-8")
    assert _asks(service, "escalation")["kind"] == "escalation"
    rows = service.rows("SELECT reason FROM escalations ORDER BY id DESC LIMIT 1")
    assert "not approved: changed since it was approved" in str(rows)

    clinician.goto(f"{service.desk}/answers/{FAQ}")
    assert "not approved" in clinician.locator("#state").inner_text().lower()
    assert "drug" in clinician.locator("ins").inner_text()
    _approve(clinician, service)
    again = _asks(service, "answer")
    assert "anesthetic drug" in str(again["html"] if "html" in again else again["text"])

    verified = service.command("review", "verify")
    assert verified.stdout == "2 decisions, unbroken and audited\n", verified.stderr

    shutil.rmtree(base / "approvals")  # whoever takes the record away takes the leave to speak
    assert _asks(service, "escalation")["kind"] == "escalation"
