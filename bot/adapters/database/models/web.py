"""Visitors of the website: further tokens of a conversation, verified visitors, consents."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, UtcDateTime


class WebTokenRow(Base):
    """A further token that opens a conversation, for another device of a verified visitor."""

    __tablename__ = "web_tokens"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class VerifiedVisitorRow(Base):
    """The conversation that a verified visitor goes on with; the key is no name but a hash."""

    __tablename__ = "web_verified_visitors"

    visitor_key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"), index=True)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class WebConsentRow(Base):
    """That a visitor accepted the notice, and which words it had."""

    __tablename__ = "web_consents"

    conversation_id: Mapped[str] = mapped_column(
        sa.ForeignKey("conversations.id"), primary_key=True
    )
    notice_sha256: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
