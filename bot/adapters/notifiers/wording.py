"""What a page says: tier, category, how long, and where to answer. Never a patient's words."""

from __future__ import annotations

import datetime as dt

from bot.conversation.case_words import CATEGORIES, TIERS
from bot.conversation.paging import Page


def subject(page: Page) -> str:
    """Returns one line, such as "T1 Safety crisis: Suicide or self-harm"."""
    again = f" (reminder {page.step})" if page.step else ""
    return f"{page.tier} {TIERS[page.tier]}: {CATEGORIES[page.category]}{again}"


def text(page: Page, desk_url: str, zone: dt.tzinfo) -> str:
    """Returns the whole message."""
    since = page.waiting_since.astimezone(zone)
    return (
        f"{subject(page)}. Case {page.case_id} waits since {since:%H:%M on %b} {since.day}. "
        f"{address(page, desk_url)}"
    )


def address(page: Page, desk_url: str) -> str:
    """Returns where the case is answered."""
    return f"{desk_url}/conversations/{page.conversation_id}"
