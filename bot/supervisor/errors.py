"""Errors of the supervisor; every one derives from `SupervisorError`."""

from __future__ import annotations


class SupervisorError(Exception):
    """Root of every error that this room raises on purpose; says how to mend it."""


class AlreadyRunningError(SupervisorError):
    """Another `faqbot up` holds this folder."""


class ObstacleError(SupervisorError):
    """Something on this machine is in the way.

    Attributes:
        problem: what is in the way.
        remedy: how to mend it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem}: {remedy}")


class PortTakenError(ObstacleError):
    """A port that a process needs is in use; names who has it where that can be known."""


class FolderError(ObstacleError):
    """A folder or file that the service needs cannot be used; names it."""

    def __init__(self, error: OSError) -> None:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        super().__init__(what, "mend that file or folder")


class StartError(SupervisorError):
    """A process did not become ready."""
