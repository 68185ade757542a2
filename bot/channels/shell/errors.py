"""Errors of the staff shell; every one derives from `ShellError`."""

from __future__ import annotations


class ShellError(Exception):
    """Root of every error that this package raises on purpose; says what to do."""


class NotRunningError(ShellError):
    """The processes that a real conversation needs do not answer."""


class CommandError(ShellError):
    """A slash command is unknown or was given something that it cannot use."""


class ScriptError(ShellError):
    """A script cannot be read; names the line."""
