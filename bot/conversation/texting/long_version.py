"""The long version of an answer, as plain text: what "MORE" sends."""

from __future__ import annotations

import re
from typing import Final

from knowledge.reply import Reply

_LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_MARKS: Final = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|^#{1,6} +", re.MULTILINE)
_BULLET: Final = re.compile(r"^\s*[-*] +", re.MULTILINE)
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def long_version(reply: Reply) -> str:
    """Returns the approved long text without Markdown, with its sources' organisations.

    Numbers and addresses stay in full, so that phones make them tappable.
    """
    text = _LINK.sub(_plain_link, reply.text)
    text = _BULLET.sub("- ", _MARKS.sub("", text))
    footer = _LINK.sub(_plain_link, reply.footer) if reply.footer else ""
    named = dict.fromkeys(str(source.get("organisation", "")) for source in reply.sources)
    sources = ", ".join(name for name in named if name)
    parts = [text, _MARKS.sub("", footer), f"Sources: {sources}." if sources else ""]
    return _BLANK_LINES.sub("\n\n", "\n\n".join(part.strip() for part in parts if part.strip()))


def _plain_link(match: re.Match[str]) -> str:
    words, address = match.groups()
    if address.startswith(("tel:", "sms:", "mailto:")) or words in address:
        return words if not address.startswith("http") else address
    return f"{words} ({address})"
