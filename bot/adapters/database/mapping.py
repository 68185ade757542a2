"""Rows to value types and back."""

from __future__ import annotations

from typing import Any, cast

from bot.adapters.database.models import (
    CaseNoteRow,
    ContactRow,
    ConversationRow,
    EscalationEventRow,
    EscalationRow,
    FeedbackRow,
    MessageRow,
)
from bot.conversation.model import (
    Author,
    CaseNote,
    Channel,
    ContactDetails,
    Conversation,
    EscalationEvent,
    Feedback,
    Message,
    OpenedEscalation,
    Outcome,
    Staff,
    Status,
)
from knowledge.decision import Category, Decision, Tier
from knowledge.reply import Reply


def conversation(row: ConversationRow) -> Conversation:
    """Returns the conversation of a row."""
    return Conversation(
        id=row.id,
        channel=Channel(row.channel),
        language=row.language,
        version=row.version,
        holder=_staff(row.holder_id, row.holder_name),
        locked_at=row.locked_at,
        notice_at=row.notice_at,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
    )


def message(row: MessageRow) -> Message:
    """Returns the message of a row."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=Author(row.author),
        text=row.text,
        created_at=row.created_at,
        kind=row.kind,
        reply=None if row.reply is None else Reply.from_dict(row.reply),
        client_message_id=row.client_message_id,
        in_reply_to=row.in_reply_to,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        decision=None
        if row.decision is None
        else Decision.from_dict({**row.decision, "text": row.text}),
        staff_name=row.staff_name,
    )


def decision_without_text(decision: Decision | None) -> dict[str, Any] | None:
    """Returns what is stored of a decision: the text stands in the message already."""
    if decision is None:
        return None
    stored = decision.to_dict()
    del stored["text"]
    return stored


def escalation(row: EscalationRow) -> OpenedEscalation:
    """Returns the escalation of a row."""
    return OpenedEscalation(
        id=row.id,
        conversation_id=row.conversation_id,
        status=Status(row.status),
        category=cast("Category", row.category),
        tier=cast("Tier", row.tier),
        reason=row.reason,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        claimed_by=_staff(row.claimed_by_id, row.claimed_by_name),
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        waiting_since=row.waiting_since,
        answered_at=row.answered_at,
        page_round=row.page_round,
        page_from=row.page_from,
        acknowledged_by=_staff(row.acknowledged_by_id, row.acknowledged_by_name),
        acknowledged_at=row.acknowledged_at,
    )


def event(row: EscalationEventRow) -> EscalationEvent:
    """Returns the log entry of a row."""
    return EscalationEvent(
        kind=row.kind,
        at=row.at,
        category=cast("Category | None", row.category),
        tier=cast("Tier | None", row.tier),
        reason=row.reason,
        message_id=row.message_id,
        staff=_staff(row.staff_id, row.staff_name),
    )


def note(row: CaseNoteRow) -> CaseNote:
    """Returns the note of a row."""
    return CaseNote(Staff(row.staff_id, row.staff_name), row.text, row.created_at)


def contact(row: ContactRow) -> ContactDetails:
    """Returns the contact details of a row."""
    return ContactDetails(row.method, row.value, row.best_time)


def feedback(row: FeedbackRow) -> Feedback:
    """Returns the rating of a row."""
    return Feedback(row.rating, row.message_id, row.comment)


def _staff(account_id: int | None, name: str | None) -> Staff | None:
    return None if account_id is None else Staff(account_id, name or "")
