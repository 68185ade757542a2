"""The job queue: huey, in a SQLite file by default, in Redis when `FAQBOT_REDIS_URL` is set.

Processes that only add jobs know them by name; the worker gives the names their functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

from huey import Huey, RedisHuey, SqliteHuey  # type: ignore[import-untyped]

from bot.settings import Settings

_QUEUE: Final = "faqbot"
#: Mails a link that sets a new password; its argument is the account's id.
MAIL_LINK: Final = "mail_link"


def build_queue(settings: Settings) -> Huey:
    """Returns the job queue of the settings; every process that adds jobs uses it."""
    if settings.redis_url:
        return RedisHuey(_QUEUE, url=settings.redis_url)
    settings.var.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(_QUEUE, filename=str(settings.var / "queue.db"))


def adder(queue: Huey, name: str) -> Callable[[int], Any]:
    """Returns a function that adds the job of this name."""

    def elsewhere(_argument: int) -> NoReturn:
        raise RuntimeError(f"the job {name} is done by the worker")

    add: Callable[[int], Any] = queue.task(name=name)(elsewhere)
    return add
