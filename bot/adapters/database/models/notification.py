"""Who was told of which case, step by step, and what came of it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime, one_of


class NotificationRow(Base):
    """One target of one step of paging; a step is planned, and sent, once."""

    __tablename__ = "notifications"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(sa.ForeignKey("escalations.id"))
    round: Mapped[int] = mapped_column(sa.Integer)
    step: Mapped[int] = mapped_column(sa.Integer)
    target: Mapped[str] = mapped_column(sa.String(200))
    status: Mapped[str] = mapped_column(sa.String(16))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    planned_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str | None] = mapped_column(sa.String(200))

    __table_args__ = (
        sa.UniqueConstraint("escalation_id", "round", "step", "target"),
        one_of("status", ("planned", "sending", "sent", "failed", "dropped")),
        sa.Index("ix_notifications_due", "status", "next_try_at"),
    )
