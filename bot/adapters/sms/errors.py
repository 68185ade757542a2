"""Errors of the SMS adapters; every one derives from `SmsError`."""

from __future__ import annotations


class SmsError(Exception):
    """Root of every error that this package raises on purpose."""


class BadSignatureError(SmsError):
    """A request was not signed by the provider, or was signed too long ago.

    Attributes:
        kind: a stable name of the problem, for the record of refused requests.
    """

    def __init__(self, kind: str = "bad_signature") -> None:
        self.kind = kind
        super().__init__(kind)


class BadWebhookError(SmsError):
    """A request was signed, but is not of the provider's form; names the field."""


class NotReachedError(SmsError):
    """The provider never got the request.

    Attributes:
        after: seconds that the provider asks to wait.
    """

    def __init__(self, reason: str, after: float = 0.0) -> None:
        self.after = after
        super().__init__(reason)


class AnswerLostError(SmsError):
    """The provider may have got the request, but its answer was lost."""
