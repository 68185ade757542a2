"""Conversations, cases and accounts in SQLite or PostgreSQL."""

from bot.adapters.database.engine import Database
from bot.adapters.database.migrate import migrate, pending_migrations
from bot.adapters.database.store import SqlConversationStore

__all__ = ["Database", "SqlConversationStore", "migrate", "pending_migrations"]
