"""The one list of rules."""

from __future__ import annotations

from typing import Final

from knowledge.check import (
    crisis,
    evidence,
    examples,
    facts,
    links,
    near_duplicates,
    pairings,
    reading,
    reviews,
    sms,
    structure,
    variants,
    wording,
)
from knowledge.check.finding import Rule

RULES: Final[tuple[Rule, ...]] = (
    *structure.RULES,
    *variants.RULES,
    *examples.RULES,
    *wording.RULES,
    *evidence.RULES,
    *pairings.RULES,
    *reading.RULES,
    *sms.RULES,
    *links.RULES,
    *crisis.RULES,
    *facts.RULES,
    *reviews.RULES,
    *near_duplicates.RULES,
)
