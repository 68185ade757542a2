"""A copy of the shipped content that a test may change."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Final

from knowledge.library import KNOWLEDGE_DIR, load_library

_FILES: Final = ("clinic.yml", "sources.yml", "messages.yml", "small_talk.yml", "out_of_scope.yml")


def copy_base(to: Path) -> Path:
    """Copies the shipped content, and nothing else, into an existing folder; returns it."""
    for name in _FILES:
        shutil.copy(KNOWLEDGE_DIR / name, to / name)
    for folder in ("faqs", "red_lines"):
        shutil.copytree(KNOWLEDGE_DIR / folder, to / folder)
    return to


def faq_path(root: Path, faq_id: str) -> Path:
    """Returns the file of a FAQ."""
    return next(root.glob(f"faqs/*/{faq_id}.md"))


def approve(root: Path, faq_id: str, on: dt.date, until: dt.date) -> None:
    """Writes an approval of what the FAQ says now, as a clinician's."""
    path = faq_path(root, faq_id)
    sha256 = load_library(root).faqs[faq_id].content_sha256
    record = (
        f"  status: approved\n  by: Dr. Example\n  on: {on}\n  until: {until}\n"
        f'  sha256: "{sha256}"\n'
    )
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"  status: \w+\n", record, text, count=1), encoding="utf-8")
