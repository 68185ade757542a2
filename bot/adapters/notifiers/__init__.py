"""Telling staff about a case: e-mail, text message, webhook, or the log."""

from bot.adapters.notifiers.dispatch import Notifiers
from bot.adapters.notifiers.errors import NotifierError

__all__ = ["NotifierError", "Notifiers"]
