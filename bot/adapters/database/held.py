"""One conversation inside one transaction: the writing half of the store."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.adapters.database import chain, mapping
from bot.adapters.database.models import (
    AuditRow,
    CaseNoteRow,
    ContactRow,
    ConversationRow,
    EscalationEventRow,
    EscalationRow,
    FeedbackRow,
    MessageRow,
)
from bot.adapters.database.texts_out import queue_texts
from bot.conversation.errors import MessageNotFoundError
from bot.conversation.model import (
    AuditEntry,
    Author,
    ContactDetails,
    Conversation,
    EscalationEvent,
    Exchange,
    Feedback,
    Message,
    OpenedEscalation,
    Outcome,
    Staff,
    Status,
)
from bot.conversation.ports import Draft
from knowledge.decision import TIERS, Category, Decision, Tier


class SqlLockedConversation:
    """Implements `bot.conversation.ports.LockedConversation` on one session."""

    def __init__(self, session: Session, row: ConversationRow, now: dt.datetime) -> None:
        self._session, self._row, self._now = session, row, now

    @property
    def conversation(self) -> Conversation:
        return mapping.conversation(self._row)

    def message(self, message_id: str) -> Message:
        return mapping.message(self._message_row(message_id))

    def exchange(self, message_id: str) -> Exchange:
        return exchange_of(self._session, self._message_row(message_id), self._row)

    def message_by_client_id(self, client_message_id: str, author: Author) -> Message | None:
        row = self._session.scalar(
            sa.select(MessageRow).where(
                MessageRow.conversation_id == self._row.id,
                MessageRow.author == author,
                MessageRow.client_message_id == client_message_id,
            )
        )
        return None if row is None else mapping.message(row)

    def add_message(self, draft: Draft) -> Message:
        reply, staff = draft.reply, draft.staff
        found = None if reply is None else reply.escalation
        self._row.last_seq += 1
        self._row.last_message_at = draft.created_at
        row = MessageRow(
            id=str(uuid.uuid4()),
            conversation_id=self._row.id,
            seq=self._row.last_seq,
            author=draft.author.value,
            kind=None if reply is None else reply.kind,
            category=None if found is None else found.category,
            tier=None if found is None else found.tier,
            is_draft=None if reply is None else reply.draft,
            text=draft.text,
            client_message_id=draft.client_message_id,
            in_reply_to=draft.in_reply_to,
            reply=None if reply is None else reply.to_dict(),
            staff_id=None if staff is None else staff.account_id,
            staff_name=None if staff is None else staff.name,
            created_at=draft.created_at,
        )
        self._add(row)
        message = mapping.message(row)
        queue_texts(self._session, self._row, message)
        return message

    def set_outcome(self, message_id: str, outcome: Outcome, decision: Decision | None) -> None:
        row = self._message_row(message_id)
        row.outcome = outcome.value
        row.decision = mapping.decision_without_text(decision)
        if decision is not None:
            row.route, row.category, row.tier = decision.route, decision.category, decision.tier
        self._changed()

    def sent_since(
        self,
        since: dt.datetime,
        kinds: Sequence[str],
        category: Category | None = None,
        tier: Tier | None = None,
    ) -> bool:
        wanted = [
            MessageRow.conversation_id == self._row.id,
            MessageRow.author == Author.BOT.value,
            MessageRow.kind.in_(kinds),
            MessageRow.created_at > since,
        ]
        if category is not None:
            wanted.append(MessageRow.category == category)
        if tier is not None:
            wanted.append(MessageRow.tier.in_(TIERS[: TIERS.index(tier) + 1]))
        return self._session.scalar(sa.select(MessageRow.id).where(*wanted).limit(1)) is not None

    def staff_came_or_wrote_since(self, since: dt.datetime) -> bool:
        if self._row.held_at is not None and self._row.held_at > since:
            return True
        wrote = sa.select(MessageRow.id).where(
            MessageRow.conversation_id == self._row.id,
            MessageRow.author == Author.STAFF.value,
            MessageRow.created_at > since,
        )
        return self._session.scalar(wrote.limit(1)) is not None

    def last_by(self, author: Author) -> int:
        wanted = sa.select(sa.func.max(MessageRow.seq)).where(
            MessageRow.conversation_id == self._row.id, MessageRow.author == author.value
        )
        return self._session.scalar(wanted) or 0

    def open_escalation(self) -> OpenedEscalation | None:
        row = self._session.scalar(
            sa.select(EscalationRow).where(
                EscalationRow.conversation_id == self._row.id,
                EscalationRow.status != Status.RESOLVED.value,
            )
        )
        return None if row is None else mapping.escalation(row)

    def last_escalation(self) -> OpenedEscalation | None:
        row = self._session.scalar(
            sa.select(EscalationRow)
            .where(EscalationRow.conversation_id == self._row.id)
            .order_by(EscalationRow.id.desc())
            .limit(1)
        )
        return None if row is None else mapping.escalation(row)

    def was_escalated_for(self, category: Category) -> bool:
        found = (
            sa.select(EscalationEventRow.id)
            .join(EscalationRow, EscalationRow.id == EscalationEventRow.escalation_id)
            .where(
                EscalationRow.conversation_id == self._row.id,
                EscalationEventRow.category == category,
            )
        )
        return self._session.scalar(found.limit(1)) is not None

    def add_escalation(self, category: Category, tier: Tier, reason: str) -> OpenedEscalation:
        row = EscalationRow(
            conversation_id=self._row.id,
            status=Status.OPEN.value,
            category=category,
            tier=tier,
            reason=reason,
            opened_at=self._now,
            updated_at=self._now,
        )
        self._add(row)
        return mapping.escalation(row)

    def raise_escalation(
        self, escalation_id: int, category: Category, tier: Tier, reason: str
    ) -> None:
        row = self._escalation_row(escalation_id)
        row.category, row.tier, row.reason, row.updated_at = category, tier, reason, self._now
        self._changed()

    def reopen_escalation(
        self, escalation_id: int, category: Category, tier: Tier, reason: str
    ) -> None:
        row = self._escalation_row(escalation_id)
        row.status, row.opened_at = Status.OPEN.value, self._now
        row.claimed_by_id = row.claimed_by_name = row.answered_at = None
        row.resolved_at = row.resolution = None
        self.raise_escalation(escalation_id, category, tier, reason)

    def set_waiting(self, escalation_id: int, since: dt.datetime | None) -> None:
        row = self._escalation_row(escalation_id)
        row.waiting_since = since
        if since is None and row.answered_at is None:
            row.answered_at = self._now
        self._changed()

    def begin_page_round(self, escalation_id: int, start: dt.datetime | None) -> None:
        row = self._escalation_row(escalation_id)
        row.page_round += 1
        row.page_from = row.next_page_at = start
        row.acknowledged_by_id = row.acknowledged_by_name = row.acknowledged_at = None
        self._changed()

    def acknowledge(self, escalation_id: int, staff: Staff) -> None:
        row = self._escalation_row(escalation_id)
        row.acknowledged_by_id, row.acknowledged_by_name = staff.account_id, staff.name
        row.acknowledged_at = self._now
        self._changed()

    def add_note(self, staff: Staff, text: str) -> None:
        note = CaseNoteRow(conversation_id=self._row.id, text=text, created_at=self._now)
        note.staff_id, note.staff_name = staff.account_id, staff.name
        self._add(note)

    def set_status(
        self,
        escalation_id: int,
        status: Status,
        claimed_by: Staff | None,
        resolution: str | None = None,
    ) -> None:
        row = self._escalation_row(escalation_id)
        row.status, row.updated_at = status.value, self._now
        row.claimed_by_id = None if claimed_by is None else claimed_by.account_id
        row.claimed_by_name = None if claimed_by is None else claimed_by.name
        if status is Status.RESOLVED:
            row.resolved_at, row.resolution = self._now, resolution
        self._changed()

    def log(self, escalation_id: int, event: EscalationEvent) -> None:
        row = EscalationEventRow(
            escalation_id=escalation_id,
            kind=event.kind,
            at=event.at,
            category=event.category,
            tier=event.tier,
            reason=event.reason,
            message_id=event.message_id,
            staff_id=None if event.staff is None else event.staff.account_id,
            staff_name=None if event.staff is None else event.staff.name,
        )
        chain.append(self._session, row)
        self._changed()

    def set_holder(self, staff: Staff | None) -> None:
        self._row.holder_id = None if staff is None else staff.account_id
        self._row.holder_name = None if staff is None else staff.name
        self._row.held_at = None if staff is None else self._now
        self._changed()

    def set_locked(self, at: dt.datetime | None) -> None:
        self._row.locked_at = at
        self._changed()

    def set_language(self, language: str) -> None:
        self._row.language = language

    def set_notice(self, at: dt.datetime) -> None:
        self._row.notice_at = at

    def save_contact(self, contact: ContactDetails, at: dt.datetime) -> None:
        row = ContactRow(conversation_id=self._row.id, created_at=at)
        row.method, row.value, row.best_time = contact.method, contact.value, contact.best_time
        self._add(row)

    def save_feedback(self, feedback: Feedback, at: dt.datetime) -> None:
        message_id = feedback.message_id or self._last_answer()
        if feedback.message_id and self._message_row(feedback.message_id).author != Author.BOT:
            raise MessageNotFoundError(feedback.message_id)
        row = None
        if message_id is not None:
            row = self._session.scalar(
                sa.select(FeedbackRow).where(FeedbackRow.message_id == message_id)
            )
        if row is None:
            row = FeedbackRow(conversation_id=self._row.id, message_id=message_id)
        row.rating, row.comment, row.created_at = feedback.rating, feedback.comment, at
        self._add(row)

    def audit(self, entry: AuditEntry, at: dt.datetime) -> None:
        row = AuditRow(
            at=at,
            actor_id=entry.actor_id,
            action=entry.action,
            subject_type=entry.subject_type,
            subject_id=entry.subject_id,
            detail=dict(entry.detail),
        )
        chain.append(self._session, row)
        self._changed()

    def _last_answer(self) -> str | None:
        return self._session.scalar(
            sa.select(MessageRow.id)
            .where(MessageRow.conversation_id == self._row.id, MessageRow.kind == "answer")
            .order_by(MessageRow.seq.desc())
            .limit(1)
        )

    def _message_row(self, message_id: str) -> MessageRow:
        row = self._session.get(MessageRow, message_id)
        if row is None or row.conversation_id != self._row.id:
            raise MessageNotFoundError(message_id)
        return row

    def _escalation_row(self, escalation_id: int) -> EscalationRow:
        return self._session.get_one(EscalationRow, escalation_id)

    def _add(self, row: object) -> None:
        self._session.add(row)
        self._changed()
        # Written at once, so that rows keep the order in which the core made them.
        self._session.flush()

    def _changed(self) -> None:
        self._row.version += 1


def exchange_of(session: Session, row: MessageRow, conversation: ConversationRow) -> Exchange:
    """Returns a visitor's message with its replies, as they are in this session."""
    replies = session.scalars(
        sa.select(MessageRow).where(MessageRow.in_reply_to == row.id).order_by(MessageRow.seq)
    )
    return Exchange(
        message=mapping.message(row),
        replies=tuple(mapping.message(reply) for reply in replies),
        conversation=mapping.conversation(conversation),
    )
