"""Opening a chat: on the running service, or with triage alone."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
import urllib3

from bot.adapters.database import pending_migrations
from bot.adapters.rasa_client import is_ready
from bot.assembly import Core
from bot.channels.shell.chat import Chat, StoredChat
from bot.channels.shell.decide_only import DecidedChat
from bot.channels.shell.errors import NotRunningError
from bot.conversation import Channel
from bot.conversation.errors import StoreUnavailableError
from bot.settings import Settings
from bot.texts_place import texts_of
from knowledge.encoder.weights import DEFAULT_MODEL
from knowledge.library.models import Library
from knowledge.runtime import Places, open_triage

FIX = (
    "Start the service with `make run` in another terminal and try again, or use --decide-only,"
    " which shows decisions without it."
)


def open_chat(settings: Settings, channel: Channel) -> Chat:
    """Returns a chat on the running service.

    Raises:
        NotRunningError: naming what does not answer, and the fix.
        KnowledgeError: if the clinic's texts cannot be loaded.
    """
    core = Core(settings)
    missing = _missing(core)
    if missing:
        raise NotRunningError(f"{'; '.join(missing)}. {FIX}")
    library = texts_of(settings).load()
    return StoredChat(core.conversations, core.store, _questions(library), channel)


def open_decided_chat(settings: Settings, channel: Channel) -> Chat:
    """Returns a chat that needs nothing but the index and the encoder.

    Raises:
        KnowledgeError: if one of them is missing or damaged.
    """
    places = Places(
        index=settings.index_dir,
        encoder=settings.model_dir,
        knowledge=settings.knowledge_dir,
        encoder_kind=settings.encoder,
        encoder_model=settings.encoder_model or DEFAULT_MODEL,
        mode=settings.mode,
        approvals=settings.approvals_dir,
        published=settings.published_dir,
    )
    library, triage = open_triage(places)
    return DecidedChat(triage, _questions(library), channel, settings.max_message_chars)


def _questions(library: Library) -> Mapping[str, str]:
    return {faq.id: faq.question for faq in library.faqs.values()}


def _missing(core: Core) -> list[str]:
    settings, missing = core.settings, []
    actions = f"{settings.actions_url}/readyz"
    if not core.rasa.is_ready():
        missing.append(f"Rasa does not answer at {settings.rasa_url}")
    if not is_ready(urllib3.PoolManager(retries=False), actions):
        missing.append(f"the action server does not answer at {settings.actions_url}")
    if missing:
        return missing  # and no database is created where none is used
    try:
        if pending_migrations(core.database):
            missing.append("the database's tables are not up to date")
        core.database.check_keys()
    except (StoreUnavailableError, sa.exc.SQLAlchemyError):
        missing.append("the database does not answer (FAQBOT_DATABASE_URL)")
    return missing
