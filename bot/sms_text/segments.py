"""Cutting a text into the segments of an SMS, between words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.sms_text.alphabet import Encoding, encoding_of, units
from bot.sms_text.plain import plain_text

_WORD_OR_SPACE: Final = re.compile(r"\S+|\s")
_JOINER: Final = "\u200d"
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAG_TAGS: Final = range(0xE0020, 0xE0080)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment.

    Attributes:
        text: its part of the text, white space included.
        units: its length in septets (GSM-7) or UTF-16 code units (UCS-2).
    """

    text: str
    units: int


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text as it goes out: its segments, joined without anything between, are the text."""

    encoding: Encoding
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The whole text as it is sent."""
        return "".join(segment.text for segment in self.segments)

    @property
    def units(self) -> int:
        """The whole length in units of the encoding."""
        return sum(segment.units for segment in self.segments)

    @property
    def capacity(self) -> int:
        """Units that each of these segments could hold."""
        # Two is where a text begins to have parts: a name for it would say no more.
        return self.encoding.single if len(self.segments) < 2 else self.encoding.part  # noqa: PLR2004


def cut(text: str) -> Segmentation:
    """Makes the text plain and cuts it into as few segments as whole words allow.

    A word is cut only when it is longer than a segment, and then never within what a reader
    sees as one character (an emoji with its skin tone, a letter with its accents) unless that
    alone is longer than a segment.

    Args:
        text: what is to be sent, in any spelling.

    Returns:
        The segments; none for an empty text.
    """
    plain = plain_text(text)
    encoding = encoding_of(plain)
    if not plain:
        return Segmentation(encoding, ())
    length = units(plain, encoding)
    if length <= encoding.single:
        return Segmentation(encoding, (Segment(plain, length),))
    return Segmentation(encoding, tuple(_packed(plain, encoding)))


def _packed(text: str, encoding: Encoding) -> Iterator[Segment]:
    held: list[str] = []
    length = 0
    for piece in _pieces(text, encoding):
        size = units(piece, encoding)
        if length + size > encoding.part:
            yield Segment("".join(held), length)
            held, length = [], 0
        held.append(piece)
        length += size
    yield Segment("".join(held), length)


def _pieces(text: str, encoding: Encoding) -> Iterator[str]:
    """Yields what may not be cut, in order; none is longer than a segment."""
    for match in _WORD_OR_SPACE.finditer(text):
        word = match.group()
        if units(word, encoding) <= encoding.part:
            yield word
            continue
        for cluster in _clusters(word):
            yield from (cluster if units(cluster, encoding) > encoding.part else (cluster,))


def _clusters(word: str) -> Iterator[str]:
    """Yields what a reader sees as one character each; UAX #29 as far as phones need it."""
    cluster = ""
    for character in word:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    yield cluster


def _continues(cluster: str, character: str) -> bool:
    code = ord(character)
    if character == _JOINER or cluster[-1] == _JOINER or unicodedata.category(character)[0] == "M":
        return True
    if code in _FLAG_LETTERS:
        return len(cluster) == 1 and ord(cluster) in _FLAG_LETTERS
    return code in _SKIN_TONES or code in _FLAG_TAGS
