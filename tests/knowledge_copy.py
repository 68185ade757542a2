"""A copy of the shipped content that a test may change."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Final

from knowledge.library import KNOWLEDGE_DIR, clinic_facts, load_sources
from knowledge.library.content import ReviewedContent
from knowledge.library.faqs import read_faq
from knowledge.library.files import read_yaml, validate
from knowledge.library.ledger import Decision, Entry, append
from knowledge.library.schema import ClinicFile

_FILES: Final = ("clinic.yml", "sources.yml", "messages.yml", "small_talk.yml", "out_of_scope.yml")


def copy_base(to: Path) -> Path:
    """Copies the shipped content, and nothing else, into an existing folder; returns it."""
    for name in _FILES:
        shutil.copy(KNOWLEDGE_DIR / name, to / name)
    for folder in ("faqs", "red_lines"):
        shutil.copytree(KNOWLEDGE_DIR / folder, to / folder)
    return to


def copy_few(to: Path, *faq_ids: str) -> Path:
    """Copies the shipped content with these FAQs only, which is loaded quickly; returns it."""
    for name in _FILES:
        shutil.copy(KNOWLEDGE_DIR / name, to / name)
    shutil.copytree(KNOWLEDGE_DIR / "red_lines", to / "red_lines")
    for faq_id in faq_ids:
        path = faq_path(KNOWLEDGE_DIR, faq_id)
        kept = to / path.relative_to(KNOWLEDGE_DIR)
        kept.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        kept.write_text(re.sub(r"follow_ups: .*", "follow_ups: []", text), encoding="utf-8")
    return to


def faq_path(root: Path, faq_id: str) -> Path:
    """Returns the file of a FAQ."""
    return next(root.glob(f"faqs/*/{faq_id}.md"))


def reviewed(root: Path, faq_id: str) -> ReviewedContent:
    """Returns what an approval of a FAQ is bound to."""
    front, body = read_faq(faq_path(root, faq_id))
    clinic = validate(ClinicFile, read_yaml(root / "clinic.yml"), root / "clinic.yml")
    sources = load_sources(root / "sources.yml")
    return ReviewedContent.of(front, body, clinic_facts(clinic), sources)


def approve(root: Path, faq_id: str, on: dt.date, until: dt.date | None) -> Entry:
    """Writes an approval of what the FAQ says now, as a clinician's."""
    return decided(root, faq_id, "approved", on, until)


def decided(
    root: Path, faq_id: str, decision: Decision, on: dt.date, until: dt.date | None = None
) -> Entry:
    """Writes a decision on what the FAQ says now."""
    at = dt.datetime.combine(on, dt.time(15), dt.UTC)
    entry = Entry(
        faq=faq_id, decision=decision, at=at, by="Dr. Example", account="dr@clinic.example",
        until=until, note="", content=reviewed(root, faq_id),
    )  # fmt: skip
    return append(root / "approvals", entry)
