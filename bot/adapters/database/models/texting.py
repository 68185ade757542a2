"""Texting: who may be texted, what came in, and the outbox of what goes out.

Foreign keys lead to conversations and messages only; nothing refers to these tables.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime, one_of
from bot.adapters.database.models.sealed import LastingWords, SealedNumber, SealedText

_NUMBER: Final = sa.String(20)
_GATEWAY: Final = sa.String(32)
_PROVIDER_ID: Final = sa.String(128)
_UNTOLD: Final = "told_at IS NULL AND state IN ('queued', 'sending', 'uncertain', 'sent')"


class SmsThreadRow(Base):
    """The two phone numbers of an SMS conversation; the newest of a pair is continued."""

    __tablename__ = "sms_threads"

    conversation_id: Mapped[str] = mapped_column(
        sa.ForeignKey("conversations.id"), primary_key=True
    )
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    clinic_number: Mapped[str] = mapped_column(_NUMBER)
    person_number: Mapped[str] = mapped_column(SealedNumber())
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_sms_threads_pair", "person_number", "clinic_number"),)


class SmsPersonRow(Base):
    """What holds for a phone number, whichever of the clinic's numbers it texts with.

    `opted_out_by` is the sender's id of the text that opted out.
    """

    __tablename__ = "sms_people"

    number: Mapped[str] = mapped_column(SealedNumber(), primary_key=True)
    opted_out_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    opted_out_by: Mapped[str | None] = mapped_column(sa.String(64))
    noticed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_text_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SmsConsentRow(Base):
    """An opt-in or opt-out with its exact words; triggers refuse to change or delete it."""

    __tablename__ = "sms_consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_number: Mapped[str] = mapped_column(SealedNumber(), index=True)
    clinic_number: Mapped[str] = mapped_column(_NUMBER)
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    kind: Mapped[str] = mapped_column(sa.String(8))
    how: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(LastingWords("sms_consents.words"))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        one_of("kind", ("opt_in", "opt_out")),
        one_of("how", ("first_text", "keyword", "free_text", "provider", "refusal")),
    )


class SmsInboundRow(Base):
    """A text that came in; the provider's id is stored once, however often it is delivered."""

    __tablename__ = "sms_inbound"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    provider_id: Mapped[str] = mapped_column(_PROVIDER_ID)
    clinic_number: Mapped[str] = mapped_column(_NUMBER)
    person_number: Mapped[str] = mapped_column(SealedNumber())
    text: Mapped[str] = mapped_column(SealedText("sms_inbound.text"))
    media: Mapped[int] = mapped_column(sa.Integer)
    urgent: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    keyword: Mapped[str | None] = mapped_column(sa.String(8))
    part_of: Mapped[str | None] = mapped_column(sa.String(64))
    part: Mapped[int] = mapped_column(sa.Integer)
    parts: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[str] = mapped_column(sa.String(8))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    conversation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("conversations.id"))

    __table_args__ = (
        sa.UniqueConstraint("gateway", "provider_id"),
        one_of("state", ("new", "done", "joined", "failed")),
        sa.Index("ix_sms_inbound_person", "person_number", "received_at"),
        sa.Index(
            "ix_sms_inbound_new",
            "person_number",
            "id",
            sqlite_where=sa.text("state = 'new'"),
            postgresql_where=sa.text("state = 'new'"),
        ),
    )


class SmsOutboundRow(Base):
    """A text that goes out: written in the transaction that records its message.

    `ref` is the name by which a provider's status report may refer to it; `told_at` is when staff
    were told that it is overdue.
    """

    __tablename__ = "sms_outbound"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(32), unique=True)
    message_id: Mapped[str] = mapped_column(sa.ForeignKey("messages.id"))
    part: Mapped[int] = mapped_column(sa.Integer)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.id"))
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    clinic_number: Mapped[str] = mapped_column(_NUMBER)
    person_number: Mapped[str] = mapped_column(SealedNumber())
    body: Mapped[str] = mapped_column(SealedText("sms_outbound.body"))
    urgent: Mapped[bool] = mapped_column(sa.Boolean)
    exempt: Mapped[bool] = mapped_column(sa.Boolean)
    may_wait: Mapped[bool] = mapped_column(sa.Boolean)
    deferred: Mapped[bool] = mapped_column(sa.Boolean)
    state: Mapped[str] = mapped_column(sa.String(12))
    error: Mapped[str | None] = mapped_column(sa.String(64))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    look_ups: Mapped[int] = mapped_column(sa.Integer)
    provider_id: Mapped[str | None] = mapped_column(_PROVIDER_ID)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    attempted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("message_id", "part"),
        sa.UniqueConstraint("gateway", "provider_id"),
        one_of(
            "state",
            ("queued", "sending", "uncertain", "sent", "delivered", "undelivered", "failed",
             "blocked"),
        ),
        sa.Index("ix_sms_outbound_conversation", "conversation_id"),
        sa.Index(
            "ix_sms_outbound_untold",
            "created_at",
            sqlite_where=sa.text(_UNTOLD),
            postgresql_where=sa.text(_UNTOLD),
        ),
        sa.Index("ix_sms_outbound_attempted", "gateway", "attempted_at"),
        sa.Index(
            "ix_sms_outbound_due",
            "person_number",
            "id",
            sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain')"),
            postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain')"),
        ),
    )  # fmt: skip


class SmsStatusRow(Base):
    """A provider's report on a text, once for each status."""

    __tablename__ = "sms_statuses"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    provider_id: Mapped[str] = mapped_column(_PROVIDER_ID)
    outbound_id: Mapped[int] = mapped_column(sa.ForeignKey("sms_outbound.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    error: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.UniqueConstraint("gateway", "provider_id", "state"),
        sa.Index(
            "ix_sms_statuses_new",
            "id",
            sqlite_where=sa.text("applied_at IS NULL"),
            postgresql_where=sa.text("applied_at IS NULL"),
        ),
    )


class SmsNoticeRow(Base):
    """A text to a telephone outside of any conversation, such as a page to staff; not its words.

    `ref` is made from the sender's key, so that the same key is sent once.
    """

    __tablename__ = "sms_notices"

    ref: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    gateway: Mapped[str] = mapped_column(_GATEWAY)
    number: Mapped[str] = mapped_column(SealedNumber())
    state: Mapped[str] = mapped_column(sa.String(12))
    provider_id: Mapped[str | None] = mapped_column(_PROVIDER_ID)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class SmsSecurityRow(Base):
    """Refused requests: one row a kind, route and minute, so that nobody can fill the table."""

    __tablename__ = "sms_security_events"

    minute: Mapped[dt.datetime] = mapped_column(UtcDateTime, primary_key=True)
    gateway: Mapped[str] = mapped_column(_GATEWAY, primary_key=True)
    route: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    times: Mapped[int] = mapped_column(sa.Integer)
