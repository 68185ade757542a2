"""What staff can do with a conversation. Every step is one transaction and is audited."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.conversation.errors import (
    AlreadyHeldError,
    ClientMessageIdReusedError,
    NoOpenEscalationError,
    NotHeldError,
)
from bot.conversation.model import (
    AuditEntry,
    Author,
    Case,
    EscalationEvent,
    Message,
    OpenedEscalation,
    Staff,
    Status,
)
from bot.conversation.ports import Clock, ConversationStore, Draft, LockedConversation
from bot.conversation.service import utc_now
from bot.conversation.text import checked_client_message_id, checked_text
from knowledge.reply import Reply

_MAX_REPLY: Final = 4000


class StaffDesk:
    """Staff's side of the conversations."""

    def __init__(self, store: ConversationStore, clock: Clock = utc_now) -> None:
        self._store, self._clock = store, clock

    def list_open_escalations(
        self, limit: int = 100, offset: int = 0
    ) -> tuple[OpenedEscalation, ...]:
        """Returns unresolved escalations, most severe first, then oldest first."""
        return self._store.open_escalations(limit, offset)

    def get_conversation(self, conversation_id: str) -> Case:
        """Returns everything about one conversation.

        Raises:
            ConversationNotFoundError: if there is no such conversation.
        """
        return self._store.case(conversation_id)

    def claim(self, conversation_id: str, staff: Staff, announce: Reply | None = None) -> None:
        """Takes a conversation over; the bot is silent from here on.

        Works on any conversation, escalated or not. Claiming what one holds already changes
        nothing.

        Args:
            conversation_id: the conversation.
            staff: who takes it.
            announce: an approved text that tells the visitor.

        Raises:
            AlreadyHeldError: if another member of staff holds it; says who.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            holder = held.conversation.holder
            if holder is not None and holder.account_id != staff.account_id:
                raise AlreadyHeldError(holder.name)
            if holder is not None:
                return
            held.set_holder(staff)
            _move(held, Status.CLAIMED, staff, _event(Status.CLAIMED, staff, at))
            _announce(held, announce, at)
            _audit(held, staff, "conversation.claim", at)

    def staff_reply(
        self, conversation_id: str, staff: Staff, client_message_id: str, text: str
    ) -> Message:
        """Sends a person's words to the visitor, once for each `client_message_id`.

        Raises:
            NotHeldError: if this member of staff does not hold the conversation.
            InvalidInputError: if the text or the id cannot be accepted.
            ClientMessageIdReusedError: if the id came before with another text.
        """
        checked_client_message_id(client_message_id)
        checked_text(text, _MAX_REPLY)
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            _require_holder(held, staff)
            known = held.message_by_client_id(client_message_id, Author.STAFF)
            if known is not None:
                if known.text != text:
                    raise ClientMessageIdReusedError(client_message_id)
                return known
            draft = Draft(Author.STAFF, text, at, client_message_id=client_message_id, staff=staff)
            message = held.add_message(draft)
            _move(held, Status.WAITING, staff, _event(Status.WAITING, staff, at, message.id))
            _audit(held, staff, "conversation.reply", at, message_id=message.id)
        return message

    def hand_back(
        self,
        conversation_id: str,
        staff: Staff,
        *,
        clear_lock: bool = False,
        announce: Reply | None = None,
    ) -> None:
        """Gives the conversation back to the bot; its escalation stays open for anyone.

        Args:
            conversation_id: the conversation.
            staff: who held it.
            clear_lock: whether the bot may answer again after a T0/T1 escalation.
            announce: an approved text that tells the visitor.

        Raises:
            NotHeldError: if this member of staff does not hold the conversation.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            _require_holder(held, staff)
            held.set_holder(None)
            if clear_lock:
                held.set_locked(None)
            _move(held, Status.OPEN, None, _event(Status.OPEN, staff, at))
            _announce(held, announce, at)
            _audit(held, staff, "conversation.hand_back", at, clear_lock=clear_lock)

    def resolve(
        self, conversation_id: str, staff: Staff, resolution: str, announce: Reply | None = None
    ) -> None:
        """Closes the open escalation, clears the lock and gives the conversation to the bot.

        Args:
            conversation_id: the conversation.
            staff: who resolves it; they must hold it, or nobody may.
            resolution: how it ended, for staff.
            announce: an approved text that tells the visitor.

        Raises:
            AlreadyHeldError: if another member of staff holds it.
            NoOpenEscalationError: if there is nothing to resolve.
            InvalidInputError: if the resolution cannot be accepted.
        """
        checked_text(resolution, _MAX_REPLY, "resolution")
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            holder = held.conversation.holder
            if holder is not None and holder.account_id != staff.account_id:
                raise AlreadyHeldError(holder.name)
            escalation = held.open_escalation()
            if escalation is None:
                raise NoOpenEscalationError(conversation_id)
            held.set_status(escalation.id, Status.RESOLVED, staff, resolution)
            held.log(escalation.id, _event(Status.RESOLVED, staff, at))
            held.set_holder(None)
            held.set_locked(None)
            _announce(held, announce, at)
            _audit(held, staff, "conversation.resolve", at)


def _event(
    status: Status, staff: Staff, at: dt.datetime, message_id: str | None = None
) -> EscalationEvent:
    return EscalationEvent(kind=status.value, at=at, message_id=message_id, staff=staff)


def _move(
    held: LockedConversation, status: Status, claimed_by: Staff | None, event: EscalationEvent
) -> None:
    escalation = held.open_escalation()
    if escalation is not None:
        held.set_status(escalation.id, status, claimed_by)
        held.log(escalation.id, event)


def _require_holder(held: LockedConversation, staff: Staff) -> None:
    holder = held.conversation.holder
    if holder is None or holder.account_id != staff.account_id:
        raise NotHeldError(held.conversation.id)


def _announce(held: LockedConversation, announce: Reply | None, at: dt.datetime) -> None:
    if announce is not None:
        held.add_message(Draft(Author.BOT, announce.text, at, reply=announce))


def _audit(
    held: LockedConversation, staff: Staff, action: str, at: dt.datetime, **detail: object
) -> None:
    subject = held.conversation.id
    held.audit(AuditEntry(staff.account_id, action, "conversation", subject, detail), at)
