"""Typographic characters to the plain ones that every phone has.

A single curly quote would turn a whole text into UCS-2, which holds less than half as much. Only
characters that mean the same are exchanged: letters with accents stay, whatever they cost.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SAME: Final = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u00b4\u0060",
    '"': "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2212",
    "...": "\u2026",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    "\n": "\x85\u2028\u2029",
    # Nothing to see: soft hyphen, zero-width space, word joiner, byte order mark.
    "": "\u00ad\u200b\u2060\ufeff",
}
_PLAIN: Final = {ord(fancy): plain for plain, group in _SAME.items() for fancy in group}
_LINE_END: Final = re.compile(r"\r\n?")


def plain_text(text: str) -> str:
    """Returns the text with typographic quotes, dashes, spaces and line ends made plain.

    Accents that were typed as separate marks are joined to their letters first, because GSM-7
    has some of these letters and none of the marks.
    """
    composed = unicodedata.normalize("NFC", _LINE_END.sub("\n", text))
    # Invisible characters gone, a letter may now stand next to its mark: joined again.
    return unicodedata.normalize("NFC", composed.translate(_PLAIN))
