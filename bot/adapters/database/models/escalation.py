"""Escalations, their append-only log, and staff's notes. The first two hold no message text."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime, one_of
from bot.adapters.database.models.sealed import SealedText


class EscalationRow(Base):
    """A case for staff; a conversation has at most one that is not resolved."""

    __tablename__ = "escalations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    status: Mapped[str] = mapped_column(sa.String(16))
    category: Mapped[str] = mapped_column(sa.String(32))
    tier: Mapped[str] = mapped_column(sa.String(2))
    reason: Mapped[str] = mapped_column(sa.Text)
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    claimed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    claimed_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    resolved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resolution: Mapped[str | None] = mapped_column(SealedText("escalations.resolution"))
    waiting_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    page_round: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    page_from: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    next_page_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    acknowledged_by_id: Mapped[int | None] = mapped_column(BigId)
    acknowledged_by_name: Mapped[str | None] = mapped_column(sa.String(200))
    acknowledged_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        one_of("status", ("open", "claimed", "waiting", "resolved")),
        one_of("tier", ("T0", "T1", "T2", "T3")),
        sa.Index(
            "uq_escalations_unresolved",
            "conversation_id",
            unique=True,
            sqlite_where=sa.text("status <> 'resolved'"),
            postgresql_where=sa.text("status <> 'resolved'"),
        ),
        sa.Index("ix_escalations_inbox", "status", "tier", "opened_at"),
        sa.Index("ix_escalations_resolved", "status", "resolved_at"),
        sa.Index(
            "ix_escalations_unresolved",
            "tier",
            "opened_at",
            "id",
            sqlite_where=sa.text("status <> 'resolved'"),
            postgresql_where=sa.text("status <> 'resolved'"),
        ),
    )


class EscalationEventRow(Base):
    """One step in the life of an escalation; triggers refuse to change or delete it.

    `message_id` is no foreign key, so that messages can be deleted and the log stays.
    """

    __tablename__ = "escalation_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(sa.ForeignKey("escalations.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    category: Mapped[str | None] = mapped_column(sa.String(32))
    tier: Mapped[str | None] = mapped_column(sa.String(2))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    message_id: Mapped[str | None] = mapped_column(sa.String(36))
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    staff_name: Mapped[str | None] = mapped_column(sa.String(200))
    number: Mapped[int] = mapped_column(BigId, unique=True)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class CaseNoteRow(Base):
    """What staff write for each other about a conversation."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    staff_name: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(SealedText("case_notes.text"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
