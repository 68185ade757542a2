"""Texts that a patient is shown, each with the place where it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.check.finding import Fault
from knowledge.check.located import Span
from knowledge.library.models import Wording
from knowledge.library.placeholders import fill, unset_facts, without_citations

Kind = Literal["faq", "red_line", "message", "fact"]
Channel = Literal["web", "sms"]

# A sentence with the citations behind it; a point inside a word or a number does not end it.
_SENTENCE: Final = re.compile(
    r"(?:[^.!?\n]|[.!?](?=[^\s*\"')]))+[.!?]*[\"')*]*(?:[ \t]*\[@[^\]\s]+\])*"
)


class _AnyLink(MarkdownIt):
    """Reads every link: the page drops a forbidden one, here it has to be seen to be reported."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the parser's name
        del url
        return True


_MARKDOWN: Final = _AnyLink("commonmark")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as it is written: placeholders and citation marks in it.

    `kind` says whose it is; `owner` the FAQ's id, the category, the message's key or the fact's
    name; `field` the field's name for a message ("answer", "reply_t0.en.sms").
    """

    path: Path
    kind: Kind
    owner: str
    field: str
    channel: Channel
    language: str
    text: str
    span: Span

    def fault(self, words: str, problem: str, fix: str) -> Fault:
        """Returns a fault on the line where `words` start."""
        return Fault(self.path, self.span.line_of(words), f"{self.field}: {problem}", fix)

    def shown(self, facts: Mapping[str, Wording]) -> str:
        """Returns the text as it is sent; a fact that is not set stays a placeholder."""
        known = {name: facts[name] for name in facts}
        for name in unset_facts(self.text, facts):
            known[name] = Wording(f"{{{{{name}}}}}", f"{{{{{name}}}}}")
        return fill(without_citations(self.text), known, sms=self.channel == "sms")


def sentences(text: str) -> tuple[str, ...]:
    """Returns the sentences of a text, each with the citations that follow it."""
    return tuple(m.group(0).strip() for m in _SENTENCE.finditer(text) if m.group(0).strip(" -"))


@lru_cache(maxsize=4096)
def markdown_tokens(text: str) -> tuple[Token, ...]:
    """Returns the parsed Markdown, block tokens and their inline children in one row."""
    return tuple(t for token in _MARKDOWN.parse(text) for t in (token, *(token.children or ())))


def plain_text(markdown: str) -> str:
    """Returns what is read: no marks, no addresses, every block and list item a sentence."""
    blocks = []
    for token in _MARKDOWN.parse(markdown):
        if token.type == "inline":
            words = "".join(_words(child) for child in token.children or ()).strip()
            blocks.append(words if words.endswith((".", "!", "?")) else words.rstrip(":;,") + ".")
    return "\n".join(blocks)


def _words(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content
