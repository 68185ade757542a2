"""What operators and their tools ask: alive, ready."""

from __future__ import annotations

from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bot.adapters.database import pending_migrations
from bot.conversation.errors import StoreUnavailableError
from bot.desk.access import open_to_anyone
from bot.desk.site import current_site

operation: Final = Blueprint("operation", __name__)


@operation.get("/healthz")
@open_to_anyone
def healthz() -> ResponseReturnValue:
    """Says that the process answers."""
    return {"status": "ok"}


@operation.get("/readyz")
@open_to_anyone
def readyz() -> ResponseReturnValue:
    """Says whether the database is there and up to date; the desk needs nothing else."""
    try:
        is_ready = not pending_migrations(current_site().database)
    except StoreUnavailableError:
        is_ready = False
    status = "ready" if is_ready else "not ready"
    checks = {"database": "ok" if is_ready else "failing"}
    return {"status": status, "checks": checks}, 200 if is_ready else 503
