"""Text to HTML that is safe to show, whoever wrote it."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS: Final = {"p", "br", "ul", "ol", "li", "strong", "em"}
_SCHEMES: Final = {"https", "tel", "sms"}
_PHONE: Final = re.compile(r"(?<![\w-])(911|988|1-\d{3}-\d{3}-\d{4})(?![\w-])")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")

_MARKDOWN: Final = MarkdownIt("zero").enable(["list", "emphasis", "link", "newline", "escape"])


@lru_cache(maxsize=1024)
def markdown_to_html(text: str, *, links: bool = True) -> str:
    """Renders the Markdown subset: paragraphs, lists, bold, emphasis, links.

    Emergency numbers become links that a phone can dial. Only the clinic's own texts come here,
    again and again, so what was rendered is remembered.

    Args:
        text: the Markdown.
        links: whether links stay; of one that does not, its text does.
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.children:
            token.children = _with_phone_links(token.children)
    return _clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}), links=links)


def plain_to_html(text: str) -> str:
    """Renders what a person typed: paragraphs and line breaks, nothing else."""
    paragraphs = [part for part in _PARAGRAPHS.split(text) if part.strip()]
    escaped = (html.escape(part.strip()).replace("\n", "<br>") for part in paragraphs)
    return _clean("".join(f"<p>{part}</p>" for part in escaped), links=False)


def _clean(markup: str, *, links: bool) -> str:
    return nh3.clean(
        markup,
        tags=_TAGS | {"a"} if links else _TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()


def _with_phone_links(children: list[Token]) -> list[Token]:
    linked: list[Token] = []
    depth = 0
    for child in children:
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and depth == 0:
            linked.extend(_split_phones(child.content))
        else:
            linked.append(child)
    return linked


def _split_phones(content: str) -> list[Token]:
    tokens = []
    for index, part in enumerate(_PHONE.split(content)):
        if index % 2:
            tokens += [
                Token("link_open", "a", 1, attrs={"href": f"tel:{part}"}),
                Token("text", "", 0, content=part),
                Token("link_close", "a", -1),
            ]
        elif part:
            tokens.append(Token("text", "", 0, content=part))
    return tokens
