"""An approval is bound to the words that were approved, and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.library import Faq, load_library
from knowledge.library.models import Mode
from tests.knowledge_copy import approve, copy_few, decided, faq_path

ON, UNTIL = dt.date(2026, 11, 1), dt.date(2027, 1, 15)
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
def base(tmp_path: Path) -> Path:
    return copy_few(tmp_path, FAQ, "telehealth", "cost", "nausea")


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
    assert faq.unservable_reason == "not approved: changed since it was approved"


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
    assert servable or faq.unservable_reason == "approval expired on 2027-01-15"


def test_answer_is_withheld_when_the_approval_names_no_end(base: Path) -> None:
    approve(base, FAQ, ON, None)

    assert _faq(base).unservable_reason == "not approved: the approval has no end"


def test_answer_is_withheld_when_a_clinic_fact_in_it_changed(base: Path) -> None:
    approve(base, "cost", ON, UNTIL)
    clinic = base / "clinic.yml"
    before = clinic.read_text(encoding="utf-8")
    assert load_library(base, mode="production", today=TODAY).faqs["cost"].servable
    after = before.replace("PRICE_LIST:\n    web: ", "PRICE_LIST:\n    web: About ")
    clinic.write_text(after, encoding="utf-8")
    assert after != before

    faq = load_library(base, mode="production", today=TODAY).faqs["cost"]

    assert faq.unservable_reason == "not approved: changed since it was approved"


def test_answer_is_withheld_when_the_reference_under_it_changed(approved: Path) -> None:
    sources = approved / "sources.yml"
    text = sources.read_text(encoding="utf-8")
    start = text.index("\nSPL:")
    changed = text[:start] + text[start:].replace("title: ", "title: Another ", 1)
    sources.write_text(changed, encoding="utf-8")

    assert not _faq(approved).servable


@pytest.mark.parametrize(
    ("day", "servable"), [(dt.date(2026, 12, 31), True), (dt.date(2027, 1, 1), False)]
)
def test_answer_is_withheld_when_its_facts_were_to_be_rechecked(
    day: dt.date, servable: bool, base: Path
) -> None:
    approve(base, "telehealth", ON, UNTIL)

    faq = load_library(base, mode="production", today=day).faqs["telehealth"]

    assert faq.servable is servable
    assert servable or faq.unservable_reason == "its facts were to be rechecked by 2026-12-31"


def test_answer_is_served_when_it_was_approved_after_its_recheck(base: Path) -> None:
    approve(base, "telehealth", dt.date(2027, 1, 2), UNTIL)

    faq = load_library(base, mode="production", today=dt.date(2027, 1, 3)).faqs["telehealth"]

    assert faq.servable


def test_answer_is_withheld_when_the_same_words_were_rejected_later(approved: Path) -> None:
    decided(approved, FAQ, "rejected", TODAY)

    assert _faq(approved).unservable_reason == "not approved: a reviewer rejected it"


def test_earlier_words_stay_approved_when_newer_ones_are_approved_too(approved: Path) -> None:
    path = faq_path(approved, FAQ)
    earlier = path.read_text(encoding="utf-8")
    _edit(approved, EDITS["answer"])
    approve(approved, FAQ, TODAY, UNTIL)
    assert _faq(approved).servable

    path.write_text(earlier, encoding="utf-8")

    assert _faq(approved).servable


def test_production_serves_approved_answers_only_when_the_rest_are_drafts(approved: Path) -> None:
    faqs = load_library(approved, mode="production", today=TODAY).faqs

    assert [faq.id for faq in faqs.values() if faq.servable] == [FAQ]
    assert {f.unservable_reason for f in faqs.values() if not f.servable} == {"not approved"}


def test_local_run_serves_drafts_as_drafts_when_nothing_is_approved(base: Path) -> None:
    faqs = load_library(base, mode="local", today=TODAY).faqs.values()

    assert all(faq.servable and faq.draft for faq in faqs)
