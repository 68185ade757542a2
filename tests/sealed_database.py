"""Databases of tests, and the data keys that open them."""

from __future__ import annotations

from typing import Final

from bot.adapters.database import Database

#: As the setting FAQBOT_DATA_KEYS gives it.
KEY: Final = "data-key-of-the-tests-which-is-long-enough"


def database_at(url: str) -> Database:
    return Database(url, (KEY,))
