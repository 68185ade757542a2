"""What conversations teach: drafts of new FAQs, and questions that found no answer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime, one_of
from bot.adapters.database.models.sealed import SealedJson, SealedText


class FaqDraftRow(Base):
    """A FAQ that staff drafted from a case; a clinician takes it over or turns it down."""

    __tablename__ = "faq_drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    topic: Mapped[str] = mapped_column(sa.String(80))
    question: Mapped[str] = mapped_column(SealedText("faq_drafts.question"))
    variants: Mapped[list[str]] = mapped_column(SealedJson("faq_drafts.variants"))
    answer: Mapped[str] = mapped_column(SealedText("faq_drafts.answer"))
    sms: Mapped[str] = mapped_column(SealedText("faq_drafts.sms"))
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
    example: Mapped[str] = mapped_column(SealedText("question_groups.example"))
    others: Mapped[list[str]] = mapped_column(SealedJson("question_groups.others"))
    unanswered: Mapped[int] = mapped_column(sa.Integer)
    disliked: Mapped[int] = mapped_column(sa.Integer)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
