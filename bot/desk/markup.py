"""The assistant's Markdown as HTML that is safe to show."""

from __future__ import annotations

from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS: Final = {"p", "br", "ul", "ol", "li", "strong", "em"}
#: No links: staff read what was said, they do not follow it.
_MARKDOWN: Final = MarkdownIt("zero").enable(["list", "emphasis", "link", "newline", "escape"])


def markdown(text: str) -> Markup:
    """Renders paragraphs, lists, bold and emphasis; of a link only its text stays."""
    # Cleaned to the short list of tags above, so it is safe as it is.
    return Markup(nh3.clean(_MARKDOWN.render(text), tags=_TAGS, attributes={}))  # noqa: S704
