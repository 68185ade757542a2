"""What the core needs from outside; adapters provide it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.model import (
    AuditEntry,
    Author,
    Case,
    Channel,
    ContactDetails,
    Conversation,
    DialogueRequest,
    DialogueResult,
    EscalationEvent,
    Exchange,
    Feedback,
    Message,
    OpenedEscalation,
    Outcome,
    Staff,
    Status,
)
from knowledge.decision import Category, Decision, Tier
from knowledge.reply import Reply

Clock = Callable[[], dt.datetime]


class Dialogue(Protocol):
    """Whoever answers a message automatically."""

    def respond(self, request: DialogueRequest) -> DialogueResult:
        """Returns the replies to one message.

        Raises:
            DialogueError: if there is no usable reply in time.
        """
        ...


class Triage(Protocol):
    """Whoever says what a message means, without answering it."""

    def decide(self, request: DialogueRequest) -> Decision:
        """Returns what triage makes of a message.

        Raises:
            DialogueError: if there is no usable decision in time.
        """
        ...


class FixedReplies(Protocol):
    """Approved texts that need neither the dialogue nor a model."""

    def notice(self, language: str) -> Reply:
        """Returns the first-contact notice."""
        ...

    def holding(self, text: str, reason: str) -> Reply:
        """Returns the reply when the dialogue failed; always with an escalation."""
        ...

    def red_line(self, category: Category, tier: Tier, reason: str, language: str) -> Reply:
        """Returns the approved reply to a red line, with its escalation."""
        ...

    def locked(self, language: str) -> Reply:
        """Returns the reply while automated answers are paused."""
        ...

    def promised(self, reply: Reply, at: dt.datetime) -> Reply:
        """Returns a reply whose promise of staff's answer fits its tier and the clinic's hours."""
        ...

    def due(self, tier: Tier, since: dt.datetime) -> dt.datetime:
        """Returns until when staff are to answer who waits since then."""
        ...

    def staff_joined(self, name: str, language: str) -> Reply:
        """Returns what the visitor is told when a person takes over."""
        ...

    def handed_back(self, language: str, *, locked: bool) -> Reply:
        """Returns what the visitor is told when the bot, or nobody (`locked`), answers again."""
        ...

    def resolved(self, language: str) -> Reply:
        """Returns what the visitor is told when staff close the case."""
        ...


class TextSender(Protocol):
    """Whoever can send text messages to telephones."""

    def send(self, to: str, text: str, key: str) -> None:
        """Hands a text over for sending, at most once for each key.

        Args:
            to: the number, in E.164 form.
            text: what is sent.
            key: repeats of a send that may have worked carry the same key.

        Raises:
            TextNotSentError: if it could not be handed over; the same call may succeed later.
        """
        ...


@dataclass(frozen=True, slots=True)
class NewConversation:
    """A conversation to create; `token_hash` is None where the channel identifies the visitor."""

    id: str
    channel: Channel
    language: str
    token_hash: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to add; the store gives it its id and place."""

    author: Author
    text: str
    created_at: dt.datetime
    reply: Reply | None = None
    client_message_id: str | None = None
    in_reply_to: str | None = None
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What is known before a message is answered, read at one moment.

    Attributes:
        conversation: the conversation.
        earlier: messages of the visitor before this one that have no outcome yet, in order.
        previous: the visitor's last texts before this one, newest last.
    """

    conversation: Conversation
    earlier: tuple[Message, ...]
    previous: tuple[str, ...]


class LockedConversation(Protocol):
    """One conversation inside one transaction that nobody else can enter meanwhile."""

    @property
    def conversation(self) -> Conversation:
        """The conversation as it is now, with this transaction's changes."""
        ...

    def message(self, message_id: str) -> Message:
        """Returns one of its messages, or raises MessageNotFoundError."""
        ...

    def exchange(self, message_id: str) -> Exchange:
        """Returns one of its messages with its replies, or raises MessageNotFoundError."""
        ...

    def message_by_client_id(self, client_message_id: str, author: Author) -> Message | None:
        """Returns the message that this side sent under its own id."""
        ...

    def add_message(self, draft: Draft) -> Message:
        """Adds a message at the end."""
        ...

    def set_outcome(self, message_id: str, outcome: Outcome, decision: Decision | None) -> None:
        """Says what became of a visitor's message."""
        ...

    def sent_since(
        self,
        since: dt.datetime,
        kinds: Sequence[str],
        category: Category | None = None,
        tier: Tier | None = None,
    ) -> bool:
        """Tells whether the bot sent such a reply after `since`.

        Args:
            since: the moment to look back to.
            kinds: reply kinds that count.
            category: only replies of this category count.
            tier: only replies of this tier or a more severe one count.
        """
        ...

    def staff_came_or_wrote_since(self, since: dt.datetime) -> bool:
        """Tells whether whoever holds it took it over, or wrote to the visitor, after `since`."""
        ...

    def last_by(self, author: Author) -> int:
        """Returns the place of the last message of this side, 0 without one."""
        ...

    def open_escalation(self) -> OpenedEscalation | None:
        """Returns the one escalation that is not resolved."""
        ...

    def add_escalation(self, category: Category, tier: Tier, reason: str) -> OpenedEscalation:
        """Opens an escalation."""
        ...

    def raise_escalation(
        self, escalation_id: int, category: Category, tier: Tier, reason: str
    ) -> None:
        """Makes an escalation more severe."""
        ...

    def set_status(
        self,
        escalation_id: int,
        status: Status,
        claimed_by: Staff | None,
        resolution: str | None = None,
    ) -> None:
        """Moves an escalation on."""
        ...

    def last_escalation(self) -> OpenedEscalation | None:
        """Returns the newest escalation, resolved or not."""
        ...

    def was_escalated_for(self, category: Category) -> bool:
        """Tells whether a red line of this category was ever found here."""
        ...

    def reopen_escalation(
        self, escalation_id: int, category: Category, tier: Tier, reason: str
    ) -> None:
        """Opens a resolved escalation again."""
        ...

    def set_waiting(self, escalation_id: int, since: dt.datetime | None) -> None:
        """Says since when the visitor waits for staff; None while staff wait for the visitor."""
        ...

    def begin_page_round(self, escalation_id: int, start: dt.datetime | None) -> None:
        """Starts paging anew from a moment; None ends it."""
        ...

    def acknowledge(self, escalation_id: int, staff: Staff) -> None:
        """Says who is on it, until the next round of paging begins."""
        ...

    def add_note(self, staff: Staff, text: str) -> None:
        """Keeps a note of staff for staff."""
        ...

    def log(self, escalation_id: int, event: EscalationEvent) -> None:
        """Appends to an escalation's log."""
        ...

    def set_holder(self, staff: Staff | None) -> None:
        """Says which member of staff answers; None gives the conversation back to the bot."""
        ...

    def set_locked(self, at: dt.datetime | None) -> None:
        """Pauses automated answers, or clears the pause."""
        ...

    def set_language(self, language: str) -> None:
        """Remembers the visitor's language for fixed texts."""
        ...

    def set_notice(self, at: dt.datetime) -> None:
        """Remembers that the visitor was shown the notice."""
        ...

    def save_contact(self, contact: ContactDetails, at: dt.datetime) -> None:
        """Keeps contact details; the newest count."""
        ...

    def save_feedback(self, feedback: Feedback, at: dt.datetime) -> None:
        """Keeps a rating, one a message, or raises MessageNotFoundError."""
        ...

    def audit(self, entry: AuditEntry, at: dt.datetime) -> None:
        """Appends to the audit log."""
        ...


class ConversationStore(Protocol):
    """Where conversations are kept. Every method raises StoreUnavailableError when it is down."""

    def create(self, new: NewConversation, notice: Reply) -> Message:
        """Creates a conversation that starts with the notice; returns the notice."""
        ...

    def locked(self, conversation_id: str) -> AbstractContextManager[LockedConversation]:
        """Opens a transaction that holds the conversation; commits unless an error leaves it.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        ...

    def conversation(self, conversation_id: str) -> Conversation:
        """Returns a conversation, or raises ConversationNotFoundError."""
        ...

    def access(self, conversation_id: str) -> tuple[Conversation, str | None]:
        """Returns a conversation and the hash of its visitor's token, if the visitor has one.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        ...

    def exchange(self, message_id: str) -> Exchange:
        """Returns a visitor's message with its replies, or raises MessageNotFoundError."""
        ...

    def messages(self, conversation_id: str, after: int, limit: int) -> tuple[Message, ...]:
        """Returns messages whose `seq` is above `after`, in order."""
        ...

    def turn(self, conversation_id: str, seq: int, previous: int) -> Turn:
        """Returns what is known before a message is answered.

        Args:
            conversation_id: the conversation.
            seq: the message's place in it.
            previous: how many of the visitor's earlier texts are wanted.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        ...

    def unanswered_since(self, moment: dt.datetime, limit: int) -> tuple[Message, ...]:
        """Returns messages accepted before `moment` that have no outcome yet, oldest first."""
        ...

    def held_without_triage(self, since: dt.datetime, limit: int) -> tuple[Message, ...]:
        """Returns what came to staff who hold a conversation and has no decision, oldest first."""
        ...

    def open_escalations(self, limit: int, offset: int) -> tuple[OpenedEscalation, ...]:
        """Returns unresolved escalations, most severe first, then oldest first."""
        ...

    def case(self, conversation_id: str) -> Case:
        """Returns what staff see, or raises ConversationNotFoundError."""
        ...
