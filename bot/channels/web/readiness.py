"""Is everything there that an automatic answer needs?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
import urllib3

from bot.adapters.database.heartbeats import last_beat
from bot.adapters.rasa_client import is_ready
from bot.assembly import Core
from bot.conversation.errors import StoreUnavailableError
from bot.conversation.service import utc_now

Check = Callable[[], bool]
WORKER: Final = "worker"
#: The worker beats every few seconds; three missed beats mean that it is gone.
_STALE: Final = dt.timedelta(seconds=30)


def checks_of(core: Core) -> dict[str, Check]:
    """Returns what `/readyz` looks at, by name."""
    pool = urllib3.PoolManager(retries=False)
    actions = f"{core.settings.actions_url}/readyz"
    return {
        "database": lambda: _database_answers(core),
        "rasa": core.rasa.is_ready,
        "actions": lambda: is_ready(pool, actions),
        "worker": lambda: _worker_lives(core),
    }


def _database_answers(core: Core) -> bool:
    try:
        with core.database.read() as session:
            return session.scalar(sa.text("SELECT count(*) FROM heartbeats")) is not None
    except (StoreUnavailableError, sa.exc.ProgrammingError):  # the latter: no tables yet
        return False


def _worker_lives(core: Core) -> bool:
    try:
        beat = last_beat(core.database, WORKER)
    except (StoreUnavailableError, sa.exc.ProgrammingError):
        return False
    return beat is not None and utc_now() - beat < _STALE
