"""One log format for every process, on standard error."""

from __future__ import annotations

import logging
import sys
from typing import Final

from bot.fault import describe

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _DiscreetFormatter(logging.Formatter):
    """Leaves out the messages of errors, which may quote a patient; see `bot.fault`."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Returns types and lines of an error."""
        error = ei[1] if isinstance(ei, tuple) else None
        return describe(error) if isinstance(error, BaseException) else ""


def configure_logging(level: str) -> None:
    """Sends this process's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_DiscreetFormatter(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("alembic", "huey"):  # they tell what is their own business at every start
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
