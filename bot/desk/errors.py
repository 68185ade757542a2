"""Errors of the staff desk; every one derives from `DeskError`."""

from __future__ import annotations


class DeskError(Exception):
    """Root of every error that this package raises on purpose."""


class RefusedInputError(DeskError):
    """A field of a form or a command cannot be accepted.

    Attributes:
        field: the field that is wrong.
        fix: what to give instead, in plain words.
    """

    def __init__(self, field: str, fix: str) -> None:
        self.field, self.fix = field, fix
        super().__init__(f"{field}: {fix}")


class AccountNotFoundError(DeskError):
    """There is no account with this e-mail address."""


class LastAdminError(DeskError):
    """The account is the last administrator that can log in."""


class LinkUnusableError(DeskError):
    """A one-time link is unknown, used, too old, or belongs to a disabled account."""
