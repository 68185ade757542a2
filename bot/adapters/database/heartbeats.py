"""Signs of life of processes, in the database so that every machine sees them."""

from __future__ import annotations

import datetime as dt

from bot.adapters.database.engine import Database
from bot.adapters.database.models import HeartbeatRow


def beat(database: Database, name: str, at: dt.datetime) -> None:
    """Says that the process of this name is alive.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    with database.write() as session:
        session.merge(HeartbeatRow(name=name, at=at))


def last_beat(database: Database, name: str) -> dt.datetime | None:
    """Returns when the process of this name last said that it is alive.

    Raises:
        StoreUnavailableError: if the database is down.
    """
    with database.read() as session:
        row = session.get(HeartbeatRow, name)
        return None if row is None else row.at
