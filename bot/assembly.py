"""Putting the core and its adapters together, for every process that needs them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cached_property

from bot.adapters.approved_texts import ApprovedTexts
from bot.adapters.database import Database, SqlConversationStore
from bot.adapters.rasa_client import RasaClient
from bot.conversation import Conversations, Limits, StaffDesk
from bot.settings import Settings


class Core:
    """The conversation core on real adapters; each part is made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Database:
        """The database of the settings."""
        return Database(self.settings.database_url)

    @cached_property
    def store(self) -> SqlConversationStore:
        """Where conversations are kept."""
        return SqlConversationStore(self.database)

    @cached_property
    def texts(self) -> ApprovedTexts:
        """The approved fixed texts."""
        return ApprovedTexts.load(self.settings.knowledge_dir, self.settings.mode)

    @cached_property
    def rasa(self) -> RasaClient:
        """The dialogue."""
        settings = self.settings
        return RasaClient(settings.rasa_url, settings.rasa_timeout, settings.web_threads)

    @cached_property
    def conversations(self) -> Conversations:
        """The visitor's side."""
        return Conversations(self.store, self.rasa, self.texts, limits_of(self.settings))

    @cached_property
    def desk(self) -> StaffDesk:
        """The staff's side."""
        return StaffDesk(self.store, self.texts)

    def load(self) -> None:
        """Makes every part now, so that what is broken stops the start of the process.

        Raises:
            KnowledgeError: naming the text that is wrong.
        """
        _ = (self.conversations, self.desk)


def limits_of(settings: Settings) -> Limits:
    """Returns the core's limits under these settings."""
    patience = min(3 * settings.rasa_timeout + 2, settings.recover_after)
    return dataclasses.replace(
        Limits(),
        max_message_chars=settings.max_message_chars,
        patience=patience,
        visitor_idle=dt.timedelta(days=settings.visitor_idle_days),
    )
