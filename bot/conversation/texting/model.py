"""Value types of texting. A `number` is a phone number in E.164 form, such as +12025550100."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Command(StrEnum):
    """A text that steers texting itself and is no message to the dialogue."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    MORE = "MORE"


class TextState(StrEnum):
    """How far a text is on its way out."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"  # handed over, but the provider's answer was lost
    SENT = "sent"  # the provider has it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    BLOCKED = "blocked"  # not sent: the person has opted out


#: States that nothing follows: a report that comes later, or late, changes none of them.
FINAL_STATES: Final = frozenset(
    {TextState.DELIVERED, TextState.UNDELIVERED, TextState.FAILED, TextState.BLOCKED}
)
#: States in which a text did not reach the person.
UNREACHED_STATES: Final = FINAL_STATES - {TextState.DELIVERED}

ConsentKind = Literal["opt_in", "opt_out"]
ConsentHow = Literal["first_text", "keyword", "free_text", "provider", "refusal"]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Who texts with whom.

    Attributes:
        gateway: the configured gateway that the clinic's number belongs to.
        clinic: the clinic's number.
        person: the other number.
    """

    gateway: str
    clinic: str
    person: str


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a longer text this is; `total` is 1 for a whole text."""

    reference: str | None = None
    number: int = 1
    total: int = 1


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text as a provider delivered it.

    Attributes:
        provider_id: the provider's own id; the same text delivered twice has the same.
        media: how many pictures or other files came with it.
        keyword: what the provider itself took it for and has answered already.
    """

    numbers: Numbers
    provider_id: str
    text: str
    media: int = 0
    keyword: Command | None = None
    part: Part = Part()


@dataclass(frozen=True, slots=True)
class ClaimedText:
    """A stored text that this process handles now, with its parts joined.

    Attributes:
        ids: the stored parts, in order; the first names the text.
        attempts: how often it was tried, this time included.
    """

    ids: tuple[int, ...]
    numbers: Numbers
    text: str
    media: int
    keyword: Command | None
    attempts: int
    received_at: dt.datetime

    @property
    def client_message_id(self) -> str:
        """The name under which the conversation keeps it; a second try finds the first."""
        return f"sms-{self.ids[0]}"


@dataclass(frozen=True, slots=True)
class Heard:
    """A text that a number sent before."""

    text: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Person:
    """What holds for a phone number."""

    number: str
    opted_out_at: dt.datetime | None = None
    noticed_at: dt.datetime | None = None
    last_text_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """An opt-in or opt-out, for the record.

    Attributes:
        words: exactly what the person, or the provider, said.
        by: the sender's id of the text that it came with, if it came with one.
    """

    numbers: Numbers
    kind: ConsentKind
    how: ConsentHow
    words: str
    at: dt.datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text in the outbox.

    Attributes:
        ref: the name that a provider's status report may carry.
        urgent: whether it holds the approved words for a person in danger.
        exempt: whether it may go to a person who has opted out: the one confirmation, help, and
            the safety reply to the very text that opted out.
        may_wait: whether it answers nothing, and so waits until quiet hours are over.
    """

    id: int
    ref: str
    message_id: str
    conversation_id: str
    numbers: Numbers
    body: str
    urgent: bool
    exempt: bool
    may_wait: bool
    state: TextState
    attempts: int
    look_ups: int
    provider_id: str | None
    created_at: dt.datetime
    attempted_at: dt.datetime | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the text."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not send it, however often it is asked.

    Attributes:
        code: the provider's error code.
        opted_out: whether it says that the person has opted out.
    """

    code: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The provider has surely not taken the text: it was never reached, or said so.

    Attributes:
        reason: what happened, for staff.
        after: seconds that the provider asks to wait.
    """

    reason: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Lost:
    """The text was handed over, but no answer came back: it may have been sent."""

    reason: str


SendResult = Accepted | Refused | TryAgain | Lost


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a provider reports about a text.

    Attributes:
        ref: the outbox's own name of the text, when the report carries it.
        error: the provider's error code.
    """

    gateway: str
    provider_id: str
    state: TextState
    ref: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report that waits to be acted upon.

    Attributes:
        id: where it is stored.
        text_id: the text of the outbox that it is about.
        conversation_id: that text's conversation.
    """

    id: int
    text_id: int
    conversation_id: str
    report: StatusReport


@dataclass(frozen=True, slots=True)
class OutboxChange:
    """What becomes of a text; fields that stay as they are are None.

    Attributes:
        next_at: when it is looked at again, while it is not final.
        deferred: whether it waits for the end of quiet hours, and so holds up nobody.
    """

    state: TextState
    error: str | None = None
    provider_id: str | None = None
    next_at: dt.datetime | None = None
    deferred: bool = False
    look_ups: int | None = None
