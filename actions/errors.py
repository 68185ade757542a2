"""Errors of the actions room; every one derives from `ActionsError`."""

from __future__ import annotations


class ActionsError(Exception):
    """Root of every error that this package raises on purpose."""


class TurnError(ActionsError):
    """What Rasa sent is not a turn of this dialogue; names the field."""


class ActionSettingsError(ActionsError):
    """A FAQBOT_* variable is malformed; names it and the fix."""
