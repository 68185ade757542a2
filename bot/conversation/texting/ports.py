"""What texting needs from outside; adapters provide it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Protocol

from bot.conversation.model import Message
from bot.conversation.ports import FixedReplies, LockedConversation
from bot.conversation.texting.model import (
    ClaimedText,
    ConsentChange,
    Heard,
    OutboxChange,
    OutgoingText,
    Person,
    SendResult,
    StoredReport,
    TextState,
)
from knowledge.reply import Reply


class TextingReplies(FixedReplies, Protocol):
    """Approved fixed texts, those about texting itself among them."""

    def texting(self, key: str, language: str) -> Reply:
        """Returns the fixed text of this key; its kind is `consent` or `holding`."""
        ...


class LockedThread(LockedConversation, Protocol):
    """An SMS conversation inside one transaction, with the person it is held with."""

    def person(self) -> Person:
        """Returns what holds for the person's number."""
        ...

    def change_consent(self, change: ConsentChange) -> None:
        """Records an opt-in or opt-out and makes it count."""
        ...

    def last_answer(self, since: dt.datetime) -> Message | None:
        """Returns the bot's last answer after `since`."""
        ...

    def outgoing(self, text_id: int) -> OutgoingText:
        """Returns a text of this conversation's outbox."""
        ...

    def change_outgoing(self, text_id: int, change: OutboxChange) -> None:
        """Moves a text of the outbox on."""
        ...

    def note_applied(self, report_id: int) -> None:
        """Takes note that a provider's report was acted upon."""
        ...

    def note_told(self, text_id: int) -> None:
        """Takes note that staff were told that a text is overdue."""
        ...


class TextingStore(Protocol):
    """Where texts are kept. Every method raises StoreUnavailableError when it is down."""

    def claim_incoming(self, lease: dt.timedelta) -> ClaimedText | None:
        """Returns the oldest text that is due and makes it this process's for a while.

        Texts of one person come one after the other.
        """
        ...

    def open_thread(
        self, text: ClaimedText, continue_for: dt.timedelta, notice_after: dt.timedelta
    ) -> str:
        """Returns the conversation that a text belongs to; creates one where there is none.

        A conversation goes on for `continue_for` after its last message, and for as long as it
        is locked, held by staff or has an open case. The first-contact notice is due for a new
        number and for one that was silent for `notice_after`.
        """
        ...

    def finish_incoming(self, text: ClaimedText) -> None:
        """Takes note that a text was handled."""
        ...

    def give_up_incoming(self, text: ClaimedText) -> None:
        """Takes note that a text cannot be handled; staff have been told."""
        ...

    def thread(self, conversation_id: str) -> AbstractContextManager[LockedThread]:
        """Opens a transaction that holds an SMS conversation."""
        ...

    def claim_outgoing(
        self, lease: dt.timedelta, rates: dict[str, tuple[float, float]]
    ) -> OutgoingText | None:
        """Returns the next text that may be sent and makes it this process's for a while.

        Urgent texts come first; other texts to one person keep their order.

        Args:
            lease: how long nobody else takes it.
            rates: for each gateway, texts a second of one number and of all its numbers.
        """
        ...

    def claim_uncertain(self, lease: dt.timedelta) -> OutgoingText | None:
        """Returns the next text whose fate is to be looked up now, also one left by a crash."""
        ...

    def known_provider_ids(self, gateway: str, person: str) -> frozenset[str]:
        """Returns the provider's ids of all texts to a person."""
        ...

    def next_report(self, passed_over: Collection[int]) -> StoredReport | None:
        """Returns the oldest report not yet acted upon, except these."""
        ...

    def standing(self, text_id: int) -> tuple[TextState, Person]:
        """Returns how far a text of the outbox is and what holds for its person; locks nothing."""
        ...

    def overdue(self, before: dt.datetime) -> OutgoingText | None:
        """Returns the oldest text that matters, is overdue, and was not told of yet.

        Args:
            before: when a safety reply must have been recorded that is not known to have arrived,
                or a text of staff that was not handed over.
        """
        ...

    def recent_texts(self, text: ClaimedText, since: dt.datetime, most: int) -> tuple[Heard, ...]:
        """Returns what the person has texted since then, this text included, newest first."""
        ...


class Gateway(Protocol):
    """A provider's way out, as far as the outbox needs it."""

    #: Whether sending the same text twice under one `ref` sends it once.
    is_idempotent: bool
    #: Whether `find` can tell what became of a text.
    can_find: bool

    def send(self, text: OutgoingText) -> SendResult:
        """Hands a text over; never raises."""
        ...

    def find(self, text: OutgoingText, known: frozenset[str]) -> SendResult | None:
        """Looks up a text whose fate is uncertain.

        Args:
            text: the text.
            known: the provider's ids that belong to other texts.

        Returns:
            `Accepted` when the provider has it, `TryAgain` when the look-up failed, None when
            the provider does not have it.
        """
        ...
