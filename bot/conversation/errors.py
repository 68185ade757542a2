"""Errors of the conversation core; every one derives from `ConversationError`."""

from __future__ import annotations

from knowledge.decision import Decision


class ConversationError(Exception):
    """Root of every error that this package raises on purpose."""


class InvalidInputError(ConversationError):
    """What a person sent cannot be accepted: names the field, the problem and the fix.

    Attributes:
        code: a stable name of the problem, such as `text-too-long`.
        field: the field that is wrong.
        fix: what to send instead, in plain words that may be shown to the person.
    """

    def __init__(self, code: str, field: str, fix: str) -> None:
        self.code, self.field, self.fix = code, field, fix
        super().__init__(f"{field}: {code}: {fix}")


class ClientMessageIdReusedError(ConversationError):
    """A client sent a different text under an id that it used before."""


class ConversationNotFoundError(ConversationError):
    """There is no such conversation."""


class MessageNotFoundError(ConversationError):
    """The conversation has no such message."""


class AlreadyHeldError(ConversationError):
    """Another member of staff holds the conversation.

    Attributes:
        holder: the name of who holds it.
    """

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"the conversation is held by {holder}")


class NotHeldError(ConversationError):
    """The conversation is not held by the member of staff who acts on it: claim it first."""


class IllegalStepError(ConversationError):
    """A case cannot go from one state to the other."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"a case that is {before} cannot become {after}")


class NoOpenEscalationError(ConversationError):
    """The conversation has no open escalation."""


class UnseenMessageError(ConversationError):
    """The visitor wrote something that the member of staff has not seen yet."""


class TextNotSentError(ConversationError):
    """A text message could not be handed over; says why, without number or text."""


class StoreUnavailableError(ConversationError):
    """The database cannot be reached or is too busy; the same call may succeed later."""


class DialogueError(ConversationError):
    """The dialogue gave no usable reply.

    Attributes:
        reason: `unreachable`, `timeout`, `status`, `empty` or `malformed`; for staff and metrics.
        decision: what triage had decided before the dialogue failed, if it got that far.
    """

    def __init__(self, reason: str, detail: str = "", decision: Decision | None = None) -> None:
        self.reason, self.decision = reason, decision
        super().__init__(f"dialogue {reason}" + (f": {detail}" if detail else ""))
