"""Splitting a long text into several texts, between words."""

from __future__ import annotations

import re
from typing import Final

from bot.sms_text.alphabet import Encoding, encoding_of, units
from bot.sms_text.plain import plain_text

#: Segments of one text. Providers take 1600 characters, but long texts fail more often.
SEGMENTS_IN_A_TEXT: Final = 4
_PIECE: Final = re.compile(r"\S+|\s+")


def split_text(text: str, segments: int = SEGMENTS_IN_A_TEXT) -> tuple[str, ...]:
    """Makes the text plain and splits it into texts of at most so many segments.

    Nothing is left out. A word, and so a link or a phone number, is cut only when it alone is
    longer than a text may be.

    Args:
        text: what is to be sent, in any spelling.
        segments: how many segments one text may take.

    Returns:
        The texts in order, without white space at their ends; none for an empty text.
    """
    plain = plain_text(text).strip()
    encoding = encoding_of(plain)
    limit = segments * encoding.part
    texts, held = [], ""
    for piece in _pieces(plain, encoding, limit):
        if units(held + piece, encoding) > limit:
            texts.append(held.strip())
            held = ""
        held += piece
    texts.append(held.strip())
    return tuple(text for text in texts if text)


def _pieces(text: str, encoding: Encoding, limit: int) -> list[str]:
    pieces: list[str] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        while units(piece, encoding) > limit:
            # Half the limit in characters always fits, whatever each of them takes.
            pieces.append(piece[: limit // 2])
            piece = piece[limit // 2 :]
        pieces.append(piece)
    return pieces
