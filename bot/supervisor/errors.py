"""Errors of the supervisor; every one derives from `SupervisorError`."""

from __future__ import annotations


class SupervisorError(Exception):
    """Root of every error that this room raises on purpose; says how to mend it."""


class AlreadyRunningError(SupervisorError):
    """Another `faqbot up` holds this folder."""


class PortTakenError(SupervisorError):
    """A port that a process needs is in use; names who has it where that can be known."""


class StartError(SupervisorError):
    """A process did not become ready."""
