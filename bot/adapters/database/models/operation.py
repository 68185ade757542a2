"""Signs of life of the processes, the ends of the hash chains, and the key that stays."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from bot.adapters.database.models.base import Base, BigId, UtcDateTime


class HeartbeatRow(Base):
    """When a process last said that it is alive."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ChainHeadRow(Base):
    """The end of an append-only log's hash chain."""

    __tablename__ = "chain_heads"

    chain: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    number: Mapped[int] = mapped_column(BigId)
    hash: Mapped[str] = mapped_column(sa.String(64))


class SealingKeyRow(Base):
    """The key of numbers and of the record of consent, itself sealed with the data keys."""

    __tablename__ = "sealing_keys"

    name: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    sealed: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
