"""Line numbers of the fields of a YAML document, and of words inside a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive lines of a file: where a text is written."""

    first_line: int
    raw: str

    def line_of(self, words: str) -> int:
        """Returns the line on which `words` start, however the lines are folded."""
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        found = re.search(pattern, self.raw) if pattern else None
        return self.first_line + (self.raw.count("\n", 0, found.start()) if found else 0)


class LocatedYaml:
    """A valid YAML document that knows on which lines its fields are.

    Args:
        text: the document.
        first_line: the line of the file on which it starts.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._lines = text.splitlines()
        self._first_line = first_line
        self._root = yaml.compose(text, Loader=_LOADER)

    def line(self, *keys: str | int) -> int:
        """Returns the line of the deepest field that exists along `keys`."""
        node, line = self._root, 0
        for key in keys:
            child = _child(node, key)
            if child is None:
                break
            line, node = child
        return self._first_line + line

    def span(self, *keys: str | int) -> Span:
        """Returns the lines on which the field's text stands."""
        first = self.line(*keys) - self._first_line
        node: yaml.Node | None = self._root
        for key in keys:
            child = _child(node, key)
            node = child[1] if child else None
        last = node.end_mark.line if node is not None and node.end_mark else first
        return Span(self._first_line + first, "\n".join(self._lines[first : last + 1]))


def _child(node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
    """Returns the line (from 0) and the node of a key of a mapping or an index of a list."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == str(key):
                return name.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and str(key).isdigit() and int(key) < len(node.value):
        item = node.value[int(key)]
        return item.start_mark.line, item
    return None
