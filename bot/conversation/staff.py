"""What staff can do with a conversation. Every step is one transaction and is audited."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.conversation.case_notices import tell
from bot.conversation.errors import (
    AlreadyHeldError,
    ClientMessageIdReusedError,
    NoOpenEscalationError,
    NotHeldError,
    UnseenMessageError,
)
from bot.conversation.escalations import escalate, move
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
from bot.conversation.ports import (
    Clock,
    ConversationStore,
    Draft,
    FixedReplies,
    LockedConversation,
)
from bot.conversation.service import utc_now
from bot.conversation.text import checked_client_message_id, checked_text
from knowledge.reply import Escalation

_MAX_REPLY: Final = 4000
_MAX_NOTE: Final = 2000
_LEFT: Final = "Staff left the conversation when the patient had spoken last"


class StaffDesk:
    """Staff's side of the conversations."""

    def __init__(
        self, store: ConversationStore, fixed: FixedReplies, clock: Clock = utc_now
    ) -> None:
        self._store, self._fixed, self._clock = store, fixed, clock

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

    def claim(self, conversation_id: str, staff: Staff) -> None:
        """Takes a conversation over and tells the visitor; the bot is silent from here on.

        Works on any conversation, escalated or not. Claiming what one holds already changes
        nothing.

        Raises:
            AlreadyHeldError: if another member of staff holds it; says who.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            if _refuse_other_holder(held, staff):
                return
            self._hand_to(held, staff, staff, at)
            _audit(held, staff, "conversation.claim", at)

    def assign(self, conversation_id: str, by: Staff, to: Staff) -> None:
        """Gives a conversation to a colleague, or takes it over from one.

        Whoever held it before finds their next reply refused, so that nobody is answered twice.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            before = held.conversation.holder
            if before is not None and before.account_id == to.account_id:
                return
            self._hand_to(held, to, by, at)
            was = None if before is None else before.account_id
            _audit(held, by, "conversation.assign", at, to=to.account_id, was=was)

    def acknowledge(self, conversation_id: str, staff: Staff) -> None:
        """Says that somebody is on it: paging pauses for the tier's response time.

        Raises:
            NoOpenEscalationError: if there is no open case.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            case = _require_open(held)
            if case.waiting_since is not None:
                held.begin_page_round(case.id, self._fixed.due(case.tier, at))
            held.acknowledge(case.id, staff)
            held.log(case.id, EscalationEvent(kind="acknowledged", at=at, staff=staff))
            _audit(held, staff, "case.acknowledge", at)

    def add_note(self, conversation_id: str, staff: Staff, text: str) -> None:
        """Keeps a note for colleagues.

        Raises:
            InvalidInputError: if the note cannot be accepted.
        """
        checked_text(text, _MAX_NOTE, "note")
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            held.add_note(staff, text)
            _audit(held, staff, "conversation.note", at)

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
            known = held.message_by_client_id(client_message_id, Author.STAFF)
            if known is not None:
                return _same(known, client_message_id, text)
            _require_holder(held, staff)
            draft = Draft(Author.STAFF, text, at, client_message_id=client_message_id, staff=staff)
            message = held.add_message(draft)
            case = held.open_escalation()
            if case is not None:
                move(held, case, Status.WAITING, staff)
                held.set_waiting(case.id, None)
                held.begin_page_round(case.id, None)
                held.log(case.id, _event(Status.WAITING, staff, at, message.id))
            _audit(held, staff, "conversation.reply", at, message_id=message.id)
        return message

    def hand_back(
        self,
        conversation_id: str,
        staff: Staff,
        *,
        clear_lock: bool = False,
        seen: int | None = None,
    ) -> None:
        """Gives the conversation back to the bot, and says so; its case stays open for anyone.

        Args:
            conversation_id: the conversation.
            staff: who held it.
            clear_lock: whether the bot may answer again after a T0/T1 escalation.
            seen: the place of the last message that they were shown; None when nobody looked, and
                a case is opened where the patient spoke last.

        Raises:
            NotHeldError: if this member of staff does not hold the conversation.
            UnseenMessageError: if the visitor wrote after what was seen.
        """
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            _require_holder(held, staff)
            _refuse_unseen(held, seen)
            held.set_holder(None)
            if clear_lock:
                held.set_locked(None)
            case = held.open_escalation()
            if case is not None:
                move(held, case, Status.OPEN, None)
                held.set_waiting(case.id, case.waiting_since or at)
                held.begin_page_round(case.id, at)
                held.log(case.id, _event(Status.OPEN, staff, at))
            elif seen is None and held.last_by(Author.VISITOR) > held.last_by(Author.STAFF):
                escalate(held, Escalation("failure", "T3", _LEFT), None, at)
            locked = held.conversation.locked_at is not None
            tell(held, self._fixed.handed_back(held.conversation.language, locked=locked), at)
            _audit(held, staff, "conversation.hand_back", at, clear_lock=clear_lock)

    def resolve(
        self, conversation_id: str, staff: Staff, resolution: str, *, seen: int | None = None
    ) -> None:
        """Closes the open case, clears the lock, gives the conversation to the bot and says so.

        Args:
            conversation_id: the conversation.
            staff: who resolves it; they must hold it, or nobody may.
            resolution: how it ended, for staff.
            seen: the place of the last message that they were shown; None when it is not known.

        Raises:
            UnseenMessageError: if the visitor wrote after what was seen.
            AlreadyHeldError: if another member of staff holds it.
            NoOpenEscalationError: if there is nothing to resolve.
            InvalidInputError: if the resolution cannot be accepted.
        """
        checked_text(resolution, _MAX_REPLY, "resolution")
        at = self._clock()
        with self._store.locked(conversation_id) as held:
            _refuse_other_holder(held, staff)
            case = _require_open(held)
            _refuse_unseen(held, seen)
            tell(held, self._fixed.resolved(held.conversation.language), at)
            move(held, case, Status.RESOLVED, staff, resolution)
            held.set_waiting(case.id, None)
            held.begin_page_round(case.id, None)
            held.set_holder(None)
            held.set_locked(None)
            held.log(case.id, _event(Status.RESOLVED, staff, at))
            _audit(held, staff, "conversation.resolve", at)

    def _hand_to(self, held: LockedConversation, staff: Staff, by: Staff, at: dt.datetime) -> None:
        held.set_holder(staff)
        case = held.open_escalation()
        if case is not None:
            move(held, case, Status.CLAIMED, staff)
            since = case.waiting_since or at
            held.set_waiting(case.id, since)
            # From the claim on, colleagues are only told when the patient waits too long.
            held.begin_page_round(case.id, self._fixed.due(case.tier, since))
            kind = "claimed" if by == staff else "assigned"
            held.log(case.id, EscalationEvent(kind=kind, at=at, staff=staff))
        tell(held, self._fixed.staff_joined(staff.name, held.conversation.language), at)


def _event(
    status: Status, staff: Staff, at: dt.datetime, message_id: str | None = None
) -> EscalationEvent:
    return EscalationEvent(kind=status.value, at=at, message_id=message_id, staff=staff)


def _same(known: Message, client_message_id: str, text: str) -> Message:
    if known.text != text:
        raise ClientMessageIdReusedError(client_message_id)
    return known


def _refuse_other_holder(held: LockedConversation, staff: Staff) -> bool:
    """Refuses when another member of staff holds it; returns whether this one does."""
    holder = held.conversation.holder
    if holder is not None and holder.account_id != staff.account_id:
        raise AlreadyHeldError(holder.name)
    return holder is not None


def _require_holder(held: LockedConversation, staff: Staff) -> None:
    holder = held.conversation.holder
    if holder is None or holder.account_id != staff.account_id:
        raise NotHeldError(held.conversation.id)


def _refuse_unseen(held: LockedConversation, seen: int | None) -> None:
    if seen is not None and held.last_by(Author.VISITOR) > seen:
        raise UnseenMessageError(held.conversation.id)


def _require_open(held: LockedConversation) -> OpenedEscalation:
    case = held.open_escalation()
    if case is None:
        raise NoOpenEscalationError(held.conversation.id)
    return case


def _audit(
    held: LockedConversation, staff: Staff, action: str, at: dt.datetime, **detail: object
) -> None:
    subject = held.conversation.id
    held.audit(AuditEntry(staff.account_id, action, "conversation", subject, detail), at)
