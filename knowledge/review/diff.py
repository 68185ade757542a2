"""What changed between two wordings, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final, Literal

from knowledge.library.content import ReviewedContent

Kind = Literal["same", "gone", "new"]
_WORD: Final = re.compile(r"\n|[^\S\n]+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both wordings have, or only one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field of two wordings, cut where they differ."""

    field: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return any(piece.kind != "same" for piece in self.pieces)

    def side(self, kind: Kind) -> tuple[Piece, ...]:
        """Returns the pieces of one side: the old with `gone`, the fresh with `new`."""
        return tuple(p for p in self.pieces if p.kind in ("same", kind))


def differences(before: ReviewedContent | None, after: ReviewedContent) -> tuple[FieldDiff, ...]:
    """Returns every field of the two, in the order in which a reviewer reads them."""
    old, new = _texts(before), _texts(after)
    return tuple(FieldDiff(field, _pieces(old.get(field, ""), new[field])) for field in new)


def unified(before: ReviewedContent | None, after: ReviewedContent) -> str:
    """Returns the differences as lines for a terminal, empty when there are none."""
    lines: list[str] = []
    old, new = _texts(before), _texts(after)
    for field, text in new.items():
        found = difflib.unified_diff(
            old.get(field, "").splitlines(), text.splitlines(), "approved", "now", lineterm="", n=1
        )
        changed = [line for line in found if not line.startswith(("---", "+++", "@@"))]
        if changed:
            lines += [f"{field}:", *changed]
    return "\n".join(lines)


def _texts(content: ReviewedContent | None) -> dict[str, str]:
    if content is None:
        return {}
    return {
        "question": content.question,
        "answer": content.answer,
        "sms": content.sms,
        "sources": "\n".join(f"{k}: {v}" for k, v in sorted(content.sources.items())),
        "footer": content.footer or "",
    }


def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    return tuple(pieces)
