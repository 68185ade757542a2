"""Denied danger: "no thoughts of hurting myself, just curious how it works".

An encoder reads what is named, not that it is denied. So the denial is taken out, and what is left
must be harmless by itself: "not suicidal but I wish I were dead" stays what it is. Where nothing is
left that could be judged, the message is read as it stands.
"""

from __future__ import annotations

import re
from typing import Final

_DENIAL: Final = re.compile(
    r"\b(?:(?:and|but|just|also|so) )?(?:(?:i|we) (?:am|have|had|was|are|do) )?(?:"
    r"(?:not|never been|never) (?:suicidal|a danger to (?:myself|anyone)"
    r"|in (?:any |a )?(?:crisis|danger))"
    r"|(?:no|not having|not have|never had|without)(?: any)? (?:suicidal )?"
    r"(?:thoughts?|plans?|intentions?|intent|urges?|ideas?|wish)(?: of| about| to)?"
    r" (?:hurt|harm|kill)(?:ing)? (?:myself|anyone|anybody|others)"
    r"(?: or (?:others|anyone|anybody))?"
    r"|(?:no|not have|never had)(?: any)? suicidal (?:thoughts?|ideas?|ideation)"
    r"|(?:i )?would never (?:hurt|harm|kill) myself"
    r")\b(?! (?:any ?more|yet|right now|today|tonight|this week|at the moment|lately|until|unless))"
    r"(?: at all| ever| or anything)?[\s,;:.!-]*"
)
_ENOUGH_WORDS: Final = 3


def without_denial(expanded: str) -> str:
    """Returns an expanded message without what it denies, or as it is where too little is left."""
    left = _DENIAL.sub(" ", expanded)
    if left == expanded:
        return expanded
    left = " ".join(left.split()).strip(" ,;:-")
    return left if len(left.split()) >= _ENOUGH_WORDS else expanded
