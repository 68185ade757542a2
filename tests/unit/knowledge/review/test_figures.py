"""The figures of the shipped base in the docs are those of the base."""

from __future__ import annotations

import re

from knowledge.library import KNOWLEDGE_DIR
from knowledge.library.faqs import read_faq
from knowledge.review.figures import table

PAGE = KNOWLEDGE_DIR.parent / "docs" / "knowledge-figures.md"


def test_table_in_the_docs_is_fresh_when_the_base_is_counted() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "run `python -m knowledge.review.figures`"


def test_every_entry_of_the_topic_map_has_a_faq_when_the_base_is_counted() -> None:
    fronts = [read_faq(path)[0] for path in KNOWLEDGE_DIR.glob("faqs/*/*.md")]

    assert {number for front in fronts for number in front.map} >= set(range(1, 121))


def test_every_extra_question_has_a_faq_when_the_base_is_counted() -> None:
    wanted = (
        "what-it-feels-like needle-fear frightening-experience music companion-in-room"
        " why-two-hours k-hole street-ketamine matthew-perry drug-tests chat-privacy telehealth"
        " hsa-fsa medicare-medicaid first-consultation what-to-wear-bring after-first-series"
        " if-it-does-not-work"
    ).split()
    found = {path.stem for path in KNOWLEDGE_DIR.glob("faqs/*/*.md")}

    assert [faq_id for faq_id in wanted if faq_id not in found] == []


def test_facts_that_expire_have_an_early_date_when_the_base_is_counted() -> None:
    front, _ = read_faq(next(KNOWLEDGE_DIR.glob("faqs/*/telehealth.md")))
    assert str(front.review.recheck_by) == "2026-12-31"
    pages = {path.stem: path.read_text("utf-8") for path in KNOWLEDGE_DIR.glob("faqs/*/*.md")}
    pending = [
        faq_id
        for faq_id, text in pages.items()
        if re.search(r"\bFDA-COMP\b", text.split("\n---\n")[1])
        and str(read_faq(next(KNOWLEDGE_DIR.glob(f"faqs/*/{faq_id}.md")))[0].review.recheck_by)
        > "2027-06-30"
    ]
    assert pending == []
