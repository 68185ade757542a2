"""Conversations, their messages, and what visitors leave besides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime, one_of
from bot.adapters.database.models.sealed import SealedJson, SealedText


class ConversationRow(Base):
    """One visitor's thread on one channel."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(8))
    language: Mapped[str] = mapped_column(sa.String(8))
    token_hash: Mapped[str | None] = mapped_column(sa.String(64))
    version: Mapped[int] = mapped_column(sa.Integer)
    last_seq: Mapped[int] = mapped_column(sa.Integer)
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    holder_name: Mapped[str | None] = mapped_column(sa.String(200))
    held_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    locked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    notice_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (one_of("channel", ("web", "sms")),)


class MessageRow(Base):
    """One message; `seq` orders a conversation without gaps.

    `reply` is the delivered payload of the bot's messages, `decision` what triage said about a
    visitor's message (without its text, which stands here once). Both are sealed; what queries
    need of them stands beside: `is_draft` of a reply, `route` of a decision, `category` and `tier`
    of either.
    """

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"))
    seq: Mapped[int] = mapped_column(sa.Integer)
    author: Mapped[str] = mapped_column(sa.String(8))
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    category: Mapped[str | None] = mapped_column(sa.String(32))
    tier: Mapped[str | None] = mapped_column(sa.String(2))
    route: Mapped[str | None] = mapped_column(sa.String(16))
    is_draft: Mapped[bool | None] = mapped_column(sa.Boolean)
    text: Mapped[str] = mapped_column(SealedText("messages.text"))
    client_message_id: Mapped[str | None] = mapped_column(sa.String(64))
    in_reply_to: Mapped[str | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))
    reply: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("messages.reply"))
    decision: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("messages.decision"))
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    staff_name: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "seq"),
        sa.UniqueConstraint("conversation_id", "author", "client_message_id"),
        one_of("author", ("visitor", "bot", "staff")),
        one_of("outcome", ("replied", "held", "attached", "failed", "recovered")),
        sa.Index(
            "ix_messages_unanswered",
            "created_at",
            sqlite_where=sa.text("author = 'visitor' AND outcome IS NULL"),
            postgresql_where=sa.text("author = 'visitor' AND outcome IS NULL"),
        ),
    )


class ContactRow(Base):
    """How a visitor wants to be reached; the newest row of a conversation counts."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    method: Mapped[str | None] = mapped_column(sa.String(16))
    value: Mapped[str | None] = mapped_column(SealedText("contacts.value"))
    best_time: Mapped[str | None] = mapped_column(SealedText("contacts.best_time"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class FeedbackRow(Base):
    """A rating of one reply."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(sa.ForeignKey("messages.id"), unique=True)
    rating: Mapped[str] = mapped_column(sa.String(4))
    comment: Mapped[str | None] = mapped_column(SealedText("feedback.comment"))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (one_of("rating", ("up", "down")),)
