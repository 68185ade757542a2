"""Names of the gate's classes."""

from __future__ import annotations

from typing import Final, cast

from knowledge.decision import Category, Tier

FAQ_CLASS: Final = "faq"
#: About the clinic and harmless, but no FAQ answers it.
UNANSWERABLE_CLASS: Final = "unanswerable"
OUT_OF_SCOPE_CLASS: Final = "out_of_scope"
SMALL_TALK: Final = "small_talk/"
RED: Final = "red/"


def red_label(category: Category, tier: Tier) -> str:
    """Returns the class of a red line at a tier."""
    return f"{RED}{category}/{tier}"


def red_parts(label: str) -> tuple[Category, Tier]:
    """Returns (category, tier) of a red class."""
    _, category, tier = label.split("/")
    return cast(Category, category), cast(Tier, tier)
