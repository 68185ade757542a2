"""An approval is bound to the words that were approved, and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.library import Faq, load_library
from knowledge.library.models import Mode
from tests.knowledge_copy import approve, faq_path

ON, UNTIL = dt.date(2026, 11, 1), dt.date(2027, 5, 1)
TODAY = dt.date(2026, 11, 24)
FAQ = "what-is-ketamine"

Edit = Callable[[str], str]
EDITS: dict[str, Edit] = {
    "answer": lambda text: text.replace("anesthetic medicine", "anesthetic drug"),
    "sms": lambda text: text.replace("Some clinics use it", "Few clinics use it"),
    "question": lambda text: text.replace("question: What is", "question: So what is"),
    "sources": lambda text: text.replace("sources: [SPL, KET-PI", "sources: [KET-PI"),
    "footer": lambda text: text.replace("footer: null", "footer: soft_crisis"),
}


@pytest.fixture
def approved(base: Path) -> Path:
    approve(base, FAQ, ON, UNTIL)
    return base


def _faq(root: Path, mode: Mode = "production", today: dt.date = TODAY) -> Faq:
    return load_library(root, mode=mode, today=today).faqs[FAQ]


def _edit(root: Path, edit: Edit) -> None:
    path = faq_path(root, FAQ)
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def test_answer_is_servable_when_it_was_approved(approved: Path) -> None:
    faq = _faq(approved)

    assert (faq.draft, faq.servable, faq.unservable_reason) == (False, True, None)


@pytest.mark.parametrize("part", EDITS)
def test_answer_is_withheld_when_one_word_changed_after_approval(part: str, approved: Path) -> None:
    _edit(approved, EDITS[part])

    faq = _faq(approved)

    assert (faq.draft, faq.servable) == (True, False)
    assert faq.unservable_reason == "changed since it was approved"


def test_answer_stays_approved_when_only_what_nobody_sees_changed(approved: Path) -> None:
    _edit(approved, lambda text: text.replace("\n\nSome clinics", "  \n\nSome clinics") + "\n\n")
    _edit(approved, lambda text: text.replace("variants:\n", "variants:\n  - one more wording\n"))

    assert _faq(approved).servable


@pytest.mark.parametrize(("today", "servable"), [(UNTIL, True), (UNTIL + dt.timedelta(1), False)])
def test_approval_ends_after_its_last_day_when_a_day_passes(
    today: dt.date, servable: bool, approved: Path
) -> None:
    faq = _faq(approved, today=today)

    assert faq.servable is servable
    assert servable or faq.unservable_reason == "approval expired on 2027-05-01"


def test_answer_is_withheld_when_the_approval_names_no_end(approved: Path) -> None:
    _edit(approved, lambda text: text.replace(f"  until: {UNTIL}\n", ""))

    assert _faq(approved).unservable_reason == "approval has no expiry date"


def test_production_serves_approved_answers_only_when_the_rest_are_drafts(approved: Path) -> None:
    faqs = load_library(approved, mode="production", today=TODAY).faqs

    assert [faq.id for faq in faqs.values() if faq.servable] == [FAQ]
    assert {f.unservable_reason for f in faqs.values() if not f.servable} == {"not approved"}


def test_local_run_serves_drafts_as_drafts_when_nothing_is_approved(base: Path) -> None:
    faqs = load_library(base, mode="local", today=TODAY).faqs.values()

    assert all(faq.servable and faq.draft for faq in faqs)
