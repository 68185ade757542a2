"""Rules on Markdown and links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from knowledge.check.base import Base
from knowledge.check.finding import Fault, Rule
from knowledge.check.passage import Passage, markdown_tokens

_SCHEMES: Final = ("https:", "tel:", "sms:")
_BARE: Final = re.compile(r"\b(?:http|ftp|mailto|javascript|data|file):\S*", re.IGNORECASE)
_ALLOWED: Final = frozenset(
    "paragraph_open paragraph_close bullet_list_open bullet_list_close ordered_list_open"
    " ordered_list_close list_item_open list_item_close inline text softbreak hardbreak"
    " strong_open strong_close em_open em_close link_open link_close".split()
)


def _web(base: Base) -> Iterator[Passage]:
    return (p for p in base.passages if p.channel == "web" and p.field != "question")


def _scheme(base: Base) -> Iterator[Fault]:
    fix = "use https://, tel: or sms:"
    for passage in base.passages:
        found = _BARE.search(passage.text)
        if found:
            words = found.group(0).rstrip(").,")
            yield passage.fault(words, f"the address {words} is not allowed", fix)
    for passage in _web(base):
        for token in markdown_tokens(passage.text):
            href = str(token.attrGet("href") or "")
            if (
                token.type == "link_open"
                and not href.startswith(_SCHEMES)
                and not _BARE.match(href)
            ):
                yield passage.fault(href, f"the address {href} is not allowed", fix)


def _number(base: Base) -> Iterator[Fault]:
    for passage in _web(base):
        tokens = markdown_tokens(passage.text)
        for opening, text in itertools.pairwise(tokens):
            href = str(opening.attrGet("href") or "")
            if opening.type == "link_open" and href.startswith(("tel:", "sms:")):
                shown, dialled = _digits(text.content), _digits(href)
                if shown.removeprefix("1") != dialled.removeprefix("1"):
                    problem = f"shows {text.content!r} and dials {href}"
                    yield passage.fault(href, problem, "make the two the same number")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _subset(base: Base) -> Iterator[Fault]:
    for passage in _web(base):
        for token in markdown_tokens(passage.text):
            if token.type not in _ALLOWED:
                words = (token.content or token.markup or "").strip().split("\n")[0]
                problem = f"{token.type.removesuffix('_open')} is not shown ({words!r})"
                fix = "use paragraphs, lists, **bold** and links only"
                yield passage.fault(words, problem, fix)
                break


RULES: Final = (
    Rule("link-scheme", "error", "Links are https, tel or sms", _scheme),
    Rule("link-number", "error", "A telephone link dials the number that it shows", _number),
    Rule("markdown-subset", "error", "Markdown is paragraphs, lists, bold, emphasis and links",
         _subset),
)  # fmt: skip
