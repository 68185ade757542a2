"""Taking personal details out of a patient's words before they are kept elsewhere.

Rules find forms, not meanings: whoever takes a text over still reads it.
"""

from __future__ import annotations

import re
from typing import Final

REMOVED: Final = "…"
_RULES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"https?://\S+|www\.\S+",
        r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+",
        r"@\w{3,}",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"(?:\+?1[\s.-]?)?\(?\b\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}\b",
        r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b",
        (
            r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}"
            r"(?:st|nd|rd|th)?(?:,?\s+\d{4})?\b"
        ),
        (
            r"\b\d{1,5}\s+(?:[a-z]+\s){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct"
            r"|boulevard|blvd|way)\b\.?"
        ),
        r"\b(?:dob|ssn|mrn|patient (?:id|number)|member (?:id|number))\b[:#\s]*[\w-]*\d[\w-]*",
        r"\b\d{5,}\b",
    )
)
_NAME: Final = re.compile(
    r"\b((?i:my name is|my name's|name is|i am called|this is|i'm|im|i am|dr\.?|doctor|mr\.?|mrs\.?"
    r"|ms\.?|nurse))\s+([A-Z][a-z'-]+(?:\s+[A-Z][a-z'-]+){0,2})"
)
_STATED: Final = re.compile(
    r"\b(my name is|my name's|i am called)\s+([a-z'-]+(?:\s+[a-z'-]+)?)", re.IGNORECASE
)


def scrub(text: str) -> str:
    """Returns the text with addresses, numbers, dates and stated names taken out."""
    for rule in _RULES:
        text = rule.sub(REMOVED, text)
    text = _STATED.sub(rf"\1 {REMOVED}", text)
    text = re.sub(_NAME, rf"\1 {REMOVED}", text)
    return " ".join(text.split())
