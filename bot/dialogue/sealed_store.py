"""Rasa's store of dialogues in SQL, with what patients wrote sealed (see ADR 0019)."""

from __future__ import annotations

import functools
from typing import Any, Final

import sqlalchemy as sa  # type: ignore[import-untyped]
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.orm import declarative_base  # type: ignore[import-untyped]

from bot.dialogue.settings import load_dialogue_settings
from bot.sealing import Sealer

#: What sealed events are bound to; `faqbot reseal` knows it too.
PLACE: Final = "dialogues.events"


@functools.lru_cache(maxsize=1)
def sealer() -> Sealer:
    """Returns what seals with this process's data keys."""
    return Sealer(load_dialogue_settings().require_data_keys())


class SealedEvent(sa.types.TypeDecorator):  # type: ignore[misc]
    """An event as JSON, sealed."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Returns what is stored."""
        del dialect  # the same for all
        return None if value is None else sealer().seal(value, PLACE)

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """Returns the JSON, also of events from before they were sealed."""
        del dialect
        is_plain = value is None or value.startswith("{")
        return value if is_plain else sealer().open(str(value), PLACE)


class SealedTrackerStore(SQLTrackerStore):  # type: ignore[misc]
    """Rasa's store, with a table whose events nobody reads without the data keys."""

    Base: Any = declarative_base()

    class SQLEvent(Base):  # type: ignore[misc]
        """The same table as Rasa's own."""

        __tablename__ = "events"

        id = sa.Column(sa.Integer, primary_key=True)
        sender_id = sa.Column(sa.String(255), nullable=False, index=True)
        type_name = sa.Column(sa.String(255), nullable=False)
        timestamp = sa.Column(sa.Float)
        intent_name = sa.Column(sa.String(255))
        action_name = sa.Column(sa.String(255))
        data = sa.Column(SealedEvent)
