"""Value types of the conversation core."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from knowledge.decision import Category, Decision, Tier
from knowledge.reply import Reply


class Channel(StrEnum):
    """Where a conversation takes place."""

    WEB = "web"
    SMS = "sms"


class Author(StrEnum):
    """Who wrote a message."""

    VISITOR = "visitor"
    BOT = "bot"
    STAFF = "staff"


class State(StrEnum):
    """Who answers in a conversation."""

    BOT = "bot"
    STAFF = "staff"
    LOCKED = "locked"


class Outcome(StrEnum):
    """What became of a visitor's message; a message without one is still to be answered."""

    REPLIED = "replied"
    HELD = "held"  # staff hold the conversation: it is in their inbox
    ATTACHED = "attached"  # locked: attached to the open escalation, nothing sent
    FAILED = "failed"  # the dialogue failed: holding text and escalation
    RECOVERED = "recovered"  # a process died: holding text and escalation, given later


class Status(StrEnum):
    """How far an escalation is."""

    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"  # for the patient
    RESOLVED = "resolved"


#: Reply kinds that carry the approved words for a person in danger.
URGENT_KINDS: Final = frozenset({"crisis", "emergency"})
#: Staff count as typing for so long; their page says so again every 3 seconds.
TYPING_LASTS: Final = dt.timedelta(seconds=8)
#: Tiers that pause automated answers until staff clear the conversation.
LOCKING_TIERS: Final = frozenset({"T0", "T1"})


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff who acts on a conversation."""

    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One visitor's thread on one channel.

    Attributes:
        version: grows with every change, so that watchers can tell.
        holder: the member of staff who answers, if any.
        locked_at: when a T0/T1 escalation paused automated answers.
        notice_at: when the visitor was shown the first-contact notice.
    """

    id: str
    channel: Channel
    language: str
    version: int
    holder: Staff | None
    locked_at: dt.datetime | None
    notice_at: dt.datetime | None
    created_at: dt.datetime
    last_message_at: dt.datetime

    @property
    def state(self) -> State:
        """Who answers now."""
        if self.holder is not None:
            return State.STAFF
        return State.LOCKED if self.locked_at is not None else State.BOT


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `seq` orders them from 1 without gaps."""

    id: str
    conversation_id: str
    seq: int
    author: Author
    text: str
    created_at: dt.datetime
    kind: str | None = None
    reply: Reply | None = None
    client_message_id: str | None = None
    in_reply_to: str | None = None
    outcome: Outcome | None = None
    decision: Decision | None = None
    staff_name: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedEscalation:
    """An escalation as the core keeps it: a case for staff.

    Attributes:
        waiting_since: since when the patient waits for staff; None while staff wait for them.
        answered_at: when staff first wrote to the patient.
        page_round: how often paging began anew; each round's steps are done once.
        page_from: when the round's clock starts; None while nobody has to be told.
        acknowledged_by: who said that they are on it, without having claimed it yet.
    """

    id: int
    conversation_id: str
    status: Status
    category: Category
    tier: Tier
    reason: str
    opened_at: dt.datetime
    updated_at: dt.datetime
    claimed_by: Staff | None = None
    resolved_at: dt.datetime | None = None
    resolution: str | None = None
    waiting_since: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    page_round: int = 1
    page_from: dt.datetime | None = None
    acknowledged_by: Staff | None = None
    acknowledged_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What staff write for each other; the patient never sees it."""

    staff: Staff
    text: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class EscalationEvent:
    """One line of an escalation's append-only log."""

    kind: str
    at: dt.datetime
    category: Category | None = None
    tier: Tier | None = None
    reason: str | None = None
    message_id: str | None = None
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How and when a visitor wants to be reached; every part may be skipped."""

    method: str | None = None
    value: str | None = None
    best_time: str | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a visitor thought of an answer.

    Attributes:
        rating: `up` or `down`.
        message_id: the reply that was rated; the last answer when unknown.
    """

    rating: str
    message_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DialogueRequest:
    """What the dialogue is asked.

    Attributes:
        previous: the visitor's last messages before this one, newest last, at most two.
    """

    conversation_id: str
    text: str
    channel: Channel
    previous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueResult:
    """What the dialogue answered: at least one reply, and what it learnt on the way."""

    replies: tuple[Reply, ...]
    decision: Decision | None = None
    contact: ContactDetails | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a channel hands it in; the sender's own id makes repeats harmless."""

    conversation_id: str
    client_message_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A visitor's message, what the dialogue or its stand-in said, and the outcome to record.

    Attributes:
        hushed: why nothing but help in danger is answered, in words for staff; empty otherwise.
    """

    message: Message
    result: DialogueResult
    outcome: Outcome
    hushed: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A visitor's message and what came back for it.

    Attributes:
        is_repeat: whether the message had been sent before under the same id.
    """

    message: Message
    replies: tuple[Message, ...]
    conversation: Conversation
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """Everything staff see of one conversation."""

    conversation: Conversation
    messages: tuple[Message, ...]
    escalation: OpenedEscalation | None
    events: tuple[EscalationEvent, ...]
    contact: ContactDetails | None
    feedback: tuple[Feedback, ...]
    notes: tuple[CaseNote, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something a person did, for the audit log; never holds message text."""

    actor_id: int | None
    action: str
    subject_type: str
    subject_id: str
    detail: Mapping[str, Any]
