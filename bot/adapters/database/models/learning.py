"""What conversations teach: drafts of new FAQs, and questions that found no answer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, Json, UtcDateTime, one_of


class FaqDraftRow(Base):
    """A FAQ that staff drafted from a case; a clinician takes it over or turns it down."""

    __tablename__ = "faq_drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    topic: Mapped[str] = mapped_column(sa.String(80))
    question: Mapped[str] = mapped_column(sa.Text)
    variants: Mapped[list[str]] = mapped_column(Json)
    answer: Mapped[str] = mapped_column(sa.Text)
    sms: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(16))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"))
    author_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (one_of("status", ("queued", "taken", "refused")),)


class QuestionGroupRow(Base):
    """Questions of one meaning that were not answered well; made anew by the worker."""

    __tablename__ = "question_groups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    example: Mapped[str] = mapped_column(sa.Text)
    others: Mapped[list[str]] = mapped_column(Json)
    unanswered: Mapped[int] = mapped_column(sa.Integer)
    disliked: Mapped[int] = mapped_column(sa.Integer)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
