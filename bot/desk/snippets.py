"""Texts that staff put into a reply: the clinic's canned texts, and the answers of FAQs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import ContentError
from knowledge.library import Library
from knowledge.library.files import read_yaml
from knowledge.library.placeholders import fill, unset_facts

FILE: Final = "staff_replies.yml"
_LINK: Final = re.compile(r"\[([^\]]+)\]\((?:tel:|sms:|mailto:|https://)[^)]*\)")
_EMPHASIS: Final = re.compile(r"\*{1,2}([^*\n]+)\*{1,2}")
_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]<>#])")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text with its name."""

    title: str
    text: str


def load_snippets(folder: Path, library: Library) -> tuple[Snippet, ...]:
    """Returns what can be inserted, canned texts first.

    Of FAQs only those are offered that may be served: a person sends them, but the words are the
    approved ones.

    Raises:
        ContentError: naming the file, the field and the fix.
    """
    path = folder / FILE
    canned = _canned(path, library) if path.exists() else ()
    answers = tuple(
        Snippet(faq.question, plain(faq.answer))
        for faq in sorted(library.faqs.values(), key=lambda faq: faq.question)
        if faq.servable
    )
    return canned + answers


def plain(markdown: str) -> str:
    """Returns an answer's Markdown subset as the plain text that staff messages are."""
    text = _LINK.sub(r"\1", markdown)
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\1", text)).strip()


def _canned(path: Path, library: Library) -> tuple[Snippet, ...]:
    try:
        texts = TypeAdapter(dict[str, str]).validate_python(read_yaml(path))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ContentError(path, field, "must be a title with a text", "quote the text") from error
    return tuple(
        Snippet(title, fill(text, library.facts).strip())
        for title, text in texts.items()
        if not unset_facts(text, library.facts)  # a gap is never shown to a patient
    )
