"""Staff accounts, one-time links, and the log of what people did."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, Json, UtcDateTime, one_of
from bot.adapters.database.models.sealed import SealedSecret


class AccountRow(Base):
    """A member of staff. `email` is kept in lower case.

    Raising `session_version` ends every session of the account.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[str] = mapped_column(sa.String(16))
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    session_version: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    #: Counts from `totp_since` on, when a first code was right.
    totp_secret: Mapped[str | None] = mapped_column(SealedSecret("accounts.totp_secret"))
    totp_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    #: The last time step whose code was used, so that no code works twice.
    totp_step: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        one_of("role", ("staff", "clinician", "admin")),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
    )


class OneTimeLinkRow(Base):
    """A link that works once: first login or a new password. Only its hash is stored."""

    __tablename__ = "one_time_links"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class RecoveryCodeRow(Base):
    """Stands in for the app once; only its hash is stored."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class PresenceRow(Base):
    """Who looks at a conversation, and who is writing."""

    __tablename__ = "presence"

    conversation_id: Mapped[str] = mapped_column(
        sa.ForeignKey("conversations.id"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(sa.String(200))
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    typing_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """Something a person did; triggers refuse to change or delete it. Never message text."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"))
    action: Mapped[str] = mapped_column(sa.String(64))
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(sa.String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    number: Mapped[int] = mapped_column(BigId, unique=True)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.Index("ix_audit_log_subject", "subject_type", "subject_id"),)
