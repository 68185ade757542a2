"""Signs of life of the processes, and the ends of the hash chains."""

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
