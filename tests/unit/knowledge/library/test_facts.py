"""Clinic facts fill the texts; one that is not set is never a gap in a text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from knowledge.errors import ContentError
from knowledge.library import KNOWLEDGE_DIR, load_library
from knowledge.library.models import Wording
from knowledge.library.placeholders import citations, fill, unset_facts, without_citations

FACTS = {"NAME": Wording("the web form", "short")}


def _unset(root: Path, name: str) -> None:
    path = root / "clinic.yml"
    text = path.read_text(encoding="utf-8")
    emptied = re.sub(rf"^  {name}:.*\n(?:    .*\n)*", f"  {name}:\n", text, flags=re.MULTILINE)
    assert emptied != text
    path.write_text(emptied, encoding="utf-8")


def test_fact_takes_the_channels_form_when_it_is_filled() -> None:
    assert fill("a {{ NAME }} b", FACTS) == "a the web form b"
    assert fill("a {{NAME}} b", FACTS, sms=True) == "a short b"
    assert unset_facts("{{OTHER}} {{NAME}} {{OTHER}}", FACTS) == ("OTHER",)


def test_citations_are_not_shown_when_a_text_is_sent() -> None:
    text = "A fact. [@K] Another. [@SPR-PI] [@K]"

    assert without_citations(text) == "A fact. Another."
    assert citations(text) == ("K", "SPR-PI")


def test_answer_is_withheld_in_every_mode_when_its_fact_is_unset(base: Path) -> None:
    _unset(base, "PARKING_ACCESS")

    faq = load_library(base, mode="local").faqs["parking-access"]

    assert (faq.servable, faq.answer, faq.sms) == (False, "", "")
    assert faq.unservable_reason == "clinic facts are not set: PARKING_ACCESS"
    assert load_library(base).faqs["hours"].servable


@pytest.mark.parametrize("name", ["STAFF_RESPONSE_TIME", "ON_CALL_NUMBER"])
def test_loading_stops_when_a_safety_reply_needs_an_unset_fact(name: str, base: Path) -> None:
    _unset(base, name)

    with pytest.raises(ContentError, match=rf"red_lines.*reply.*{name}.*clinic\.yml"):
        load_library(base)


def test_shipped_texts_hold_no_placeholder_when_loaded() -> None:
    library = load_library(KNOWLEDGE_DIR)
    texts = [text for faq in library.faqs.values() for text in (faq.answer, faq.sms)]
    for line in library.red_lines.values():
        wordings = (*line.replies.values(), *line.replies_t0.values())
        texts += [text for wording in wordings for text in (wording.web, wording.sms)]

    assert [text for text in texts if "{{" in text or "[@" in text] == []
